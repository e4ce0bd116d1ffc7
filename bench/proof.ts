import { defineEntity, p, type EntitySchema, type MikroORM } from '@mikro-orm/core';
import { MikroORM as Sqlite, SqliteDriver } from '@mikro-orm/sqlite';
import { Schema } from '../lib/index.ts';
import { bindModule } from '../lib/models/bind-module.ts';
import { fingerprint } from '../lib/models/fingerprint.ts';
import { describeModule } from '../lib/models/frozen-models.ts';
import { proveSchema } from '../lib/testing/index.ts';
import { changes, entitiesOf, LATEST, zooClassOf } from '../spec/support/life/schema.ts';

/*
 * How long `proveSchema()` takes: node bench/proof.ts <versions> <entities>. Each version adds a property to one entity.
 * node bench/proof.ts zoo: the zoo of ten versions, whose steps do everything that steps do.
 */

const isZoo = process.argv[2] === 'zoo';
const [versions = 10, entities = 3] = isZoo ? [] : process.argv.slice(2).map(Number);

function moduleAt(version: number): Record<string, EntitySchema> {
  return Object.fromEntries(
    Array.from({ length: entities }, (_, index) => {
      const steps = Array.from({ length: version - 1 }, (_step, at) => at + 2).filter(at => at % entities === index);
      const added = Object.fromEntries(steps.map(at => [`added${at}`, p.integer().default(at)]));
      const properties = { id: p.integer().primary(), name: p.string(), ...added };
      return [`Beast${index}`, defineEntity({ name: `Beast${index}`, properties } as never) as EntitySchema];
    }),
  );
}

const orm = (await Sqlite.init({
  driver: SqliteDriver,
  dbName: ':memory:',
  entities: [],
  discovery: { warnWhenNoEntities: false },
})) as unknown as MikroORM;
const modules = Array.from({ length: versions }, (_, index) => moduleAt(index + 1));
const frozen = Object.fromEntries(
  modules.map((module, index) => [
    index + 1,
    { fingerprint: fingerprint(describeModule(orm, module, { name: 'a version' })), load: async () => module },
  ]),
);

class BeastsSchema extends Schema {
  readonly guid = 'beasts';
  readonly latest = versions;
  override readonly versions = frozen;
}
for (let version = 2; version <= versions; version += 1) {
  const upgrade = (step: { after: Record<string, never>; addProperty(...of: unknown[]): unknown }) =>
    step.addProperty(step.after[`Beast${version % entities}`], `added${version}`);
  Object.defineProperty(BeastsSchema.prototype, `upgradeTo_${version}`, { value: upgrade });
}

const live = [...bindModule({ ...modules.at(-1) }, { name: 'the release' }).all];
/** Other programs on the machine make it slower, and change little of the time that it computes. */
function computedMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const [began, computed] = [performance.now(), process.cpuUsage()];
const spent = new Map<number, { ms: number; computed: number }>();
const checks = isZoo
  ? await proveSchema(zooClassOf(LATEST), { databases: [{ entities: (await entitiesOf(LATEST)) as never }], changes })
  : await proveSchema(BeastsSchema, { databases: [{ entities: live }] });
for (const { run, law } of checks) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await run();
  const so = spent.get(law) ?? { ms: 0, computed: 0 };
  spent.set(law, { ms: so.ms + performance.now() - start, computed: so.computed + computedMs(before) });
}
const show = (ms: number, cpu: number) => `${Math.round(ms)} ms, of which ${Math.round(cpu)} ms are computed`;
const what = isZoo ? 'the zoo of ten versions' : `${versions} versions, ${entities} entities`;
console.log(`${what}: ${show(performance.now() - began, computedMs(computed))}`);
for (const [law, { ms, computed: cpu }] of spent) console.log(`  law ${law}: ${show(ms, cpu)}`);
