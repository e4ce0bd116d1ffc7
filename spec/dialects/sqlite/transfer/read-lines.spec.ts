import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBlocks } from '../../../../lib/dialects/sqlite/transfer/read-lines.ts';
import type { TransferTable } from '../../../../lib/dialects/row-transfer.ts';
import { linesOfBlock } from '../../../../lib/rows/canonical/cells.ts';
import { HeldConnection } from '../../../../lib/store/connection.ts';
import { sqliteMemory, type TestDatabase } from '../../../support/databases.ts';

/** More rows than the first three batches have together. */
const ROWS = 700;
const FILLED = `with recursive s (n) as (select 1 union all select n + 1 from s where n < ${ROWS})`;

/** Tables by what their key is, with the SQL of the key of a row. Rows come in in another order than that of their keys. */
const TABLES: Readonly<Record<string, { readonly create: string; readonly keys: readonly string[] }>> = {
  'the rowid': { create: '(k integer primary key, v any)', keys: ['n * 37 % 701 * 1000 - 300000'] },
  'the rowid, next to an index of all columns': {
    create: '(k integer primary key, v any); create index covering on t (v desc, k)',
    keys: ['n * 37 % 701 - 350'],
  },
  'no rowid, since it is declared with desc': {
    create: '(k integer primary key desc, v any)',
    keys: ['n * 37 % 701'],
  },
  'another integer than the rowid': { create: '(k int primary key, v any)', keys: ['n * 37 % 701'] },
  'an integer without a rowid': {
    create: '(k integer primary key, v any) without rowid',
    keys: ['n * 37 % 701 - 350'],
  },
  'a text that has a collation': {
    create: '(k text collate nocase primary key, v any)',
    keys: [`char(65 + n % 2 * 32) || 'é"' || (n * 37 % 701)`],
  },
  'a blob': { create: '(k blob primary key, v any)', keys: [`cast(n * 37 % 701 as blob)`] },
  'two columns': { create: '(k int, l text, v any, primary key (k, l))', keys: ['n % 7', `'x' || n`] },
};

describe('the lines of a SQLite table', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await sqliteMemory.create();
  });
  afterAll(() => database.drop());

  /** What the database is read as, and what it should be read as: line by line, in the order of the key. */
  async function linesOf(kind: string, before: readonly string[] = []) {
    const { create, keys } = TABLES[kind] as { create: string; keys: readonly string[] };
    const names = keys.length > 1 ? ['k', 'l'] : ['k'];
    return HeldConnection.hold(await database.orm([]), { waitMs: 60_000 }, async held => {
      const run = (sql: string) => held.execute(sql);
      await run('drop table if exists t');
      for (const sql of `create table t ${create}`.split('; ')) await run(sql);
      await run(
        `insert into t select ${keys.join(', ')}, case n % 5 when 0 then 'odd' else n end from (${FILLED} select n from s)`,
      );
      for (const sql of before) await run(sql);
      const isText = kind.startsWith('a text');
      const table: TransferTable = {
        name: 't',
        namespace: undefined,
        key: names,
        columns: [
          { name: 'k', kind: isText ? 'text' : kind === 'a blob' ? 'blob' : 'integer', type: '' },
          ...(names.length > 1 ? [{ name: 'l', kind: 'text' as const, type: '' }] : []),
          { name: 'v', kind: 'integer', type: '' },
        ],
      };
      const lines: string[] = [];
      for await (const { bytes, rows } of readBlocks(held, table)) {
        const some = linesOfBlock(bytes);
        expect(some).toHaveLength(rows);
        lines.push(...some);
      }
      const key = kind === 'a blob' ? 'lower(hex(k)) as k' : names.join(', ');
      const found = await run(
        `select ${key}, v from t order by ${names.map(name => `t.${name} collate binary`).join(', ')}`,
      );
      const expected = found.map(row => {
        const value = row.v === 'odd' ? '{"text":"odd"}' : JSON.stringify(row.v);
        return `[${names.map(name => JSON.stringify(row[name])).join(',')},${value}]`;
      });
      return { lines, expected };
    });
  }

  test.each(Object.keys(TABLES))('are in the order of a key that is %s', async kind => {
    const { lines, expected } = await linesOf(kind);
    expect(lines).toEqual(expected);
    expect(lines).toHaveLength(ROWS);
  });

  test('are in the order of the key where SQLite reads backwards unless it is told', async () => {
    const { lines, expected } = await linesOf('the rowid', ['pragma reverse_unordered_selects = on']);
    expect(lines).toEqual(expected);
    await database.execute('pragma reverse_unordered_selects = off');
  });
});
