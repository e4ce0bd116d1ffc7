import { describe, expect, test } from '@jest/globals';
import type { EntityMetadata } from '@mikro-orm/core';
import { isSkipped, isSkippedColumn, readingOf, tableOf, type Reading } from '../../lib/models/metadata-reading.ts';
import { offline } from './support.ts';

const [{ orm: sqlite }, { orm: postgresql }] = offline({
  schemaGenerator: { skipTables: ['animal'], defaultDeleteRule: 'cascade' },
});

function meta(tableName: string, schema?: string): EntityMetadata {
  return { tableName, ...(schema !== undefined && { schema }) } as EntityMetadata;
}

test('an ORM is read with its own platform, names and rules, and a manager of its own', () => {
  const read = readingOf(postgresql);
  expect(read.platform).toBe(postgresql.config.getPlatform());
  expect(read.metadata).toBe(postgresql.getMetadata());
  expect(read.naming).toBe(postgresql.config.getNamingStrategy());
  expect(read.rules).toMatchObject({ skipTables: ['animal'], defaultDeleteRule: 'cascade' });
  expect(read.em.getDriver()).toBe(postgresql.driver);
});

test('callbacks are handed a table by its name, its namespace and both', () => {
  expect(tableOf(meta('animal'))).toEqual({
    name: 'animal',
    qualifiedName: 'animal',
    toString: expect.any(Function),
  });
  expect(tableOf(meta('animal', 'zoo'))).toEqual({
    name: 'animal',
    schema: 'zoo',
    qualifiedName: 'zoo.animal',
    toString: expect.any(Function),
  });
  expect(String(tableOf(meta('animal', 'zoo')))).toBe('zoo.animal');
});

function reading(rules: Reading['rules'], orm: typeof sqlite | typeof postgresql = sqlite): Reading {
  return { ...readingOf(orm), rules };
}

describe('a table that other tools create', () => {
  const isNamed = (skipTables: (string | RegExp)[] | undefined, entity: EntityMetadata, orm?: typeof postgresql) =>
    isSkipped(entity, reading(skipTables === undefined ? {} : { skipTables }, orm));

  test.each<[(string | RegExp)[] | undefined, string, string | undefined, boolean]>([
    [undefined, 'animal', undefined, false],
    [[], 'animal', undefined, false],
    [['animal'], 'animal', undefined, true],
    [['ANIMAL'], 'Animal', undefined, true],
    [['keeper', 'animal'], 'animal', undefined, true],
    [['keeper'], 'animal', undefined, false],
    [['zoo.animal'], 'animal', 'zoo', true],
    [['animal'], 'animal', 'zoo', true],
    [['shop.animal'], 'animal', 'zoo', false],
    [[/^ani/], 'animal', undefined, true],
    [[/^ANI/], 'animal', undefined, false],
    [[/^ANI/gi], 'animal', undefined, true],
    [[/^zoo\./y], 'animal', 'zoo', true],
    [[/^undefined/], 'animal', undefined, false],
  ])('%p and %s in %s: %p', (skipTables, table, namespace, expected) => {
    expect(isNamed(skipTables, meta(table, namespace))).toBe(expected);
  });

  test('may be named with the namespace that is meant where there is none', () => {
    expect(isNamed(['public.animal'], meta('animal'), postgresql)).toBe(true);
    expect(isNamed(['public.animal'], meta('animal', 'zoo'), postgresql)).toBe(false);
    expect(isNamed(['public.animal'], meta('animal'))).toBe(false);
  });

  test('is told as often as it is asked, whatever the pattern remembers', () => {
    const pattern = /animal/g;
    expect([1, 2, 3].map(() => isNamed([pattern], meta('animal')))).toEqual([true, true, true]);
  });
});

test.each<[Reading['rules']['skipColumns'], string[] | undefined, string | undefined, boolean]>([
  [undefined, ['name'], undefined, false],
  [{ animal: ['name'] }, ['name'], undefined, true],
  [{ animal: ['NAME'] }, ['id', 'name'], undefined, true],
  [{ animal: [/^na/] }, ['id', 'name'], undefined, true],
  [{ animal: ['legs', 'name'] }, ['name'], undefined, true],
  [{ animal: ['name'] }, ['id'], undefined, false],
  [{ animal: ['name'] }, undefined, undefined, false],
  [{ keeper: ['name'] }, ['name'], undefined, false],
  [{ 'zoo.animal': ['name'] }, ['name'], 'zoo', true],
  [{ 'shop.animal': ['name'] }, ['name'], 'zoo', false],
  [{ animal: ['name'] }, ['name'], 'zoo', true],
  [{ 'undefined.animal': ['name'] }, ['name'], undefined, false],
])('columns that other tools create: %j and %j in %s: %p', (skipColumns, columns, namespace, expected) => {
  const rules = skipColumns === undefined ? {} : { skipColumns };
  expect(isSkippedColumn(columns, meta('animal', namespace), reading(rules))).toBe(expected);
});
