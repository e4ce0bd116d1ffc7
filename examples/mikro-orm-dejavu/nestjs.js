export * from '../../lib/nestjs/index.ts';
