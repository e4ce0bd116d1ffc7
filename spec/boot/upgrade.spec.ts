import { describe, expect, test } from '@jest/globals';
import type { Progress, Step, UpgradeOptions } from '../../lib/index.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

/** A step that leaves a zoo of this number behind. */
function opens(id: number) {
  return async (step: Step) => void (await step.execute(`insert into zoo (id, name) values (${id}, 'Zoo ${id}')`));
}

const fourSteps = {
  latest: 5,
  upgradeTo_2: opens(2),
  upgradeTo_3: opens(3),
  upgradeTo_4: opens(4),
  upgradeTo_5: opens(5),
};

/** A database at this version. */
async function arrange(database: TestDatabase, version: number, members: Members = {}) {
  await new (schemaClass({ latest: version, ...members }))(await database.orm(zooV1())).upgrade();
}

async function schemaOn(database: TestDatabase, members: Members) {
  return new (schemaClass(members))(await database.orm(zooV1()));
}

async function zoosOf(database: TestDatabase) {
  return (await database.execute<{ id: number }>('select id from zoo order by id')).map(row => row.id);
}

describe.each(databases)('on $name', kind => {
  test('what the steps drop is in the report, and in the log with each step', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database, 1);
    const { Animal, Exhibit, Zoo } = zooV1();
    const orm = await database.orm({ Animal, Exhibit, Zoo });
    const zoo = new (schemaClass({
      latest: 3,
      upgradeTo_2: async (step: Step) => {
        await step.dropProperty(Animal, 'legs');
        await step.dropProperty(Animal, 'species');
      },
      upgradeTo_3: async (step: Step) => step.dropStorage(Exhibit),
    }))(orm);
    const { dropped } = await zoo.upgrade();
    expect(dropped.map(({ version, what }) => [version, what.replace('public.', '')])).toEqual([
      [2, 'animal.legs'],
      [2, 'animal.species'],
      [3, 'exhibit'],
    ]);
    const reasons = await database.execute('select reason from deployed_version_log order by id');
    expect(reasons.map(({ reason }) => String(reason).replaceAll('public.', ''))).toEqual([
      'null',
      'dropped animal.legs, animal.species',
      'dropped exhibit',
    ]);
    expect((await zoo.upgrade()).dropped).toEqual([]);
  });

  test('what the SQL of a step drops is in the report and in the log, unless the step made it or put another in its place', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database, 1);
    const { Animal, Zoo } = zooV1();
    const orm = await database.orm({ Animal, Zoo });
    const zoo = new (schemaClass({
      latest: 3,
      upgradeTo_2: async (step: Step) => {
        await step.execute('ALTER TABLE "animal" /* by hand */ DROP COLUMN legs');
        await step.execute('create table copy (id int, note text)');
        await step.execute('alter table copy drop column note');
        await step.execute('drop table copy');
        await step.execute(`insert into zoo (id, name) values (7, 'drop table zoo; drop table zoo')`);
      },
      upgradeTo_3: async (step: Step) => {
        await step.execute('create table zoo_new (id integer primary key, name text)');
        await step.execute('insert into zoo_new select id, name from zoo');
        await step.execute('drop table if exists exhibit');
        await step.dropStorage(Animal);
        await step.execute('drop table zoo');
        await step.execute('alter table zoo_new rename to zoo');
      },
    }))(orm);
    const { dropped } = await zoo.upgrade({ verify: 'off' });
    expect(dropped.map(({ version, what }) => [version, what.replace('public.', '')])).toEqual([
      [2, 'animal.legs'],
      [3, 'animal'],
      [3, 'exhibit'],
    ]);
    const reasons = await database.execute('select reason from deployed_version_log order by id');
    expect(reasons.map(({ reason }) => String(reason).replaceAll('public.', ''))).toEqual([
      'null',
      'dropped animal.legs',
      'dropped animal, exhibit',
    ]);
  });

  describe('the target', () => {
    test.each<[string, unknown, string]>([
      ['above latest', 9, '9 is not a valid target: this code knows versions up to 3.'],
      ['negative', -1, '-1 is not a valid target: use a whole number from 0 to 3.'],
      ['fractional', 1.5, '1.5 is not a valid target: use a whole number from 0 to 3.'],
      ['a text', '2', "'2' is not a valid target: use a whole number from 0 to 3."],
      ['no number', NaN, 'NaN is not a valid target: use a whole number from 0 to 3.'],
      ['null', null, 'null is not a valid target: use a whole number from 0 to 3.'],
      ['infinite', Infinity, 'Infinity is not a valid target: use a whole number from 0 to 3.'],
      ['true', true, 'true is not a valid target: use a whole number from 0 to 3.'],
      [
        'below what is deployed',
        1,
        '1 is not a valid target: the database is at version 2, and upgrade() never goes down. Call `downgrade(1)`.',
      ],
      [
        'nothing yet',
        0,
        '0 is not a valid target: the database is at version 2, and upgrade() never goes down. Call `downgrade(0)`.',
      ],
    ])('may not be %s', async (_, target, message) => {
      await using database = await kind.create({ pool: 1 });
      await arrange(database, 2);
      const zoo = await schemaOn(database, { latest: 3, ...idleSteps(1, 3) });
      const before = await stateOf(database);
      await expect(zoo.upgrade(target as number)).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        target,
        message: `zoo: ${message}`,
      });
      expect(await stateOf(database)).toEqual(before);
      expect(await zoo.upgrade()).toMatchObject({ from: 2, to: 3 });
    });

    test('may be any version on the way, with options or without', async () => {
      await using database = await kind.create({ pool: 1 });
      await arrange(database, 1);
      const zoo = await schemaOn(database, fourSteps);
      expect(await zoo.upgrade(2)).toMatchObject({ from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }] });
      expect(await zoo.upgrade(2)).toMatchObject({ from: 2, to: 2, outcome: 'level', steps: [] });
      expect(await zoo.upgrade(4, { transaction: 'step' })).toMatchObject({ from: 2, to: 4 });
      expect(await zoo.status()).toMatchObject({ deployed: 4, standing: 'behind', stage: undefined });
      expect(await zoo.upgrade(undefined as never, { transaction: 'step' })).toMatchObject({ from: 4, to: 5 });
      expect(await zoosOf(database)).toEqual([2, 3, 4, 5]);
    });

    test('of an installation is latest', async () => {
      await using database = await kind.create({ pool: 1 });
      const zoo = await schemaOn(database, fourSteps);
      await expect(zoo.upgrade(2)).rejects.toMatchObject({ code: 'TARGET_INVALID', target: 2 });
      expect((await stateOf(database)).catalog.join()).not.toContain('deployed_version');
      expect(await zoo.upgrade(5)).toMatchObject({ outcome: 'installed', to: 5 });
    });

    test('is judged by latest when the database is ahead of both', async () => {
      await using database = await kind.create({ pool: 1 });
      await arrange(database, 9);
      const zoo = await schemaOn(database, fourSteps);
      await expect(zoo.upgrade(2)).rejects.toMatchObject({ code: 'VERSION_AHEAD', deployed: 9, latest: 5 });
    });
  });

  test.each<[UpgradeOptions, string]>([
    [{ waitMs: -1 }, 'waitMs is -1. Use a number of milliseconds, 0 or more.'],
    [{ waitMs: NaN }, 'waitMs is NaN. Use a number of milliseconds, 0 or more.'],
    [{ waitMs: '5' as never }, 'waitMs is 5. Use a number of milliseconds, 0 or more.'],
    [{ transaction: 'both' as never }, "transaction is both. Use 'plan' or 'step'."],
    [{ adopt: 6 }, "adopt is 6. Use a version from 0 to 5 (latest), or 'find'."],
    [{ adopt: -1 }, "adopt is -1. Use a version from 0 to 5 (latest), or 'find'."],
    [{ adopt: '1' as never }, "adopt is 1. Use a version from 0 to 5 (latest), or 'find'."],
  ])('the options %p are refused', async (options, message) => {
    await using database = await kind.create();
    const zoo = await schemaOn(database, fourSteps);
    await expect(zoo.upgrade(options)).rejects.toMatchObject({ code: 'TARGET_INVALID', message: `zoo: ${message}` });
    expect((await stateOf(database)).catalog).toEqual(
      expect.not.arrayContaining([expect.stringContaining('deployed')]),
    );
  });

  describe.each(['plan', 'step'] as const)('by %s', transaction => {
    test('a step that fails in the middle leaves a whole version, from which mended code carries on', async () => {
      await using database = await kind.create({ pool: 1 });
      await arrange(database, 1);
      let broken = true;
      const zoo = await schemaOn(database, {
        ...fourSteps,
        async upgradeTo_4(step: Step) {
          await opens(4)(step);
          if (broken) throw new Error('the fence is open');
        },
      });
      const kept = transaction === 'plan' ? 1 : 3;
      const done = transaction === 'plan' ? [] : [2, 3];

      await expect(zoo.upgrade({ transaction })).rejects.toMatchObject({
        code: 'STEP_FAILED',
        method: 'upgradeTo_4',
        version: 4,
        done,
        deployed: kept,
        cause: { message: 'the fence is open' },
      });
      expect(await zoosOf(database)).toEqual(done);
      expect(await zoo.status()).toMatchObject({
        deployed: kept,
        stage: undefined,
        target: undefined,
        holder: undefined,
      });
      expect(zoo.stage).toBeUndefined();
      expect(await historyOf(database)).toEqual([1, ...done]);

      broken = false;
      expect(await zoo.upgrade({ transaction })).toMatchObject({ from: kept, to: 5, outcome: 'upgraded' });
      expect(await zoosOf(database)).toEqual([2, 3, 4, 5]);
      expect(await historyOf(database)).toEqual([1, 2, 3, 4, 5]);
    });

    test('everybody can tell that it is under way, from where to where, by whom and since when', async () => {
      await using database = await kind.create();
      await arrange(database, 1);
      const began = Date.now();
      const seen: unknown[] = [];
      const zoo = await schemaOn(database, { ...fourSteps, upgradeTo_3: () => seen.push(zoo.stage) });
      await zoo.upgrade({ transaction });
      expect(seen).toEqual([3]);
      expect(zoo.stage).toBeUndefined();

      const witness = await database.orm(zooV1());
      const other = new (schemaClass(fourSteps))(witness);
      const watched = await schemaOn(database, {
        ...fourSteps,
        latest: 6,
        upgradeTo_6: async () => seen.push(await other.status()),
      });
      await watched.upgrade({ transaction });
      expect(seen[1]).toMatchObject({
        standing: 'level',
        deployed: 5,
        stage: 6,
        target: 6,
        holder: { host: expect.any(String), pid: process.pid, stage: 6, since: expect.any(Date) },
      });
      const { holder } = seen[1] as { holder: { since: Date } };
      expect(holder.since.getTime()).toBeGreaterThanOrEqual(began - 1000);
      expect(holder.since.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
    });

    test('what happens meanwhile is told in order', async () => {
      await using database = await kind.create();
      await arrange(database, 3);
      const zoo = await schemaOn(database, {
        ...fourSteps,
        upgradeTo_4(step: Step) {
          step.progress(1, 2);
          step.progress(2);
        },
      });
      const events: Progress[] = [];
      await zoo.upgrade({ transaction, onProgress: event => events.push(event) });
      const method = 'upgradeTo_4';
      expect(events).toEqual([
        { type: 'started', guid: 'zoo', version: 4, method },
        { type: 'progress', guid: 'zoo', version: 4, done: 1, total: 2 },
        { type: 'progress', guid: 'zoo', version: 4, done: 2, total: undefined },
        { type: 'finished', guid: 'zoo', version: 4, method, ms: expect.any(Number) },
        { type: 'started', guid: 'zoo', version: 5, method: 'upgradeTo_5' },
        { type: 'finished', guid: 'zoo', version: 5, method: 'upgradeTo_5', ms: expect.any(Number) },
      ]);
    });

    test('what onProgress throws stops it like a step that fails', async () => {
      await using database = await kind.create({ pool: 1 });
      await arrange(database, 1);
      const zoo = await schemaOn(database, fourSteps);
      await expect(zoo.upgrade({ transaction, onProgress: hangUp })).rejects.toThrow('the terminal is gone');
      expect(await zoo.status()).toMatchObject({ deployed: 1, stage: undefined });
      expect(await zoo.upgrade({ transaction })).toMatchObject({ from: 1, to: 5 });
    });

    describe('the signal', () => {
      test('aborted before: nothing is done', async () => {
        await using database = await kind.create({ pool: 1 });
        await arrange(database, 1);
        const before = await stateOf(database);
        const zoo = await schemaOn(database, fourSteps);
        const signal = AbortSignal.abort('SIGTERM');
        await expect(zoo.upgrade({ transaction, signal })).rejects.toMatchObject({
          code: 'UPGRADE_ABORTED',
          deployed: 1,
          cause: 'SIGTERM',
          message: 'zoo: the signal stopped the call. The database is at version 1. Call again to continue.',
        });
        expect(await stateOf(database)).toEqual(before);
      });

      test('aborted between steps: a whole version is left', async () => {
        await using database = await kind.create({ pool: 1 });
        await arrange(database, 1);
        const zoo = await schemaOn(database, fourSteps);
        const controller = new AbortController();
        const onProgress = ({ type, ...event }: Progress) => {
          if (type === 'finished' && 'version' in event && event.version === 3) controller.abort();
        };
        const left = transaction === 'plan' ? 1 : 3;
        const call = zoo.upgrade({ transaction, signal: controller.signal, onProgress });
        await expect(call).rejects.toMatchObject({ code: 'UPGRADE_ABORTED', deployed: left });
        expect(await zoo.status()).toMatchObject({ deployed: left, stage: undefined, holder: undefined });
        expect(await zoosOf(database)).toEqual(transaction === 'plan' ? [] : [2, 3]);
        expect(await zoo.upgrade({ transaction })).toMatchObject({ from: left, to: 5 });
      });

      test('aborted inside a step: its next statement is not sent, even if the step would not listen', async () => {
        await using database = await kind.create({ pool: 1 });
        await arrange(database, 2);
        const controller = new AbortController();
        const seen: boolean[] = [];
        const zoo = await schemaOn(database, {
          latest: 3,
          async upgradeTo_3(step: Step) {
            seen.push(step.signal.aborted);
            await step.execute(`insert into zoo (id, name) values (3, 'Prague')`);
            controller.abort();
            seen.push(step.signal.aborted);
            await step.execute(`insert into zoo (id, name) values (4, 'Basel')`).catch(() => seen.push(true));
          },
        });
        const call = zoo.upgrade({ transaction, signal: controller.signal });
        await expect(call).rejects.toMatchObject({ code: 'UPGRADE_ABORTED', deployed: 2 });
        expect(seen).toEqual([false, true, true]);
        expect(await zoosOf(database)).toEqual([]);
        expect(await zoo.status()).toMatchObject({ deployed: 2, stage: undefined, holder: undefined });
      });

      test('aborted inside a step that listens: its own error is not taken for a failure', async () => {
        await using database = await kind.create({ pool: 1 });
        await arrange(database, 2);
        const controller = new AbortController();
        const zoo = await schemaOn(database, {
          latest: 3,
          async upgradeTo_3(step: Step) {
            await step.execute(`insert into zoo (id, name) values (3, 'Prague')`);
            controller.abort();
            step.signal.throwIfAborted();
          },
        });
        const call = zoo.upgrade({ transaction, signal: controller.signal });
        await expect(call).rejects.toMatchObject({ code: 'UPGRADE_ABORTED', deployed: 2 });
        expect(await zoosOf(database)).toEqual([]);
      });

      test('aborted by a reason of its own: that is the cause', async () => {
        await using database = await kind.create({ pool: 1 });
        await arrange(database, 2);
        const controller = new AbortController();
        const reason = new Error('the platform wants us to go');
        const zoo = await schemaOn(database, {
          latest: 3,
          upgradeTo_3(step: Step) {
            controller.abort(reason);
            step.signal.throwIfAborted();
          },
        });
        const call = zoo.upgrade({ transaction, signal: controller.signal });
        await expect(call).rejects.toMatchObject({ code: 'UPGRADE_ABORTED', cause: reason });
      });

      test('of a call without one is never aborted', async () => {
        await using database = await kind.create();
        await arrange(database, 1);
        const seen: unknown[] = [];
        const zoo = await schemaOn(database, {
          latest: 2,
          upgradeTo_2: (step: Step) => seen.push(step.signal.aborted),
        });
        await zoo.upgrade({ transaction });
        expect(seen).toEqual([false]);
      });
    });
  });

  test('a row that was lowered by hand is noticed by its history', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database, 1);
    const zoo = await schemaOn(database, fourSteps);
    await zoo.upgrade();
    await database.execute('update deployed_version set version = 3');
    const before = await stateOf(database, { announcements: false });
    await expect(zoo.upgrade()).rejects.toMatchObject({
      code: 'VERSION_CORRUPT',
      message:
        'zoo: version in deployed_version is 3, but the last line of deployed_version_log led to 5. ' +
        'The row was changed by hand. Restore it, or add a line to the log for the change.',
      rows: [expect.objectContaining({ version: 3 }), expect.objectContaining({ to_version: 5 })],
    });
    expect(await stateOf(database, { announcements: false })).toEqual(before);
    expect(await zoo.status()).toMatchObject({ deployed: 3, stage: undefined });

    await database.execute('update deployed_version set version = 5');
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
    expect(await zoosOf(database)).toEqual([2, 3, 4, 5]);
  });

  test('a history that somebody pruned is none to be held against the row', async () => {
    await using database = await kind.create();
    await arrange(database, 3);
    await database.execute('delete from deployed_version_log');
    expect(await (await schemaOn(database, fourSteps)).upgrade()).toMatchObject({ from: 3, to: 5 });
    expect(await historyOf(database)).toEqual([4, 5]);
  });

  test('each call reads again what another instance did since', async () => {
    await using database = await kind.create();
    await arrange(database, 1);
    const [one, other] = [await schemaOn(database, fourSteps), await schemaOn(database, fourSteps)];
    expect([await one.deployed(), await other.deployed()]).toEqual([1, 1]);
    expect(await one.upgrade()).toMatchObject({
      outcome: 'upgraded',
      steps: [2, 3, 4, 5].map(version => ({ version })),
    });
    expect(await other.upgrade()).toMatchObject({ outcome: 'level', steps: [] });
    expect(await zoosOf(database)).toEqual([2, 3, 4, 5]);
  });

  test('two calls at once on one ORM run each step once', async () => {
    await using database = await kind.create();
    await arrange(database, 1);
    const orm = await database.orm(zooV1());
    const Zoo = schemaClass(fourSteps);
    const reports = await Promise.all([new Zoo(orm).upgrade(), new Zoo(orm).upgrade()]);
    expect(reports.map(report => report.outcome).toSorted()).toEqual(['level', 'upgraded']);
    expect(await zoosOf(database)).toEqual([2, 3, 4, 5]);
  });

  test.each<[string, Members, number, boolean]>([
    ['undeclared, they may not run', {}, 5, false],
    ['declared, they may', { steps: { 4: { compatible: 1 }, 5: { compatible: 3 } } }, 3, true],
    ['declared by the last step only, they may not', { steps: { 5: { compatible: 3 } } }, 4, false],
    ['declared as all, all may', { steps: { 4: { compatible: 0 }, 5: { compatible: 0 } } }, 3, true],
  ])('who may go on running when steps 4 and 5 came: %s', async (_, members, compatible, runs) => {
    await using database = await kind.create();
    await arrange(database, 3);
    const old = await schemaOn(database, { latest: 3 });
    const zoo = await schemaOn(database, { ...fourSteps, ...members });
    await zoo.upgrade();
    expect(await zoo.status()).toMatchObject({ deployed: 5, compatible, runnable: true });
    expect(await old.status()).toMatchObject({ standing: 'ahead', runnable: runs });
  });
});

function hangUp({ type }: Progress) {
  if (type === 'finished') throw new Error('the terminal is gone');
}

/** The versions that the log leads through. */
async function historyOf(database: TestDatabase) {
  const lines = await database.execute<{ to_version: number }>(
    'select to_version from deployed_version_log order by id',
  );
  return lines.map(line => line.to_version);
}
