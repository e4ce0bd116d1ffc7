import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { CompiledQuery } from 'kysely';
import { databases, postgresql } from './databases.ts';
import { record } from './recorder.ts';

const keepers = () => ({
  Keeper: defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } }),
});

describe.each(databases)('on $name', kind => {
  test('a recording sees what reaches the driver, and nothing once it is stopped', async () => {
    await using database = await kind.create();
    const { Keeper } = keepers();
    const orm = await database.orm([Keeper]);
    await orm.schema.create();

    const events: string[] = [];
    const recording = await record(orm, {
      before: n => events.push(`before ${n}`),
      after: n => events.push(`after ${n}`),
    });
    expect(recording.sql).toEqual([]);

    await orm.em.fork().transactional(async em => {
      em.create(Keeper, { id: 1, name: 'Ann' });
    });
    expect(recording.sql.map(sql => sql.replace(/^(insert into \S+).*/, '$1').toLowerCase())).toEqual(
      ['begin', 'insert into "keeper"', 'commit'].map(sql =>
        kind.dialect === 'sqlite' ? sql.replaceAll('"', '`') : sql,
      ),
    );
    expect(new Set(recording.statements.map(statement => statement.connection))).toEqual(new Set([1]));
    expect(events).toEqual(['before 1', 'after 1', 'before 2', 'after 2', 'before 3', 'after 3']);

    recording.clear();
    await expect(orm.em.execute('select * from nowhere')).rejects.toThrow(/nowhere/);
    await orm.em.execute('select name from keeper where id = ?', [1]);
    expect(recording.sql).toHaveLength(2);
    expect(events.slice(-2)).toEqual(['before 5', 'after 5']);

    recording.stop();
    await orm.em.execute('select 2');
    expect(recording.sql).toHaveLength(2);
  });

  test('rows that are streamed are seen as the one statement they are', async () => {
    await using database = await kind.create();
    const { Keeper } = keepers();
    const orm = await database.orm([Keeper]);
    await orm.schema.create();
    using recording = await record(orm);
    for await (const keeper of orm.em.fork().stream(Keeper)) expect(keeper).toBeUndefined();
    expect(recording.sql.filter(sql => sql.startsWith('select'))).toHaveLength(1);
  });

  test('what is sent on a connection held from below MikroORM is seen as well', async () => {
    await using database = await kind.create();
    const orm = await database.orm(keepers());
    using recording = await record(orm);
    await orm.em
      .getConnection()
      .getClient()
      .connection()
      .execute(async held => {
        await held.executeQuery(CompiledQuery.raw('select 1'));
        const transaction = await held.startTransaction().execute();
        await transaction.rollback().execute();
      });
    expect(recording.sql.map(sql => sql.toLowerCase())).toEqual(['select 1', 'begin', 'rollback']);
  });
});

test('connections opened after the recording began are recorded too, each under its number', async () => {
  await using database = await postgresql.create();
  const orm = await database.orm(keepers());
  using recording = await record(orm);
  await Promise.all([1, 2, 3].map(() => orm.em.fork().transactional(em => em.execute('select pg_backend_pid()'))));
  expect(recording.sql.filter(sql => sql === 'begin')).toHaveLength(3);
  expect(Math.max(...recording.statements.map(statement => statement.connection))).toBe(3);
});
