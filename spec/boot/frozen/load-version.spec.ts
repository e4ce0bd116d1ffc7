import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { SchemaDefinitionError, Step } from '../../../lib/index.ts';
import { databases, sqliteMemory } from '../../support/databases.ts';
import { record } from '../../support/recorder.ts';
import { freeze, release } from './releases.ts';

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

/** An entity whose storage differs, in one thing for each property, from what it was frozen as. */
function everyDifference(isChanged: boolean): { Animal: EntitySchema } {
  const either = <T>(was: T, is: T): T => (isChanged ? is : was);
  return {
    Animal: defineEntity({
      name: 'Animal',
      indexes: [
        { name: 'by_name', properties: ['name'], ...either({ fillFactor: 70 }, { fillFactor: 90 }) },
        { name: 'by_born', columns: [{ name: 'born', sort: either('asc', 'desc') }] },
        { name: 'by_price', properties: ['price'], options: { parser: either('one', 'other') } },
      ],
      triggers: [
        { name: either('count_it', 'count_them'), timing: 'after', events: ['insert'], body: 'select 1' },
        { name: 'log_it', timing: 'after', events: ['delete'], body: either('select 1', 'select 2') },
      ],
      properties: {
        id: p.integer().primary(),
        name: p.string().length(either(80, 100)),
        price: p.decimal().precision(either(10, 12)).scale(2),
        weight: p.decimal().precision(10).scale(either(2, 3)),
        born: p.datetime(either(6, 3)),
        seen: p.datetime().columnType(either('timestamp(6)', 'timestamptz(6)')),
        height: p.float().columnType(either('real', 'double precision')),
        legs: p.integer().default(either(4, 2)),
        sound: p.string().collation(either('a', 'b')),
      },
    } as never),
  };
}

const DIFFERENCES = [
  'Animal.height has type float in the frozen version 1 and double in the entities',
  'Animal.price is numeric(10,2) in the frozen version 1 and numeric(12,2) in the entities',
  'Animal.seen is timestamp(6) in the frozen version 1 and timestamptz(6) in the entities',
  'Animal.weight is numeric(10,2) in the frozen version 1 and numeric(10,3) in the entities',
  'Animal.legs has default 4 in the frozen version 1 and 2 in the entities',
  'Animal.sound has collation a in the frozen version 1 and b in the entities',
  'Animal: the index on born (order {"name":"born","sort":"asc"}) is in the frozen version 1 only',
  'Animal: the index on born (order {"name":"born","sort":"desc"}) is in the entities only',
  'Animal: the index on name (fillFactor 70) is in the frozen version 1 only',
  'Animal: the index on name (fillFactor 90) is in the entities only',
  'Animal: the index on price (options {"parser":"one"}) is in the frozen version 1 only',
  'Animal: the index on price (options {"parser":"other"}) is in the entities only',
  'Animal: the trigger after delete (forEach row, name log_it, body select 1) is in the frozen version 1 only',
  'Animal: the trigger after delete (forEach row, name log_it, body select 2) is in the entities only',
  'Animal: the trigger after insert (forEach row, name count_it, body select 1) is in the frozen version 1 only',
  'Animal: the trigger after insert (forEach row, name count_them, body select 1) is in the entities only',
];
/** What a dialect keeps in the type itself. */
const OF_A_DIALECT = {
  sqlite: [
    'Animal.born has length 6 in the frozen version 1 and 3 in the entities',
    'Animal.name has length 80 in the frozen version 1 and 100 in the entities',
  ],
  postgresql: [
    'Animal.born is timestamptz(6) in the frozen version 1 and timestamptz(3) in the entities',
    'Animal.name is varchar(80) in the frozen version 1 and varchar(100) in the entities',
  ],
};

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
          message: expect.stringContaining('`downgrade(1)` in the branch that made it'),
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
        message: expect.stringMatching(/the entities differ from the frozen version 2: .*legs.*wings/),
      });
      expect(await zoo.versioned()).toBe(false);
    });

    test('that differ in a type, a size, a zone, a default, a collation, an index or a trigger are refused, each by name', async () => {
      await using database = await kind.create();
      const [versions, entities] = [await freeze(everyDifference(false)), everyDifference(true)];
      const { zoo } = await release(database, entities, { latest: 1, versions });
      const refused = await zoo.upgrade().catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'SCHEMA_DEFINITION' });
      const { changed } = refused as SchemaDefinitionError;
      expect(changed?.toSorted()).toEqual([...DIFFERENCES, ...OF_A_DIALECT[kind.dialect]].toSorted());
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
        cause: { code: 'SCHEMA_DEFINITION', message: expect.stringContaining('upgradeTo_2 uses step.before') },
      });
    });

    test('let an empty database be installed at one of them', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1, v2);
      const { zoo } = await release(database, v2, {
        latest: 2,
        versions,
        upgradeTo_2: async (step: Step<typeof v1, typeof v2>) => step.addProperty(step.after.Animal, 'legs'),
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
