import { join } from 'node:path';
import type { RowTransfer, TableSums } from '../../dialects/row-transfer.ts';
import { DumpInvalidError } from '../../errors.ts';
import { LineSums } from '../../rows/canonical/sums.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { fileOfTable, type ManifestTable } from '../manifest.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';
import { LineFile } from './line-file.ts';

/** Where rows come from and where they go. */
interface Writing {
  readonly guid: string;
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
  /** Whether the dump is removed again by this process: nothing waits for the disk. */
  readonly isScratch: boolean;
  /** Learns how many rows of the table are written. */
  readonly onRows: (done: number) => void;
}

/**
 * Writes the rows of a table, and compares what was written with what the database added up by itself.
 *
 * @throws {@link DumpInvalidError} if it is not the same
 */
export async function writeTable(writing: Writing, table: DumpedTable): Promise<ManifestTable> {
  const { held, transfer, folder, signal } = writing;
  const path = fileOfTable(table.title);
  const file = await LineFile.create(join(folder, path));
  const sums = new LineSums(table.columns, table.key);
  try {
    await file.write(Buffer.from(`${JSON.stringify(table.columns.map(({ name }) => name))}\n`));
    for await (const { bytes } of transfer.blocks(held, table)) {
      signal?.throwIfAborted();
      sums.add(bytes);
      await file.write(bytes);
      writing.onRows(sums.rows);
    }
    const written = await file.finish(writing.isScratch);
    const expected = await transfer.sums(held, table, column => sums.isPlain(column));
    assertSame(writing.guid, table, { rows: sums.rows, sums: sums.sums }, expected);
    const next = table.counter === undefined ? undefined : await transfer.next(held, table, table.counter);
    return {
      table: table.title,
      entities: table.entities,
      file: path,
      columns: table.columns.map(({ name, kind, scale }) => ({ name, kind, ...(scale !== undefined && { scale }) })),
      key: table.key,
      rows: sums.rows,
      ...written,
      sums: sums.sums.map(String),
      ...(next !== undefined && { counter: { column: table.counter as string, next: String(next) } }),
    };
  } finally {
    await file.close();
  }
}

function assertSame(guid: string, { title, columns }: DumpedTable, written: TableSums, expected: TableSums): void {
  const file = fileOfTable(title);
  if (written.rows !== expected.rows)
    throw new DumpInvalidError(
      `${written.rows} rows of ${title} were written, and the database counts ${expected.rows}. Dump again, and report this.`,
      { guid, file },
    );
  const index = columns.findIndex((_, at) => written.sums[at] !== expected.sums[at]);
  if (index < 0) return;
  throw new DumpInvalidError(
    `${title}.${columns[index]?.name}: the written values add up to ${written.sums[index]}, and the database says ${expected.sums[index]}. Dump again, and report this.`,
    { guid, file },
  );
}
