import { describe, expect, test } from '@jest/globals';
import type { Progress, Schema } from '../../lib/index.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

async function schemaOn(database: TestDatabase, members: Members): Promise<Schema> {
  return new (schemaClass(members))(await database.orm(zooV1()));
}

const code: Members = { latest: 3, ...idleSteps(2, 3) };

describe.each(databases)('on $name', kind => {
  test('it ends as soon as another instance is done', async () => {
    await using database = await kind.create();
    await (await schemaOn(database, { latest: 1 })).upgrade();
    const upgrading = await schemaOn(database, code);
    const waiting = await schemaOn(database, code);
    const events: Progress[] = [];
    let upgraded: Promise<unknown> | undefined;
    await waiting.waitForVersion({
      onProgress: event => {
        events.push(event);
        // only now is it known to wait
        upgraded ??= upgrading.upgrade();
      },
    });
    expect(await upgraded).toMatchObject({ outcome: 'upgraded' });
    expect(await waiting.deployed()).toBe(3);
    expect(events[0]).toEqual({ type: 'waiting', guid: 'zoo', holder: undefined, waitedMs: 0 });
    expect(new Set(events.map(event => event.type))).toEqual(new Set(['waiting']));
  });

  test('it waits for an installation too', async () => {
    await using database = await kind.create();
    const installing = await schemaOn(database, code);
    const waiting = await schemaOn(database, code);
    let installed: Promise<unknown> | undefined;
    await waiting.waitForVersion({ onProgress: () => void (installed ??= installing.upgrade()) });
    expect(await installed).toMatchObject({ outcome: 'installed' });
  });

  test('where this code may run already it sends one statement', async () => {
    await using database = await kind.create();
    await (await schemaOn(database, { latest: 5, steps: { 4: { compatible: 3 }, 5: { compatible: 3 } } })).upgrade();
    const orm = await database.orm(zooV1());
    const zoo = new (schemaClass(code))(orm);
    using recording = await record(orm);
    await zoo.waitForVersion();
    expect(recording.sql).toHaveLength(1);
  });

  test('it gives up after waitMs, and says what it waited for', async () => {
    await using database = await kind.create();
    const before = await stateOf(database);
    const zoo = await schemaOn(database, code);
    await expect(zoo.waitForVersion({ waitMs: 30 })).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    expect(await stateOf(database)).toEqual(before);

    await (await schemaOn(database, { latest: 2 })).upgrade();
    await expect(zoo.waitForVersion({ waitMs: 30 })).rejects.toMatchObject({
      code: 'VERSION_BEHIND',
      deployed: 2,
      latest: 3,
      holder: undefined,
      message: expect.stringMatching(
        /^zoo: the database is still at version 2 after [\d.]+ m?s, this code needs version 3\. Call `upgrade\(\)` first\.$/,
      ),
    });
    await database.execute(
      `update deployed_version set stage = 3, target = 3, host = 'web-3', pid = 4711, since = '2026-01-02T03:04:05.678Z'`,
    );
    await expect(zoo.waitForVersion({ waitMs: 0 })).rejects.toMatchObject({
      code: 'VERSION_BEHIND',
      holder: { host: 'web-3', pid: 4711, stage: 3, since: new Date('2026-01-02T03:04:05.678Z') },
      message:
        'zoo: the database is still at version 2 after 0 ms, this code needs version 3. Another process announced the ' +
        'upgrade: pid 4711 on web-3 (to version 3, since 2026-01-02T03:04:05.678Z). Wait for it. If that process is ' +
        'gone, call `upgrade()`.',
    });
  });

  test.each<[string, Members, string]>([
    ['is ahead', { latest: 4 }, 'VERSION_AHEAD'],
    ['is too old', { latest: 0 }, 'VERSION_TOO_OLD'],
  ])('it does not wait for what waiting will not mend: the database %s', async (_, members, expected) => {
    await using database = await kind.create();
    await (await schemaOn(database, members)).upgrade();
    const events: Progress[] = [];
    const call = (await schemaOn(database, code)).waitForVersion({ onProgress: event => events.push(event) });
    await expect(call).rejects.toMatchObject({ code: expected });
    expect(events).toEqual([]);
  });

  test('the signal ends it', async () => {
    await using database = await kind.create();
    await (await schemaOn(database, { latest: 2 })).upgrade();
    const zoo = await schemaOn(database, code);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(zoo.waitForVersion({ signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'UPGRADE_ABORTED',
      deployed: 2,
    });
    await expect(zoo.waitForVersion({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'UPGRADE_ABORTED',
    });
  });

  test('inside a transaction of the caller it may be called: it only reads', async () => {
    await using database = await kind.create();
    const orm = await database.orm(zooV1());
    const zoo = new (schemaClass())(orm);
    await zoo.upgrade();
    // a pool of one, or SQLite, has no second connection to read with
    if (kind.dialect === 'postgresql') await orm.em.fork().transactional(() => zoo.waitForVersion());
    await zoo.waitForVersion();
    expect(await zoo.deployed()).toBe(1);
  });
});
