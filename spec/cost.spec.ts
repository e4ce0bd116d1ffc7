import { describe, expect, test } from '@jest/globals';
import type { Step } from '../lib/index.ts';
import { databases } from './support/databases.ts';
import { record } from './support/recorder.ts';
import { idleSteps, schemaClass } from './support/schemas.ts';
import { zooV1 } from './support/zoo.ts';

/** The statements a step costs beside its own: PostgreSQL is asked whether the transaction is still the same. */
const COST = { sqlite: 0, postgresql: 1 };

describe.each(databases)('on $name', kind => {
  describe.each([1, 1000])('a Schema of %i steps', steps => {
    test.each(['upgrade', 'assertVersion', 'status', 'deployed', 'versioned', 'waitForVersion'] as const)(
      '%s() with nothing to do is one statement',
      async method => {
        await using database = await kind.create({ pool: 1 });
        await new (schemaClass({ latest: steps }))(await database.orm(zooV1())).upgrade();
        const orm = await database.orm(zooV1());
        using recording = await record(orm);
        const zoo = new (schemaClass({ latest: steps, ...idleSteps(1, steps) }))(orm);
        await zoo[method]();
        expect(recording.sql).toEqual([`select * from "deployed_version" where guid = 'zoo'`]);
        await zoo[method]();
        expect(recording.sql).toHaveLength(2);
      },
    );
  });

  test('it is one statement as well where an older release meets a newer database', async () => {
    await using database = await kind.create();
    await new (schemaClass({ latest: 9, steps: { 9: { compatible: 1 }, 8: { compatible: 1 } } }))(
      await database.orm(zooV1()),
    ).upgrade();
    const orm = await database.orm(zooV1());
    using recording = await record(orm);
    await expect(new (schemaClass({ latest: 3 }))(orm).upgrade()).rejects.toMatchObject({ code: 'VERSION_AHEAD' });
    expect(recording.sql).toHaveLength(1);
  });

  test('a step costs hardly a statement beside its own', async () => {
    const own = async (step: Step) => void (await step.execute('select 42 as mine'));
    const counts = await Promise.all(
      [10, 110].map(async steps => {
        await using database = await kind.create();
        await new (schemaClass({ latest: 0 }))(await database.orm(zooV1())).upgrade();
        const orm = await database.orm(zooV1());
        const methods = Object.fromEntries(
          Array.from({ length: steps }, (_, index) => [`upgradeTo_${index + 1}`, own]),
        );
        const zoo = new (schemaClass({ latest: steps, ...methods }))(orm);
        using recording = await record(orm);
        expect(await zoo.upgrade()).toMatchObject({ from: 0, to: steps });
        expect(recording.sql.filter(sql => sql === 'select 42 as mine')).toHaveLength(steps);
        return recording.sql.length;
      }),
    );
    const [few = 0, many = 0] = counts;
    const each = (many - few) / 100 - 1;
    expect(each).toBe(COST[kind.dialect]);
    // what a plan costs as a whole does not grow with it
    expect(few - 10 * (each + 1)).toBeLessThan(25);
  });

  test('a step of its own transaction costs what it must, and no DDL of ours', async () => {
    await using database = await kind.create();
    await new (schemaClass({ latest: 0 }))(await database.orm(zooV1())).upgrade();
    const orm = await database.orm(zooV1());
    using recording = await record(orm);
    await new (schemaClass({ latest: 3, ...idleSteps(1, 3) }))(orm).upgrade({ transaction: 'step' });
    expect(recording.sql.filter(sql => sql === 'commit')).toHaveLength(3);
    expect(recording.sql.filter(sql => /^(create|alter|drop)\b/i.test(sql))).toEqual([]);
  });
});
