export * from '../../lib/fastify/index.ts';
