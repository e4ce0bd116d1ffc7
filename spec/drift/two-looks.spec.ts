import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { moduleOf, stageOf, type Stage } from './stage.ts';

function zoo(more: Record<string, unknown> = {}, name = 'Animal') {
  return moduleOf(
    defineEntity({
      name,
      properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().default(4), ...more },
    } as never),
    defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } }) as never,
  );
}

const one = zoo();
const two = zoo({ wings: p.integer().nullable() });
const ADDED = 'alter table animal add column wings integer null';

describe.each([sqliteMemory, postgresql])('two looks on $name', kind => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await kind.create();
    stage = await stageOf(database);
  });
  afterAll(() => database.drop());

  test('find nothing where a step did what its version is', async () => {
    expect(await stage.look({ from: one, to: two, does: ADDED })).toEqual({ before: [], made: [], kept: [] });
  });

  test('find what a step forgot', async () => {
    const found = await stage.look({ from: one, to: two });
    expect(found).toEqual({ before: [], made: ['missing animal.column.wings'], kept: [] });
  });

  test('find what a step did beyond its version', async () => {
    const { made } = await stage.look({
      from: one,
      to: two,
      does: `${ADDED}; alter table keeper add column age integer`,
    });
    expect(made).toEqual(['extra keeper.column.age']);
  });

  test('keep old drift apart, wherever it is', async () => {
    const before = 'create index mine on animal (legs); alter table keeper add column age integer';
    const found = await stage.look({ from: one, to: two, before, does: ADDED });
    const drift = ['extra animal.index.mine', 'extra keeper.column.age'];
    expect(found).toEqual({ before: drift, made: [], kept: drift });
  });

  test('know old drift again in a table and column that are renamed', async () => {
    const before = 'create index mine on animal (legs)';
    const renames = [
      { kind: 'table', from: 'animal', to: 'beast' },
      { kind: 'column', table: 'beast', from: 'legs', to: 'feet' },
    ] as const;
    const to = moduleOf(
      defineEntity({
        name: 'Beast',
        properties: { id: p.integer().primary(), name: p.string(), feet: p.integer().default(4) },
      }) as never,
      one['Keeper'] as never,
    );
    const does = 'alter table animal rename to beast; alter table beast rename column legs to feet';
    const found = await stage.look({ from: one, to, before, does, renames });
    expect(found).toEqual({ before: ['extra animal.index.mine'], made: [], kept: ['extra beast.index.mine'] });
  });

  test('miss what goes unnamed, and not what is named or goes with its column', async () => {
    const before = 'create index mine on animal (legs); create view four as select name from keeper';
    const does = 'drop index mine; drop view four';
    expect((await stage.look({ from: one, to: one, before, does })).made).toEqual([
      'missing four',
      'missing animal.index.mine',
    ]);
    expect((await stage.look({ from: one, to: one, before, does, named: ['mine', 'four'] })).made).toEqual([]);
    const without = moduleOf(
      defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } }) as never,
      one['Keeper'] as never,
    );
    const dropped = await stage.look({
      from: one,
      to: without,
      before: 'create index mine on animal (legs)',
      does: 'drop index mine; alter table animal drop column legs',
    });
    expect(dropped).toEqual({ before: ['extra animal.index.mine'], made: [], kept: [] });
  });

  test('find the table of an entity that is gone', async () => {
    const to = moduleOf(one['Animal'] as never);
    expect((await stage.look({ from: one, to })).made).toEqual(['extra keeper']);
    expect((await stage.look({ from: one, to, does: 'drop table keeper', named: ['keeper'] })).made).toEqual([]);
  });

  test('take what was not touched as it is, where the version before is not known', async () => {
    const before =
      'create table animal (id integer not null primary key); create table keeper (id integer primary key)';
    const found = await stage.look({ to: one, before, does: 'alter table animal add column legs integer' });
    expect(found.kept.every(line => line.includes('keeper'))).toBe(true);
    expect(found.made).toContain('missing animal.column.name');
    expect(found.made.some(line => line.includes('keeper'))).toBe(false);
  });
});
