import { describe, expect, test } from '@jest/globals';
import { defineEntity, EntitySchema, MikroORM, p } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { answerFor, lendEntities, ownsEntities, stayInside, TurningClient } from '../../lib/mikro-orm/inner-orm.ts';
import { inheritedOptions } from '../../lib/models/inherited-options.ts';
import { databases } from '../support/databases.ts';
import { record } from '../support/recorder.ts';

const animal = () => defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });

describe.each(databases)('$name', kind => {
  test('an ORM made from a transaction stays inside it, and sends nothing to connect', async () => {
    await using database = await kind.create();
    const orm = await database.orm([]);
    using recording = await record(orm);
    await orm.em.transactional(async em => {
      const transaction = em.getTransactionContext();
      const inner = new MikroORM<AbstractSqlDriver>({
        ...inheritedOptions(orm.config),
        entities: [animal()],
        contextName: 'inner',
        driverOptions: transaction as object,
      });
      recording.clear();
      stayInside(inner.driver.getConnection());
      const fork = inner.em.fork();
      fork.setTransactionContext(transaction);
      expect(await fork.execute('select 1 as one')).toEqual([{ one: 1 }]);
      expect(recording.sql).toEqual(['select 1 as one']);
    });
  });
});

test('metadata answers for an entity with the one that stands for it', () => {
  const [ours, theirs] = [animal(), animal()];
  const metadata = new MikroORM({ driver: SqliteDriver, dbName: ':memory:', entities: [ours] }).getMetadata();
  answerFor(metadata, entity => (EntitySchema.is(entity) && entity === theirs ? ours : undefined));
  expect(metadata.find(theirs)).toBe(metadata.find(ours));
});

test('a part that is gone is named', () => {
  expect(() => stayInside({} as never)).toThrow('no longer has Connection.ensureConnection()');
  expect(() => answerFor({} as never, () => undefined)).toThrow('no longer has MetadataStorage.find()');
});

test('an ORM that borrows entities works with them, and they keep belonging to their own', async () => {
  const Animal = animal();
  const options = { driver: SqliteDriver, dbName: ':memory:', contextName: 'shared' };
  await using owner = await MikroORM.init({ ...options, entities: [Animal] });
  await using borrower = lendEntities(
    owner,
    new MikroORM({ ...options, entities: [], discovery: { skipSyncDiscovery: true, warnWhenNoEntities: false } }),
  );
  for (const orm of [owner, borrower]) {
    const em = orm.em.fork() as SqlEntityManager;
    await em.execute('create table animal (id integer primary key)');
    em.create(Animal, { id: orm === owner ? 1 : 2 });
    await em.flush();
  }
  expect(await borrower.em.fork().find(Animal, {})).toMatchObject([{ id: 2 }]);
  expect(await owner.em.fork().find(Animal, {})).toMatchObject([{ id: 1 }]);
  expect(borrower.getMetadata()).toBe(owner.getMetadata());
});

test('entities belong to the ORM that discovered them last', async () => {
  const Animal = animal();
  const options = { driver: SqliteDriver, dbName: ':memory:', entities: [Animal] };
  await using first = await MikroORM.init({ ...options, contextName: 'first' });
  expect(ownsEntities(first)).toBe(true);
  await using second = await MikroORM.init({ ...options, contextName: 'second' });
  expect([ownsEntities(first), ownsEntities(second)]).toEqual([false, true]);
  expect(() =>
    ownsEntities({ getMetadata: () => ({ getAll: () => new Map([[1, { prototype: {} }]]) }) } as never),
  ).toThrow('no longer has __meta of an entity');
});

test('a client that turns is what it leads to', () => {
  class Client {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    name() {
      return this.#name;
    }
  }
  const turning = new TurningClient();
  const client = turning.client as Client;
  expect(client instanceof Client).toBe(false);
  turning.turnTo(new Client('one'));
  expect([client instanceof Client, client.name(), 'name' in client]).toEqual([true, 'one', true]);
  turning.turnTo(new Client('two'));
  expect([client.name(), client.constructor]).toEqual(['two', Client]);
});
