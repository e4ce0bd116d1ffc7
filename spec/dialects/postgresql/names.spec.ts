import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownName, stored } from '../../../lib/dialects/postgresql/names.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';
import { quoteName } from '../../../lib/sql/quoting.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(() => database.drop());

const long = 'a'.repeat(70);

test('a long name is stored as PostgreSQL cuts it, between characters', async () => {
  for (const name of [long, `${'a'.repeat(62)}é`, '🦁'.repeat(20), 'short']) {
    const [row] = await database.execute<{ name: string }>(`select '${name}'::name::text as name`);
    expect(stored(name)).toBe(row?.name);
  }
});

describe('what PostgreSQL names itself', () => {
  test.each([
    ['short', 'id'],
    [long.slice(0, 50), 'b'.repeat(20)],
    ['t', 'b'.repeat(60)],
    [long.slice(0, 60), 'id'],
    ['é'.repeat(31), 'ü'.repeat(25)],
    ['Or"der', 'by '],
  ])('%s.%s', async (table, column) => {
    await database.execute(
      `drop schema public cascade; create schema public; create table ${quoteName(table)} (${quoteName(column)} serial primary key)`,
    );
    const names = await database.execute(
      `select (select relname from pg_class where relkind = 'S') as sequence, ` +
        `(select conname from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace) as key`,
    );
    expect(names).toEqual([{ sequence: ownName(table, column, 'seq'), key: ownName(table, undefined, 'pkey') }]);
  });
});
