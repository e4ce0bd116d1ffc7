import { describe, expect, test } from '@jest/globals';
import { databases, type TestDatabase } from '../support/databases.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

/** A database at version 5 that only code of 5 may use, and code of version 3, which the night shift has to go back to. */
async function arrange(database: TestDatabase) {
  await new (schemaClass({ latest: 5 }))(await database.orm(zooV1())).upgrade();
  return new (schemaClass({ latest: 3, ...idleSteps(1, 3) }))(await database.orm(zooV1()));
}

const reason = 'release 5 burns, 3 is known to be safe here';

describe.each(databases)('on $name', kind => {
  test('a rollback that is blocked is let through, and the log says why', async () => {
    await using database = await kind.create({ pool: 1 });
    const old = await arrange(database);
    await expect(old.assertVersion()).rejects.toMatchObject({ code: 'VERSION_AHEAD', compatible: 5 });
    expect(await old.allow(3, { reason, release: '3.9' })).toEqual({ guid: 'zoo', deployed: 5, from: 5, to: 3 });
    await old.assertVersion();
    expect(await old.upgrade()).toMatchObject({ outcome: 'ahead', to: 5 });
    expect(await old.assertStorage()).toMatchObject({ outcome: 'ahead' });
    expect(await old.status()).toMatchObject({
      standing: 'ahead',
      runnable: true,
      compatible: 3,
      stage: undefined,
      holder: undefined,
    });
    expect(
      await database.execute(
        'select from_version, to_version, how, reason, release from deployed_version_log order by id',
      ),
    ).toEqual([
      { from_version: null, to_version: 5, how: 'install', reason: null, release: null },
      { from_version: 5, to_version: 5, how: 'allow', reason, release: '3.9' },
    ]);
  });

  test('the line in the log does not stand in the way of the next upgrade', async () => {
    await using database = await kind.create({ pool: 1 });
    const old = await arrange(database);
    await old.allow(3, { reason });
    const next = new (schemaClass({ latest: 6, ...idleSteps(6, 6) }))(await database.orm(zooV1()));
    expect(await next.upgrade()).toMatchObject({ from: 5, to: 6, outcome: 'upgraded' });
    expect(await next.status()).toMatchObject({ compatible: 6 });
  });

  test('what is allowed already is left alone', async () => {
    await using database = await kind.create({ pool: 1 });
    const old = await arrange(database);
    await old.allow(2, { reason });
    const before = await stateOf(database);
    expect(await old.allow(2, { reason })).toEqual({ guid: 'zoo', deployed: 5, from: 2, to: 2 });
    expect(await old.allow(4, { reason })).toEqual({ guid: 'zoo', deployed: 5, from: 2, to: 2 });
    expect(await stateOf(database)).toEqual(before);
  });

  test.each<[string, unknown, unknown, string]>([
    ['without a reason', 3, undefined, "allow(3) has no reason. Give one for the log: `allow(3, { reason: '…' })`."],
    ['for an empty reason', 3, ' \n', "allow(3) has no reason. Give one for the log: `allow(3, { reason: '…' })`."],
    [
      'for a version that is none',
      -1,
      reason,
      '-1 is not a valid target: use a whole number, 0 or more: the version of the code that may run.',
    ],
    [
      'for a text',
      '3',
      reason,
      "'3' is not a valid target: use a whole number, 0 or more: the version of the code that may run.",
    ],
  ])('%s it is refused', async (_, version, why, message) => {
    await using database = await kind.create({ pool: 1 });
    const old = await arrange(database);
    const before = await stateOf(database);
    const call = old.allow(version as number, { reason: why as string });
    await expect(call).rejects.toMatchObject({ code: 'TARGET_INVALID', message: `zoo: ${message}` });
    expect(await stateOf(database)).toEqual(before);
  });

  test('without any options it is refused too', async () => {
    await using database = await kind.create({ pool: 1 });
    const old = await arrange(database);
    await expect(old.allow(3, undefined as never)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
  });

  test('a database without a version has nobody to let in', async () => {
    await using database = await kind.create();
    const zoo = new (schemaClass())(await database.orm(zooV1()));
    await expect(zoo.allow(1, { reason })).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    expect((await stateOf(database)).catalog.join()).not.toContain('deployed');
  });
});
