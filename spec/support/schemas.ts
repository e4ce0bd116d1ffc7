import type { MikroORM } from '@mikro-orm/sql';
import { Schema, type SchemaOptions } from '../../lib/index.ts';

/** What a Schema class has in it: functions become methods, everything else fields. Malformed ones are welcome. */
export type Members = Readonly<Record<string, unknown>>;

/** A class that {@link schemaClass} made. */
export type SchemaClass = new (orm: MikroORM, options?: SchemaOptions) => Schema;

/**
 * Makes a Schema class out of its members, the way one release of an application after another would write it.
 *
 * @param members besides `guid`, which is `'zoo'`, and `latest`, which is 1, unless they are among them.
 * @param heritage the class above, by default Schema itself, and the class's name, by default `ZooSchema`.
 */
export function schemaClass(members: Members = {}, heritage: { base?: SchemaClass; name?: string } = {}): SchemaClass {
  const { base = Schema as unknown as SchemaClass, name: className = 'ZooSchema' } = heritage;
  const entries = Object.entries({ guid: 'zoo', latest: 1, ...members });
  const fields = entries.filter(([, value]) => typeof value !== 'function');
  class ZooSchema extends base {
    override readonly guid!: string;
    override readonly latest!: number;

    constructor(orm: MikroORM, options?: SchemaOptions) {
      super(orm, options);
      Object.assign(this, Object.fromEntries(fields));
    }
  }
  Object.defineProperty(ZooSchema, 'name', { value: className });
  for (const [name, value] of entries) {
    if (typeof value === 'function') Object.defineProperty(ZooSchema.prototype, name, { value, configurable: true });
  }
  return ZooSchema;
}

/** Steps that do nothing, from one version to another. */
export function idleSteps(from: number, to: number): Members {
  return Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, index) => [`upgradeTo_${from + index}`, async () => undefined]),
  );
}
