import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { plan } from '../../lib/plan/index.ts';
import { databases, postgresql, sqliteFile } from '../support/databases.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';
import { stateOf } from '../support/state.ts';
import { release, settled, withStep } from './support.ts';

for (const kind of databases) {
  describe(`on ${kind.name}`, () => {
    test('a live plan knows how long each step took and how many rows it changed, and shows none of their values', async () => {
      await using database = await kind.create();
      await settled(database);
      const zoo = await release(database, LATEST);
      const heard: string[] = [];
      const made = await plan(zoo, undefined, { live: true, onProgress: ({ type }) => heard.push(type) });
      expect(made.steps.every(({ ms = 0 }) => ms > 0)).toBe(true);
      const fill = made.steps[4]?.operations.find(({ verb }) => verb === 'fill');
      expect(fill).toMatchObject({ subject: 'Animal.mood', took: { ms: expect.any(Number), rows: 2 } });
      expect(heard.filter(type => type === 'finished')).toHaveLength(LATEST - 1);
      // the name of a penguin, and the name of a keeper
      expect(JSON.stringify(made)).not.toMatch(/Pingu|'Ann'/);
      expect(zoo.stage).toBeUndefined();
    });

    test('a step that fails on the rows that are here is told as upgrade() tells it, and nothing is left', async () => {
      await using database = await kind.create();
      await settled(database);
      const state = await stateOf(database);
      const zoo = await withStep(database, async (step: Step) => {
        await step.execute(`update animal set name = 'Leo'`);
        await step.execute('create unique index names on animal (name)');
      });
      expect((await plan(zoo)).steps).toMatchObject([{ unseen: undefined, undo: undefined }]);
      await expect(plan(zoo, undefined, { live: true })).rejects.toMatchObject({
        code: 'STEP_FAILED',
        method: 'upgradeTo_2',
        deployed: 1,
      });
      expect(await stateOf(database)).toEqual(state);
    });

    test('it is refused inside a transaction, and stopped by a signal', async () => {
      await using database = await kind.create();
      await settled(database);
      const orm = await database.orm(await entitiesOf(1));
      const zoo = zooOf(1, orm);
      const inside = orm.em.fork().transactional(() => plan(zoo, undefined, { live: true }));
      await expect(inside).rejects.toMatchObject({ code: 'INSIDE_TRANSACTION' });
      const later = await withStep(database, () => undefined);
      const signal = AbortSignal.abort();
      await expect(plan(later, undefined, { live: true, signal })).rejects.toMatchObject({ code: 'UPGRADE_ABORTED' });
    });
  });
}

test.each([sqliteFile, postgresql])(
  'on $name, it takes the row as an upgrade does: both wait for each other',
  async kind => {
    await using database = await kind.create();
    await settled(database);
    const zoo = await release(database, 3);
    const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const other = await withStep(database, async () => {
      entered.resolve();
      await leave.promise;
    });
    const working = plan(other, undefined, { live: true });
    await entered.promise;
    await expect(plan(zoo, undefined, { live: true, waitMs: 0 })).rejects.toMatchObject({ code: 'UPGRADE_BUSY' });
    await expect(zoo.upgrade({ waitMs: 0 })).rejects.toMatchObject({ code: 'UPGRADE_BUSY' });
    // who only looks keeps nobody, and is kept by nobody
    expect(await plan(zoo)).toMatchObject({ from: 1, to: 3 });
    leave.resolve();
    expect(await working).toMatchObject({ live: true, to: 2 });
    expect(await zoo.deployed()).toBe(1);
  },
);

test('on SQLite, what has to be committed before is not run', async () => {
  await using database = await sqliteFile.create();
  await settled(database);
  const zoo = await release(database, 3);
  Object.defineProperty(zoo, 'steps', { value: { 3: { foreignKeys: 'on' } } });
  const { steps } = await plan(zoo, undefined, { live: true });
  expect(steps).toMatchObject([
    { to: 2, unseen: undefined },
    { to: 3, unseen: { why: 'later', reason: expect.stringContaining('upgradeTo_3 did not run') }, operations: [] },
  ]);
  expect(await zoo.deployed()).toBe(1);
});

test('on SQLite, rows that a step leaves without their parents are told', async () => {
  await using database = await sqliteFile.create();
  await settled(database);
  const zoo = await withStep(database, (step: Step) => step.execute('delete from exhibit where id = 1'));
  await expect(plan(zoo, undefined, { live: true })).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringContaining('refers to a missing row of exhibit'),
  });
});

test('on PostgreSQL, sequences advance, and nothing else does', async () => {
  await using database = await postgresql.create();
  await settled(database);
  const state = await stateOf(database);
  const zoo = await withStep(database, (step: Step) =>
    step.execute(`insert into zoo (name) select nextval('zoo_id_seq')::text`),
  );
  const last = async () => (await database.execute<{ last_value: string }>('select last_value from zoo_id_seq'))[0];
  const before = await last();
  await plan(zoo);
  expect(await last()).toEqual(before);
  await plan(zoo, undefined, { live: true }).catch(() => {});
  expect(await last()).not.toEqual(before);
  expect(await stateOf(database)).toEqual(state);
});
