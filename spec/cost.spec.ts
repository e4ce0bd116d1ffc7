import { describe, expect, test } from '@jest/globals';
import { upgradeAll, type Step } from '../lib/index.ts';
import { databases } from './support/databases.ts';
import { record } from './support/recorder.ts';
import { idleSteps, schemaClass } from './support/schemas.ts';
import { zooV1 } from './support/zoo.ts';

/** The statements a step costs beside its own: PostgreSQL is asked whether the transaction is still the same. */
const COST = { sqlite: 0, postgresql: 1 };

/** How each statement of a step begins; several that are sent at once are one. */
const STEP = {
  sqlite: ['begin immediate', 'select v.*,', 'select 42', 'release savepoint', 'commit'],
  postgresql: ['start transaction', 'select 42', 'update "deployed_version"'],
};

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
        // A sample of all rows, which the server refuses to take of a view
        const own = kind.dialect === 'sqlite' ? '' : ' tablesample pg_catalog.system (100)';
        expect(recording.sql).toEqual([`select * from "deployed_version"${own} where guid = 'zoo'`]);
        await zoo[method]();
        expect(recording.sql).toHaveLength(2);
      },
    );
  });

  test('upgradeAll with nothing to do is one statement, however many Schemas there are', async () => {
    await using database = await kind.create();
    const orm = await database.orm(zooV1());
    const all = Array.from(
      { length: 100 },
      (_, index) =>
        new (schemaClass(
          {
            guid: `module ${index}`,
            ...(index > 0 && { entities: [] }),
            ...(index > 0 && { dependsOn: { [`module ${index - 1}`]: 1 } }),
          },
          { name: `Module${index}Schema` },
        ))(orm),
    );
    // as if the others had been installed
    await all[0]?.upgrade();
    const others = all.slice(1).map(({ guid }) => `('${guid}', 1, 1)`);
    await database.execute(`insert into deployed_version (guid, version, compatible) values ${others.join(', ')}`);
    using recording = await record(orm);
    const { schemas } = await upgradeAll(all);
    expect(schemas.map(({ outcome, to }) => `${outcome} ${to}`)).toEqual(Array(100).fill('level 1'));
    expect(recording.sql).toHaveLength(1);
    expect(recording.sql[0]).toMatch(/^select \* from "deployed_version".* where guid in \('module 0', 'module 1', /);
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

  test('a step of its own transaction is three round trips to a server: begin and take the row, the step, move the row and commit', async () => {
    const own = async (step: Step) => void (await step.execute('select 42 as mine'));
    const methods = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`upgradeTo_${index + 1}`, own]));
    await using database = await kind.create();
    await new (schemaClass({ latest: 0 }))(await database.orm(zooV1())).upgrade();
    const orm = await database.orm(zooV1());
    using recording = await record(orm);
    await new (schemaClass({ latest: 7, ...methods }))(orm).upgrade({ transaction: 'step' });
    const ends = recording.sql.flatMap((sql, index) => (/^commit$/m.test(sql) ? [index + 1] : []));
    expect(ends).toHaveLength(7);
    const steps = ends.slice(1).map((end, index) => recording.sql.slice(ends[index], end));
    for (const sent of steps) {
      expect(sent.map(sql => sql.split(/[\s;]+/, 2).join(' '))).toEqual(STEP[kind.dialect]);
    }
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
    expect(recording.sql.filter(sql => /^commit$/m.test(sql))).toHaveLength(3);
    expect(recording.sql.filter(sql => /^(create|alter|drop)\b/i.test(sql))).toEqual([]);
  });
});
