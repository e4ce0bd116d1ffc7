import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { onBoot, type BootOptions } from '../framework/on-boot.ts';
import { readiness } from '../framework/readiness.ts';
import type { Schema } from '../schema.ts';

/** The options of the plugin. */
export interface DejavuPluginOptions extends BootOptions {
  /** The Schemas, in any order. */
  readonly schemas: Schema | readonly Schema[];
  /**
   * The path of the readiness probe: it answers 200 if this code may run on the databases, otherwise 503. `false` adds no
   * path. Default: `/ready`.
   */
  readonly path?: string | false | undefined;
}

/** Stops just before Fastify does, whose error would say less and leave the boot running. */
const MARGIN_MS = 500;

/**
 * Brings the database up, or waits for it, before Fastify is ready, and adds a path for readiness.
 *
 * Fastify gives a plugin 10 s (`pluginTimeout`). A boot that needs longer is stopped at a whole version just before, and the error
 * says how to raise the limit: `fastify({ pluginTimeout: 0 })`.
 *
 * @throws from `fastify.ready()` and `fastify.listen()`: what {@link onBoot} throws
 */
export const dejavu: FastifyPluginAsync<DejavuPluginOptions> = fastifyPlugin(bootPlugin, {
  fastify: '5.x',
  name: 'mikro-orm-dejavu',
});

async function bootPlugin(
  fastify: FastifyInstance,
  { schemas, path = '/ready', ...options }: DejavuPluginOptions,
): Promise<void> {
  if (path !== false) {
    fastify.get(path, async (_request, reply) => {
      const { ready, reasons, schemas: found } = await readiness(schemas);
      return reply.code(ready ? 200 : 503).send({
        ready,
        reasons,
        schemas: found.map(({ guid, standing, deployed, latest }) => ({ guid, standing, deployed, latest })),
      });
    });
  }
  const logger = options.logger ?? fastify.log;
  const limit = limitOf(fastify);
  const signals = [options.signal, limit].filter(signal => signal !== undefined);
  const signal = signals.length > 0 ? { signal: AbortSignal.any(signals) } : {};
  await onBoot(schemas, { ...options, logger, ...signal });
}

/** Aborts just before Fastify would give up on the plugin; never if it has no limit. */
function limitOf({ initialConfig: { pluginTimeout = 10_000 } }: FastifyInstance): AbortSignal | undefined {
  if (pluginTimeout === 0) return undefined;
  const controller = new AbortController();
  const reason = new Error(
    `Fastify's limit for plugins of ${pluginTimeout} ms. To give the boot more time, create Fastify with a longer one, or none: fastify({ pluginTimeout: 0 })`,
  );
  setTimeout(() => controller.abort(reason), Math.max(pluginTimeout - MARGIN_MS, pluginTimeout / 2)).unref();
  return controller.signal;
}
