import { describe, expect, test } from '@jest/globals';
import { plan } from '../../lib/plan/index.ts';
import { databases, nodeSqlite, sqliteFile } from '../support/databases.ts';
import { entitiesOf, LATEST } from '../support/life/schema.ts';
import { schemaClass } from '../support/schemas.ts';
import { bytesOf, tablesOf } from '../support/state.ts';
import { release, settled, withStep } from './support.ts';
import { describeTraces } from './traces.ts';

for (const kind of databases) {
  describe(`on ${kind.name}`, () => {
    test('a plan says what is destroyed, what leads back, whom it lets run, and how many rows are here', async () => {
      await using database = await kind.create();
      await settled(database);
      // Not of the whole catalog too, which takes a second.
      if (kind.dialect === 'postgresql') await database.execute(`analyze ${(await tablesOf(database)).join(', ')}`);
      const exact = kind.dialect === 'sqlite';
      const { steps } = await plan(await release(database, LATEST));
      expect(steps.map(({ to, destroys, undo, compatible }) => [to, destroys, undo, compatible])).toEqual([
        [2, [], 'downgradeTo_1', 2],
        [3, ['animal.keeper_name'], 'downgradeTo_2', 3],
        [4, ['animal.notes'], 'downgradeTo_3', 4],
        [5, [], 'downgradeTo_4', 5],
        [6, [], 'downgradeTo_5', 6],
        [7, [], 'downgradeTo_6', 7],
        [8, [], 'downgradeTo_7', 8],
        [9, [], 'downgradeTo_8', 9],
        [10, ['animal_foods', 'food'], 'downgradeTo_9', 10],
      ]);
      expect(steps[2]?.lossy).toBe('drops what the notes said before they went');
      expect(
        steps[0]?.operations.map(({ verb, subject, dependsOnRows }) => ({ verb, subject, dependsOnRows })),
      ).toEqual([
        { verb: 'addProperty', subject: 'Animal.legs', dependsOnRows: true },
        { verb: 'addIndex', subject: 'Animal (name)', dependsOnRows: false },
      ]);

      const rows = (to: number) =>
        Object.fromEntries(steps.find(step => step.to === to)?.tables.map(table => [table.name, table.rows]) ?? []);
      expect(rows(2)).toEqual({ animal: { count: 7, exact } });
      expect(rows(8)).toMatchObject({ exhibit: { count: 3, exact }, animal: { count: 7, exact } });
      // made by a step before: nothing is in it here
      expect(rows(9)).toEqual({ keeper: { count: 0, exact: true }, animal: { count: 7, exact } });
    });

    test('what cannot be done is told as upgrade() and downgrade() would', async () => {
      await using database = await kind.create();
      const first = await release(database, 1);
      const third = await release(database, 3);
      await expect(plan(third, 4)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
      await expect(plan(await release(database, 3, { install: false }))).rejects.toMatchObject({
        code: 'VERSION_MISSING',
      });
      await third.upgrade();
      expect(await plan(third)).toMatchObject({ outcome: 'level', from: 3, to: 3, steps: [] });
      await expect(plan(first)).rejects.toMatchObject({ code: 'VERSION_AHEAD' });
      await third.allow(1, { reason: 'it is safe' });
      expect(await plan(first)).toMatchObject({ outcome: 'ahead', from: 3, to: 3, steps: [] });
      await expect(plan(first, 1)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
      await database.execute(`update deployed_version set fingerprint = '1:0000000000000000'`);
      await expect(plan(third)).rejects.toMatchObject({ code: 'VERSION_FORKED' });
      await database.execute('drop table deployed_version');
      await expect(plan(third)).rejects.toMatchObject({
        code: 'VERSION_MISSING',
        ownTables: expect.arrayContaining(['animal']),
      });
    });

    test('version 0 is nothing, where nothing is there', async () => {
      await using database = await kind.create();
      const zoo = await release(database, 2);
      await zoo.upgrade();
      await zoo.downgrade(0, { allowLoss: true });
      const { steps } = await plan(zoo);
      expect(steps).toMatchObject([
        { to: 1, unseen: undefined, operations: [{ verb: 'createStorage', subject: 'Zoo, Exhibit, Animal' }] },
        { to: 2, unseen: undefined },
      ]);
      await database.execute('create table animal (id integer)');
      expect((await plan(zoo)).steps).toMatchObject([
        { to: 1, unseen: { why: 'unfrozen' } },
        { to: 2, unseen: undefined },
      ]);
    });

    test('a way without its way back, and steps that were retired, are told', async () => {
      await using database = await kind.create();
      await settled(database);
      const OneWay = await withStep(database, () => undefined);
      const { steps } = await plan(OneWay);
      expect(steps).toMatchObject([{ to: 2, undo: undefined }]);
      await OneWay.upgrade();
      await expect(plan(OneWay, 1)).rejects.toThrow('Write downgradeTo_1');
      const Newer = schemaClass({ guid: 'life', latest: 9, upgradeTo_9: () => undefined });
      await expect(plan(new Newer(await database.orm(await entitiesOf(1))))).rejects.toMatchObject({
        code: 'VERSION_TOO_OLD',
      });
    });

    test('an empty database is planned to be installed, and stays empty', async () => {
      await using database = await kind.create();
      const zoo = await release(database, 2);
      const Populated = await withStep(database, () => undefined, {
        onInstall: async (step: never) =>
          void (await (step as { execute(sql: string): Promise<unknown> }).execute(
            `insert into zoo (id, name) values (1, 'Artis')`,
          )),
      });
      for (const live of [false, true]) {
        const made = await plan(zoo, undefined, { live });
        expect(made).toMatchObject({ outcome: 'install', from: undefined, to: 2, steps: [{ method: 'install' }] });
        const older = await plan(zoo, 1, { live });
        expect(older).toMatchObject({ outcome: 'install', to: 1, steps: [{ method: 'install', compatible: 1 }] });
        const rows = await plan(Populated, undefined, { live });
        expect(rows.steps[0]?.operations.at(-1)).toMatchObject({
          verb: 'execute',
          sql: [`insert into zoo (id, name) values (1, 'Artis')`],
        });
        expect(await tablesOf(database)).toEqual([]);
      }
    });

    test('a database without a version is planned from the one it would be adopted at', async () => {
      await using database = await kind.create();
      await settled(database);
      await database.execute('drop table deployed_version');
      await database.execute('drop table deployed_version_log');
      const zoo = await release(database, 3);
      for (const live of [false, true]) {
        const made = await plan(zoo, undefined, { live, adopt: 1 });
        expect(made).toMatchObject({ outcome: 'upgrade', adopt: 1, from: 1, to: 3, steps: [{ to: 2 }, { to: 3 }] });
      }
      expect((await tablesOf(database)).filter(name => name.startsWith('deployed'))).toEqual([]);
    });

    test('a version that was not frozen is told of the steps that need it', async () => {
      await using database = await kind.create();
      await settled(database);
      const zoo = await release(database, 3);
      const { 2: _gone, ...kept } = zoo.versions ?? {};
      Object.defineProperty(zoo, 'versions', { value: kept });
      const { steps } = await plan(zoo);
      expect(steps).toMatchObject([
        { to: 2, operations: [], unseen: { why: 'unfrozen', reason: expect.stringContaining('uses step.after') } },
        {
          to: 3,
          operations: [],
          tables: [],
          unseen: { why: 'unfrozen', reason: expect.stringContaining('version 2 is not frozen') },
        },
      ]);
    });

    test('a step that does not run on an empty database is told with its reason, and what it did before', async () => {
      await using database = await kind.create();
      await settled(database);
      const zoo = await withStep(database, async step => {
        await step.execute(`update animal set name = 'x' where id = 0`);
        await step.execute('update nothing set name = 1');
      });
      const { steps } = await plan(zoo);
      expect(steps).toMatchObject([
        {
          operations: [{ verb: 'execute', sql: [`update animal set name = 'x' where id = 0`] }, { sql: [] }],
          unseen: {
            why: 'failed',
            reason: expect.stringMatching(/^upgradeTo_2 fails on an empty database: .*nothing/),
          },
        },
      ]);
    });

    test('what depends on rows says so, and so does what comes after rows were read', async () => {
      await using database = await kind.create();
      await settled(database);
      const zoo = await withStep(database, async step => {
        await step.execute(`update animal set name = name || '!'`);
        const [first] = await step.execute<{ id: number }>('select id from zoo');
        if (first) await step.execute('delete from animal');
        await step.execute(`update zoo set name = 'x'`);
        step.before.em.create(step.before.Zoo, { id: 9, name: 'New' });
      });
      const { steps } = await plan(zoo);
      const told = steps[0]?.operations.map(({ verb, dependsOnRows, afterRows, sql }) => [
        verb,
        dependsOnRows,
        afterRows,
        sql,
      ]);
      expect(told).toEqual([
        ['execute', false, false, [`update animal set name = name || '!'`]],
        ['execute', false, false, ['select id from zoo']],
        ['execute', false, true, [`update zoo set name = 'x'`]],
        ['em', true, true, [expect.stringMatching(/^insert into .zoo. .*'New'/)]],
      ]);
      const live = await plan(zoo, undefined, { live: true });
      expect(live.steps[0]?.operations.map(({ verb, destroys }) => ({ verb, destroys }))).toContainEqual({
        verb: 'execute',
        destroys: ['delete from animal …'],
      });
    });
  });
}

test('a plan tries steps in memory as well where the application made the dialect of Kysely', async () => {
  await using database = await nodeSqlite.create();
  await settled(database);
  const before = bytesOf(database.address as string);
  const { steps } = await plan(await release(database, LATEST));
  expect(steps.map(({ to, unseen }) => [to, unseen])).toEqual(
    Array.from({ length: LATEST - 1 }, (_, index) => [index + 2, undefined]),
  );
  expect(steps[0]?.operations.map(({ verb }) => verb)).toEqual(['addProperty', 'addIndex']);
  expect(bytesOf(database.address as string)).toBe(before);
});

test('a plan for a file that is not there makes none', async () => {
  await using database = await sqliteFile.create();
  const zoo = await release(database, 2);
  for (const live of [false, true]) {
    expect(await plan(zoo, undefined, { live })).toMatchObject({ outcome: 'install', live: false });
    expect(bytesOf(database.address as string)).toBeUndefined();
  }
});

describe('on sqlite file', () => {
  describeTraces(sqliteFile);
});
