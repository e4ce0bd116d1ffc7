import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RowTransfer } from '../../../lib/dialects/row-transfer.ts';
import { sqliteTransfer } from '../../../lib/dialects/sqlite/transfer/sqlite-transfer.ts';
import type { DumpedTable } from '../../../lib/dump/values/dumped-tables.ts';
import { writeTable } from '../../../lib/dump/writing/write-table.ts';
import { DumpInvalidError } from '../../../lib/errors.ts';
import { HeldConnection } from '../../../lib/store/connection.ts';
import { sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { newFolder } from '../releases.ts';

const TABLE: DumpedTable = {
  name: 'thing',
  namespace: undefined,
  title: 'thing',
  home: undefined,
  entities: ['Thing'],
  entity: 'Thing',
  top: undefined,
  references: [],
  key: ['id'],
  columns: [
    { name: 'id', kind: 'integer', type: 'integer' },
    { name: 'name', kind: 'text', type: 'text' },
    { name: 'size', kind: 'real', type: 'real' },
    { name: 'at', kind: 'moment', type: 'datetime' },
  ],
};

describe('a table that is written while the first reading has a fault', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await sqliteMemory.create();
    await database.execute('create table thing (id integer primary key, name text, size real, at datetime)');
    await database.execute(
      `with recursive s (n) as (select 1 union all select n + 1 from s where n < 100) insert into thing select n, 'thing ' || n, n * 1.25, 1700000000000 + n * 86400000 from s`,
    );
  });
  afterAll(() => database.drop());

  /** Writes the table, with another text in the place of one, wherever it stands in the lines. */
  async function write(from: string, to: string) {
    const folder = newFolder();
    mkdirSync(join(folder, 'tables'), { recursive: true });
    const transfer: RowTransfer = {
      ...sqliteTransfer,
      async *blocks(held, table) {
        for await (const { bytes, rows } of sqliteTransfer.blocks(held, table))
          yield { bytes: Buffer.from(Buffer.from(bytes).toString().replace(from, to)), rows };
      },
    };
    const rest = { guid: 'zoo', folder, signal: undefined, isScratch: true, onRows: () => {} };
    return HeldConnection.hold(await database.orm([]), { waitMs: 60_000 }, held =>
      writeTable({ ...rest, held, transfer }, TABLE),
    );
  }

  test('is written as it is without one', async () => {
    expect((await write('nothing', 'else')).rows).toBe(100);
  });

  test.each([
    ['a row that is missing', '[7,"thing 7",8.75,"2023-11-21 22:13:20"]\n', '', '99 rows of thing were written'],
    ['a row that is there twice', '[7,"thing 7",8', '[7,"thing 7",8.75,"2023-11-21 22:13:20"]\n[7,"thing 7",8', '101'],
    ['another number in a key', '[7,', '[8,', 'thing.id'],
    ['a text that is cut', '"thing 77"', '"thing 7"', 'thing.name'],
    ['a text that is null', '"thing 77"', 'null', 'thing.name'],
    ['a number without its last digit', '96.25', '9.25', 'thing.size'],
    ['a number without its sign', ',122.5,', ',-122.5,', 'thing.size'],
    ['a moment of another second', '22 22:13:20', '22 22:13:21', 'thing.at'],
    ['a value of another kind', '"thing 77"', '{"blob":"7468696e67203737"}', 'thing.name'],
  ])('is refused for %s', async (_, from, to, named) => {
    const refused = await write(from, to).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DumpInvalidError);
    expect((refused as DumpInvalidError).message).toContain(named);
  });
});
