import { describe, expect, test } from '@jest/globals';
import type { DatabaseKind, TestDatabase } from '../../support/databases.ts';
import { idleSteps, schemaClass, type Members } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

async function zooOn(database: TestDatabase, members: Members = {}) {
  return new (schemaClass(members))(await database.orm(zooV1()));
}

/** Declares the tests of what may have become of our own tables. */
export function describeDamages(kinds: readonly DatabaseKind[]): void {
  describe.each(kinds)('on $name', kind => {
    const isSqlite = kind.dialect === 'sqlite';

    test.each([
      [
        'deployed_version is a view',
        'alter table deployed_version rename to v; create view deployed_version as select * from v',
        /is a view/,
      ],
      [
        'deployed_version_log is a view',
        'alter table deployed_version_log rename to l; create view deployed_version_log as select * from l',
        /is a view/,
      ],
      ['deployed_version_log is gone', 'drop table deployed_version_log', /"deployed_version_log" does not\. Restore/],
      [
        'a column is gone',
        `alter table deployed_version_log rename column how to why`,
        /"deployed_version_log" has no column "how"/,
      ],
      [
        'the row has no column compatible',
        `alter table deployed_version rename column compatible to c`,
        /"deployed_version" has no column "compatible"/,
      ],
    ])('%s: the error says so, and nothing is written', async (_, damage, message) => {
      await using database = await kind.create({ pool: 1 });
      await (await zooOn(database)).upgrade();
      await database.execute(damage);
      const zoo = await zooOn(database, { latest: 2, ...idleSteps(2, 2) });
      await expect(zoo.upgrade({ waitMs: 0 })).rejects.toMatchObject({
        code: 'VERSION_CORRUPT',
        message: expect.stringMatching(message),
      });
      const [row] = await database.execute<{ version: number }>('select version from deployed_version');
      expect(row?.version).toBe(1);
    });

    test('an update that a trigger swallows is told as that, and not as another process', async () => {
      await using database = await kind.create({ pool: 1 });
      await (await zooOn(database)).upgrade();
      await database.execute(
        isSqlite
          ? `create trigger eat before update on deployed_version begin select raise(ignore); end`
          : `create function eat() returns trigger language plpgsql as 'begin return null; end';
           create trigger eat before update on deployed_version for each row execute function eat()`,
      );
      const zoo = await zooOn(database, { latest: 2, ...idleSteps(2, 2) });
      await expect(zoo.upgrade({ waitMs: 200 })).rejects.toMatchObject({
        code: 'VERSION_CORRUPT',
        message: expect.stringMatching(/the row of deployed_version cannot be updated: no other process holds it/),
      });
    });

    test.each([`'9223372036854775807'`, 'null'])(
      'an epoch of %s is told, and a boot with nothing to do goes on',
      async epoch => {
        await using database = await kind.create({ pool: 1 });
        await (await zooOn(database)).upgrade();
        if (isSqlite) {
          await database.execute('alter table deployed_version drop column epoch');
          await database.execute('alter table deployed_version add column epoch integer');
        } else await database.execute('alter table deployed_version alter column epoch drop not null');
        await database.execute(`update deployed_version set epoch = ${epoch}`);
        expect(await (await zooOn(database)).upgrade()).toMatchObject({ outcome: 'level' });
        const zoo = await zooOn(database, { latest: 2, ...idleSteps(2, 2) });
        await expect(zoo.upgrade({ waitMs: 0 })).rejects.toMatchObject({ code: 'VERSION_CORRUPT' });
      },
    );

    test.each(['upgrade', 'allow', 'assertStorage'] as const)(
      'an announcement that the database refuses is told as that, by %s()',
      async method => {
        await using database = await kind.create({ pool: 1 });
        await (await zooOn(database, { latest: 2 })).upgrade();
        await database.execute(
          isSqlite
            ? `create trigger stop before update on deployed_version begin select raise(abort, 'not today'); end`
            : `create function stop() returns trigger language plpgsql as 'begin raise exception ''not today''; end';
             create trigger stop before update on deployed_version for each row execute function stop()`,
        );
        if (method === 'assertStorage') await database.execute('drop table animal');
        const latest = method === 'upgrade' ? 3 : 2;
        const zoo = await zooOn(database, { latest, ...idleSteps(3, latest) });
        const calls = {
          upgrade: () => zoo.upgrade(),
          allow: () => zoo.allow(1, { reason: 'it is safe' }),
          assertStorage: () => zoo.assertStorage(),
        };
        await expect(calls[method]()).rejects.toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
          message: expect.stringMatching(/refused .*not today/),
        });
      },
    );

    test('a compatible above the version is corrupt, and no call decides anything by it', async () => {
      await using database = await kind.create({ pool: 1 });
      await (await zooOn(database)).upgrade();
      await database.execute('update deployed_version set compatible = 2');
      const zoo = await zooOn(database);
      for (const call of [
        () => zoo.upgrade(),
        () => zoo.assertVersion(),
        () => zoo.waitForVersion(),
        () => zoo.allow(0, { reason: 'safe' }),
      ])
        await expect(call()).rejects.toMatchObject({
          code: 'VERSION_CORRUPT',
          message: expect.stringMatching(/compatible in deployed_version is 2, above version 1/),
        });
    });

    test('an insert that a trigger swallows is told as that', async () => {
      await using database = await kind.create({ pool: 1 });
      await (await zooOn(database)).upgrade();
      await database.execute('delete from deployed_version');
      await database.execute('delete from deployed_version_log');
      await database.execute(
        isSqlite
          ? `create trigger eat before insert on deployed_version begin select raise(ignore); end`
          : `create function eat() returns trigger language plpgsql as 'begin return null; end';
           create trigger eat before insert on deployed_version for each row execute function eat()`,
      );
      await expect((await zooOn(database)).adopt(1, { waitMs: 200 })).rejects.toMatchObject({
        code: 'VERSION_CORRUPT',
        message: expect.stringMatching(/no row can be inserted into deployed_version/),
      });
    });
  });
}
