import { expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/core';
import { dialectNamed, dialectOf } from '../../lib/dialects/registry.ts';
import { HeldConnection } from '../../lib/store/connection.ts';
import { type DatabaseKind, postgresql, sqliteFile, sqliteMemory, type TestDatabase } from '../support/databases.ts';

const PATIENCE = { waitMs: 5000 };

/** A connection that waits for no lock, so that two of them can meet. */
async function onOne<T>(orm: MikroORM, work: (held: HeldConnection) => Promise<T>): Promise<T> {
  const dialect = dialectOf(orm.config.getPlatform());
  return HeldConnection.hold(orm, PATIENCE, async held => {
    const restore = await dialect?.prepare(held);
    try {
      return await work(held);
    } finally {
      await restore?.();
    }
  });
}

/** Whether all statements succeed, in a transaction that is rolled back. */
async function can(orm: MikroORM, ...statements: readonly string[]): Promise<boolean> {
  return onOne(orm, async held => {
    await held.begin(['begin']);
    try {
      for (const statement of statements) await held.execute(statement);
      return true;
    } catch {
      return false;
    } finally {
      await held.rollback();
    }
  });
}

/** Whether a row may come before its parent, if both are there at the commit. */
async function canDefer(orm: MikroORM): Promise<boolean> {
  return HeldConnection.hold(orm, PATIENCE, async held => {
    await held.begin(['begin']);
    try {
      await held.execute('insert into child values (1)');
      await held.execute('insert into parent values (1)');
      await held.commit();
      return true;
    } catch {
      await held.rollback();
      return false;
    }
  });
}

/** Whether a column of decimals has the digits that were written into it. */
async function keepsDigits(database: TestDatabase): Promise<boolean> {
  await database.execute('create table priced (price numeric(20, 6))');
  await database.execute(`insert into priced values ('12345678901234.567891')`);
  const [row] = await database.execute<{ price: string }>('select cast(price as text) as price from priced');
  return row?.price === '12345678901234.567891';
}

/** Whether two can write to two tables at the same time. */
async function canWriteBoth(one: MikroORM, other: MikroORM): Promise<boolean> {
  return onOne(one, async held => {
    await held.begin(['begin']);
    try {
      await held.execute('insert into parent values (2)');
      return await can(other, 'insert into stranger values (1)');
    } finally {
      await held.rollback();
    }
  });
}

test.each<DatabaseKind>([sqliteFile, postgresql])('what $name can do is what its dialect says', async kind => {
  await using database = await kind.create();
  const [one, other] = [await database.orm([]), await database.orm([])];
  await database.execute('create table parent (id integer primary key)');
  await database.execute('create table child (id integer references parent deferrable initially deferred)');
  await database.execute('create table stranger (id integer)');
  const undone = await can(one, 'create table undone (id integer)');
  const found = {
    transactionalDdl: undone && !(await can(one, 'select * from undone')),
    returning: await can(one, 'update parent set id = id returning id', 'insert into parent values (9) returning id'),
    namespaces: await can(one, 'create schema elsewhere', 'create table elsewhere.animal (id integer)'),
    roles: await can(one, 'select current_user'),
    enums: await can(one, `create type mood as enum ('asleep')`),
    deferrable: await canDefer(one),
    tableLocks: await canWriteBoth(one, other),
    files: database.address?.endsWith('zoo.db') === true,
    exact: await keepsDigits(database),
  };
  expect(dialectOf(one.config.getPlatform())?.capabilities).toEqual(found);
});

test.each<DatabaseKind>([sqliteMemory, sqliteFile, postgresql])('$name is spoken to in its dialect', async kind => {
  await using database = await kind.create();
  const orm = await database.orm([]);
  const dialect = dialectOf(orm.config.getPlatform());
  expect(dialect?.name).toBe(kind.dialect);
  expect(dialectNamed(kind.dialect)).toBe(dialect);
});
