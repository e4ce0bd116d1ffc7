import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { LiveTable } from '../../lib/dialects/table-changes.ts';
import type { Sql } from '../../lib/dialects/table-editor.ts';
import { postgresqlEditor } from '../../lib/dialects/postgresql/editor.ts';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';
import { readByKey } from '../../lib/rows/read-by-key.ts';
import { quoteName } from '../../lib/sql/quoting.ts';
import { writeUpdates } from '../../lib/rows/write-updates.ts';
import { type DatabaseKind, postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';

interface Keys {
  /** As a column of the key is declared; several are told by a comma. */
  readonly types: readonly string[];
  /** The keys in their order, as SQL. */
  readonly keys: readonly string[];
}

const everywhere: Readonly<Record<string, Keys>> = {
  'small numbers': { types: ['integer'], keys: ['(-1)', '(0)', '(1)', '(2)', '(3)'] },
  'numbers that JavaScript does not hold': {
    types: ['bigint'],
    keys: ['(1)', '(9007199254740992)', '(9007199254740993)', '(9007199254740994)', '(9223372036854775807)'],
  },
  texts: { types: ['text'], keys: [`('''')`, `('A')`, `('a''b')`, `('a\\b')`, `('ß')`] },
  'two columns': { types: ['text', 'integer'], keys: [`('a', 1)`, `('a', 2)`, `('a', 3)`, `('b', 1)`, `('b', 2)`] },
};
const kinds: readonly (readonly [DatabaseKind, Readonly<Record<string, Keys>>])[] = [
  [
    sqliteMemory,
    {
      ...everywhere,
      'values of any kind': { types: [''], keys: ['(-1.5)', '(7)', '(9007199254740993)', `('7')`, `(x'00ff')`] },
    },
  ],
  [
    postgresql,
    {
      ...everywhere,
      microseconds: {
        types: ['timestamptz'],
        keys: ['00.000001', '00.000002', '00.000999', '00.001', '01'].map(
          second => `('2024-01-02 03:04:${second}+00')`,
        ),
      },
      'exact fractions': {
        types: ['numeric'],
        keys: ['0.1', '0.10000000000000000001', '0.2', '1e20', '1e40'].map(n => `(${n})`),
      },
      uuids: {
        types: ['uuid'],
        keys: ['1', '2', '3', '4', '5'].map(n => `('00000000-0000-0000-0000-00000000000${n}')`),
      },
      characters: { types: ['char(5)'], keys: ['a', 'ab', 'b', 'c', 'd'].map(text => `('${text}')`) },
    },
  ],
];

describe.each(kinds.map(([kind, cases]) => [kind.name, kind, cases] as const))('on %s', (_, kind, cases) => {
  let database: TestDatabase;
  let sql: Sql;
  const { dialect } = kind;
  const { rows: writing, read } = dialect === 'sqlite' ? sqliteEditor : postgresqlEditor;
  const names = { quoteName };
  const literal = (value: unknown) => (typeof value === 'string' ? quoted(value) : String(value));
  const quoted = (text: string) =>
    dialect === 'sqlite' ? `'${text.replaceAll("'", "''")}'` : writing.exactLiteral(text);
  beforeAll(async () => {
    database = await kind.create();
    sql = { execute: text => database.execute(text) };
  });
  afterEach(() => database.execute('drop table if exists animal'));
  afterAll(() => database.drop());

  test.each(Object.entries(cases))(
    'each row is met once, in order, and written by a key of %s',
    async (__, { types, keys }) => {
      const key = types.map((___, index) => `k${index}`);
      const columns = key.map((name, index) => `${name} ${types[index]} not null`).join(', ');
      await database.execute(
        `create table animal (${columns}, n integer, seen integer, primary key (${key.join(', ')}))`,
      );
      const places = keys.map((one, place) => `${one.slice(0, -1)}, ${place})`).toReversed();
      await database.execute(`insert into animal (${key.join(', ')}, n) values ${places.join(', ')}`);
      const live = (await read(sql, { name: 'animal', namespace: undefined })) as LiveTable;

      const met: unknown[] = [];
      const source = { sql, signal: new AbortController().signal, writing, dialect: names };
      for await (const { rows, keys: exact } of readByKey(source, live, { key, batch: 2, literal })) {
        expect(rows.length).toBeLessThanOrEqual(2);
        met.push(...rows.map(row => row['n']));
        for (const row of rows) expect(Object.keys(row)).toEqual([...key, 'n', 'seen']);
        const updates = { key, columns: ['seen'], rows: rows.map((row, index) => [...(exact[index] ?? []), row['n']]) };
        await writeUpdates({ sql, writing }, live, [updates], String);
      }
      expect(met.map(Number)).toEqual([0, 1, 2, 3, 4]);
      const written = await database.execute<{ n: number }>('select n from animal where seen = n');
      expect(written).toHaveLength(5);
    },
  );

  test('a condition chooses the rows, and an aborted signal ends it', async () => {
    await database.execute('create table animal (id integer primary key)');
    await database.execute('insert into animal values (1), (2), (3), (4)');
    const table = { name: 'animal', namespace: undefined };
    const abort = new AbortController();
    const options = { key: ['id'], batch: 1, where: 'id = 1 or id > 2', literal };
    const met: unknown[] = [];
    const reading = async () => {
      for await (const { rows } of readByKey({ sql, signal: abort.signal, writing, dialect: names }, table, options)) {
        met.push(...rows.map(row => row['id']));
        if (met.length === 2) abort.abort(new Error('enough'));
      }
    };
    await expect(reading()).rejects.toThrow('enough');
    expect(met).toEqual([1, 3]);
  });

  test('what counts by itself goes on behind keys that were chosen, and never back', async () => {
    const counted = dialect === 'sqlite' ? 'integer primary key autoincrement' : 'serial primary key';
    await database.execute(`create table animal (id ${counted}, name text)`);
    const table = { name: 'animal', namespace: undefined };
    await database.execute(`insert into animal values (7, 'chosen')`);
    await writing.countOn(sql, table);
    await database.execute(`insert into animal (name) values ('counted')`);
    await database.execute(`delete from animal where id = 8`);
    await writing.countOn(sql, table);
    await database.execute(`insert into animal (name) values ('counted on')`);
    expect(await database.execute('select id, name from animal order by id')).toEqual([
      { id: 7, name: 'chosen' },
      { id: 9, name: 'counted on' },
    ]);
  });
});
