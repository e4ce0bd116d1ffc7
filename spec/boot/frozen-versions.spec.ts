import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step, Versions } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { databases, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { schemaClass, type Members } from '../support/schemas.ts';

function animals(properties: Record<string, unknown> = {}): { Animal: EntitySchema } {
  return {
    Animal: defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), name: p.string(), ...properties },
    } as never),
  };
}

const v1 = animals();
const v2 = animals({ legs: p.integer().default(4) });

async function freeze(...modules: object[]): Promise<Versions> {
  await using database = await sqliteMemory.create();
  const orm = await database.orm([]);
  return Object.fromEntries(
    modules.map((module, index) => {
      const described = describeModule(orm, module, { name: `version ${index + 1}` });
      return [index + 1, { fingerprint: fingerprint(described), load: async () => module }];
    }),
  );
}

async function release(database: TestDatabase, module: object, members: Members) {
  const orm = await database.orm([...bindModule({ ...module }, { name: 'the release' }).all]);
  return { orm, zoo: new (schemaClass(members))(orm) };
}

for (const kind of databases) {
  describe(`frozen versions on ${kind.name}`, () => {
    test('are before and after a step, and the row says which one is reached', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1, v2);
      const { zoo: first } = await release(database, v1, { latest: 1, versions: { 1: versions[1] } });
      await first.upgrade();
      await database.execute(`insert into animal (id, name) values (1, 'Leo')`);
      const seen: unknown[] = [];
      const { zoo } = await release(database, v2, {
        latest: 2,
        versions,
        async upgradeTo_2(step: Step<typeof v1, typeof v2>) {
          const { before, after } = step;
          const [leo] = await before.em.find(before.Animal, {});
          seen.push(Reflect.get(leo as object, 'name'), 'legs' in (leo as object));
          await step.addProperty(after.Animal, 'legs');
          const [same] = await after.em.find(after.Animal, {});
          seen.push(Reflect.get(same as object, 'legs'));
        },
      });
      await zoo.upgrade();
      expect(seen).toEqual(['Leo', false, 4]);
      const [row] = await database.execute('select version, fingerprint from deployed_version');
      expect(row).toEqual({ version: 2, fingerprint: versions[2]?.fingerprint });
    });

    test('are asked for by nobody at a boot with nothing to do', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1);
      const { zoo: first } = await release(database, v1, { latest: 1, versions });
      await first.upgrade();
      const guarded = { 1: { ...versions[1], load: async () => Promise.reject(new Error('imported')) } };
      const { orm, zoo } = await release(database, v1, { latest: 1, versions: guarded });
      using recording = await record(orm);
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
      await zoo.assertVersion();
      expect(recording.sql).toHaveLength(2);
    });

    test('of which two branches made the same number are told at boot, with the way out', async () => {
      await using database = await kind.create();
      const theirs = await freeze(v1, v2);
      const mine = await freeze(v1, animals({ wings: p.integer().nullable() }));
      await (await release(database, v2, { latest: 2, versions: theirs })).zoo.upgrade();
      const { zoo } = await release(database, v2, { latest: 2, versions: mine });
      for (const call of [() => zoo.upgrade(), () => zoo.assertVersion(), () => zoo.assertStorage()]) {
        await expect(call()).rejects.toMatchObject({
          code: 'VERSION_FORKED',
          deployed: 2,
          deployedFingerprint: theirs[2]?.fingerprint,
          fingerprint: mine[2]?.fingerprint,
          message: expect.stringContaining('downgrade(1) from the branch that made it'),
        });
      }
      expect(await zoo.status()).toMatchObject({ standing: 'forked', runnable: false });
    });

    test('that are not what the entities are keep an installation from happening', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1, v2);
      const { zoo } = await release(
        database,
        animals({ legs: p.integer().default(2), wings: p.integer().nullable() }),
        {
          latest: 2,
          versions,
        },
      );
      await expect(zoo.upgrade()).rejects.toMatchObject({
        code: 'SCHEMA_DEFINITION',
        message: expect.stringMatching(/the entities are not those of the frozen version 2: .*legs.*wings/),
      });
      expect(await zoo.versioned()).toBe(false);
    });

    test('that were edited are noticed by the step that imports them', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1, v2);
      await (await release(database, v1, { latest: 1, versions: { 1: versions[1] } })).zoo.upgrade();
      const edited = {
        ...versions,
        1: { ...versions[1], load: async () => animals({ wings: p.integer().nullable() }) },
      };
      const { zoo } = await release(database, v2, { latest: 2, versions: edited, upgradeTo_2: async () => undefined });
      await expect(zoo.upgrade()).rejects.toMatchObject({
        code: 'STEP_FAILED',
        deployed: 1,
        cause: { code: 'SCHEMA_DEFINITION', message: expect.stringContaining('the frozen version 1 was edited') },
      });
    });

    test('that are not kept are told to whoever asks for them', async () => {
      await using database = await kind.create();
      await (await release(database, v1, { latest: 1 })).zoo.upgrade();
      const { zoo } = await release(database, v2, { latest: 2, upgradeTo_2: async (step: Step) => void step.before });
      await expect(zoo.upgrade()).rejects.toMatchObject({
        code: 'STEP_FAILED',
        cause: { code: 'SCHEMA_DEFINITION', message: expect.stringContaining('upgradeTo_2 asks for step.before') },
      });
    });

    test('let an empty database be installed at one of them', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1, v2);
      const { zoo } = await release(database, v2, {
        latest: 2,
        versions,
        upgradeTo_2: async (step: Step) => void (await step.execute('alter table animal add column legs integer')),
        onInstall: async () => Promise.reject(new Error('was written for latest')),
      });
      expect(await zoo.upgrade(1)).toMatchObject({ outcome: 'installed', to: 1 });
      expect(await zoo.upgrade()).toMatchObject({ from: 1, to: 2, outcome: 'upgraded' });
    });
  });
}

test('ten databases are upgraded in one process, each with entities of its own', async () => {
  const versions = await freeze(v1, v2);
  const tries = Array.from({ length: 10 }, async (_, index) => {
    await using database = await sqliteMemory.create();
    await (await release(database, v1, { latest: 1, versions: { 1: versions[1] } })).zoo.upgrade();
    await database.execute(`insert into animal (id, name) values (1, 'Leo ${index}')`);
    const { zoo } = await release(database, v2, {
      latest: 2,
      versions,
      async upgradeTo_2(step: Step<typeof v1, typeof v2>) {
        await step.addProperty(step.after.Animal, 'legs', { fill: index });
      },
    });
    await zoo.upgrade();
    return await database.execute('select name, legs from animal');
  });
  expect(await Promise.all(tries)).toEqual(Array.from({ length: 10 }, (_, legs) => [{ name: `Leo ${legs}`, legs }]));
});
