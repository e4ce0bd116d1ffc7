import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgresqlRows } from '../../../lib/dialects/postgresql/rows.ts';
import type { LiveTable } from '../../../lib/dialects/table-changes.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(() => database.drop());

/** A table with a key of these types. */
async function tableWith(types: Readonly<Record<string, string>>): Promise<LiveTable> {
  const columns = Object.entries({ ...types, legs: 'integer' }).map(([name, type]) => ({ name, type }));
  const declared = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
  await database.execute('drop table if exists animal');
  await database.execute(`create table animal (${declared}, primary key (${Object.keys(types).join(', ')}))`);
  return { name: 'animal', namespace: 'public', columns } as unknown as LiveTable;
}

async function update(
  table: LiveTable,
  key: readonly string[],
  values: readonly (readonly string[])[],
): Promise<string> {
  await database.execute(
    `insert into animal values ${values.map(row => `(${row.slice(0, -1).join(', ')}, null)`).join(', ')}`,
  );
  const sql = postgresqlRows.update(table, { key, columns: ['legs'], values });
  await database.execute(sql);
  const [{ left } = { left: 'nothing' }] = await database.execute(
    'select count(*)::int as left from animal where legs is null',
  );
  expect(left).toBe(0);
  return sql;
}

describe('rows that are written a batch at a time', () => {
  test.each([
    [
      'integer',
      [
        ['3', '1'],
        ['-2', '5'],
        ['10', '7'],
      ],
      `between -2 and 10`,
    ],
    [
      'bigint',
      [
        ['9007199254740993', '1'],
        [`'9007199254740992'`, '2'],
      ],
      `between 9007199254740992 and 9007199254740993`,
    ],
    ['smallint', [['7', '1']], `between 7 and 7`],
  ])('by a key of type %s: PostgreSQL is told between which keys they lie', async (type, values, expected) => {
    const table = await tableWith({ id: type });
    expect(await update(table, ['id'], values)).toContain(`t."id" ${expected}`);
  });

  test.each([
    [
      'text',
      [
        [`'10'`, '1'],
        [`'9'`, '2'],
      ],
    ],
    ['uuid', [[`'c0ffee00-0000-4000-8000-000000000000'`, '1']]],
    [
      'numeric',
      [
        ['1.5', '1'],
        ['2', '2'],
      ],
    ],
  ])('by a key of type %s, whose order is not that of numbers: it is not told', async (type, values) => {
    const table = await tableWith({ id: type });
    expect(await update(table, ['id'], values)).not.toContain('between');
  });

  test('by a key of two columns: of each column, and of no new value', async () => {
    const table = await tableWith({ family: 'integer', number: 'integer' });
    const sql = await update(
      table,
      ['family', 'number'],
      [
        ['1', '30', '4'],
        ['2', '20', '400'],
      ],
    );
    expect(sql).toMatch(/ and t\."family" between 1 and 2 and t\."number" between 20 and 30$/);
  });

  test('each batch reads its own part of the table', async () => {
    const table = await tableWith({ id: 'integer' });
    await database.execute('insert into animal select n, 0 from generate_series(1, 20000) as n');
    await database.execute('analyze animal');
    const values = Array.from({ length: 1000 }, (_, index) => [String(index + 5001), '4']);
    const sql = postgresqlRows.update(table, { key: ['id'], columns: ['legs'], values });
    const plan = await database.execute<{ 'QUERY PLAN': string }>(`explain ${sql}`);
    const text = plan.map(line => line['QUERY PLAN']).join('\n');
    expect(text).toContain('Index Scan using animal_pkey');
    expect(text).not.toContain('Seq Scan on animal');
  });
});
