import { expect, test } from '@jest/globals';
import { Schema, type Step, UpgradeAbortedError } from '../../lib/index.ts';
import { HeldConnection } from '../../lib/store/connection.ts';
import { databases, sqliteFile, sqliteMemory } from '../support/databases.ts';
import { zooV1, zooV2 } from '../support/zoo.ts';

class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

const MANY = 100_000;

class SecondZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  statements = 0;

  async upgradeTo_2(step: Step) {
    for (; this.statements < MANY; this.statements += 1) await step.execute('update zoo set id = id');
  }
}

test('a step of many statements lets the process have its turn, and is stopped by it', async () => {
  await using database = await sqliteMemory.create();
  await new FirstZooSchema(await database.orm(zooV1())).upgrade();
  const zoo = new SecondZooSchema(await database.orm(zooV2()));
  const stopping = new AbortController();
  // A timer waits for the event loop as a SIGTERM does.
  const stop = setTimeout(() => stopping.abort());
  await expect(zoo.upgrade({ signal: stopping.signal })).rejects.toThrow(UpgradeAbortedError);
  clearTimeout(stop);
  expect(zoo.statements).toBeLessThan(MANY);
  expect(await zoo.deployed()).toBe(1);
});

test('a transaction that was open before on the only connection is not ended', async () => {
  await using database = await sqliteFile.create();
  await new FirstZooSchema(await database.orm(zooV1())).upgrade();
  const orm = await database.orm(zooV2());
  await orm.em.execute('begin');
  await orm.em.execute(`insert into zoo (id, name) values (7, 'Bern')`);
  const error: unknown = await new SecondZooSchema(orm).upgrade().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringContaining('cannot start a transaction within a transaction') });
  await orm.em.execute('commit');
  expect(await database.execute('select name from zoo where id = 7')).toEqual([{ name: 'Bern' }]);
});

test('two ORMs that share a connection commit nothing by halves', async () => {
  await using database = await sqliteMemory.create();
  await new FirstZooSchema(await database.orm(zooV1())).upgrade();
  const [one, other] = [await database.orm(zooV2()), await database.orm(zooV2())];
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  class InterruptedZooSchema extends FirstZooSchema {
    override readonly latest = 2;

    async upgradeTo_2(step: Step) {
      reached.resolve();
      await goOn.promise;
      await step.execute(`insert into zoo (id, name) values (7, 'Bern')`);
    }
  }
  const upgrading = new InterruptedZooSchema(one).upgrade();
  await reached.promise;
  await expect(new SecondZooSchema(other).upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED' });
  goOn.resolve();
  await expect(upgrading).rejects.toMatchObject({ code: 'STEP_FAILED', deployed: 1 });
  expect(await database.execute('select id from zoo where id = 7')).toEqual([]);
  expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
});

test.each(databases)('a step may ask where the database stands, on $name over its own connection', async kind => {
  await using database = await kind.create({ pool: 1 });
  await new FirstZooSchema(await database.orm(zooV1())).upgrade();
  class AskingZooSchema extends FirstZooSchema {
    override readonly latest = 2;
    seen: unknown[] = [];

    async upgradeTo_2(step: Step) {
      await step.execute(`insert into zoo (id, name) values (7, 'Bern')`);
      this.seen = [await this.status(), await this.deployed(), await this.versioned()];
    }
  }
  const zoo = new AskingZooSchema(await database.orm(zooV1()));
  expect(await zoo.upgrade()).toMatchObject({ to: 2 });
  expect(zoo.seen).toEqual([expect.objectContaining({ standing: 'behind', deployed: 1, stage: 2 }), 1, true]);
});

test.each(databases)('nothing is sent over a connection that was given back, on $name', async kind => {
  await using database = await kind.create({ pool: 1 });
  const orm = await database.orm(zooV1());
  let kept: HeldConnection | undefined;
  await HeldConnection.hold(orm, { waitMs: 0 }, async held => {
    kept = held;
    await held.begin([]);
    await held.executeBatch(['create table late (n integer)', 'insert into late values (1)']);
    await held.commit();
  });
  const held = kept as HeldConnection;
  // The application has a transaction of its own on the only connection there is.
  await orm.em.fork().transactional(async em => {
    await em.execute('insert into late values (2)');
    for (const send of [
      () => held.execute('insert into late values (3)'),
      () => held.executeWatched('insert into late values (3)'),
      () => held.executeAgain('select 3', []),
      () => held.executeBatch(['insert into late values (3)', 'insert into late values (4)']),
    ]) {
      await expect(send()).rejects.toThrow('the connection was already returned to the pool');
    }
  });
  expect(await database.execute('select n from late order by n')).toEqual([{ n: 1 }, { n: 2 }]);
});
