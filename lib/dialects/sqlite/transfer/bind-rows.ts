import type { HeldConnection } from '../../../store/connection.ts';
import type { RowLoading, TransferTable } from '../../row-transfer.ts';
import { insertInto, loadRows } from './load-rows.ts';
import { TextBytes, valueReaderOf, type LoadedValue } from './loaded-values.ts';

/** A statement takes so many values in every build of SQLite since 2020. https://www.sqlite.org/limits.html */
const MOST_VALUES = 32_766;
const MOST_ROWS = 100;

/**
 * Begins to load rows by a statement that is compiled once, and run with the values of many rows at a time.
 *
 * @returns `undefined` for drivers other than better-sqlite3, and where a log is to show the rows
 */
export async function bindRows(held: HeldConnection, table: TransferTable): Promise<RowLoading | undefined> {
  const { columns } = table;
  const many = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(columns.length, 1))));
  const sqlOf = (rows: number) =>
    `${insertInto(table)} ${Array(rows)
      .fill(`(${columns.map(() => '?').join(', ')})`)
      .join(', ')}`;
  const insertMany = await held.compile(sqlOf(many));
  const insertOne = await held.compile(sqlOf(1));
  return insertMany && insertOne && new Binding(held, table, { many, insertMany, insertOne });
}

type Insert = (values: readonly unknown[]) => void;
type CellTexts = readonly string[];

interface Statements {
  /** How many rows `insertMany` takes. */
  readonly many: number;
  readonly insertMany: Insert;
  readonly insertOne: Insert;
}

class Binding implements RowLoading {
  readonly #held: HeldConnection;
  readonly #table: TransferTable;
  readonly #readers: readonly ((cell: string) => LoadedValue)[];
  readonly #statements: Statements;
  /** The rows that are there. */
  #done = 0;

  constructor(held: HeldConnection, table: TransferTable, statements: Statements) {
    this.#held = held;
    this.#table = table;
    this.#readers = table.columns.map(valueReaderOf);
    this.#statements = statements;
  }

  async add(rows: readonly CellTexts[]): Promise<void> {
    const { many, insertMany } = this.#statements;
    let at = 0;
    for (; at + many <= rows.length; at += many) {
      const some = rows.slice(at, at + many);
      const values = this.#valuesOf(some);
      if (values && this.#isInserted(insertMany, values)) this.#done += many;
      else await this.#addEach(some);
    }
    await this.#addEach(rows.slice(at));
  }

  /** One after the other: some are left over, have a value that cannot be bound, or one of them is refused. */
  async #addEach(rows: readonly CellTexts[]): Promise<void> {
    for (const cells of rows) {
      const values = this.#valuesOf([cells]);
      if (values) this.#statements.insertOne(values);
      else await loadRows(this.#held, this.#table, [cells]);
      this.#done += 1;
    }
  }

  /** False if a row is refused: then none of them is there. */
  #isInserted(insert: Insert, values: readonly LoadedValue[]): boolean {
    try {
      insert(values);
      return true;
    } catch (error) {
      // After others, the transaction may be gone. https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
      if (!isConstraint(error)) throw error;
      return false;
    }
  }

  #valuesOf(rows: readonly CellTexts[]): LoadedValue[] | undefined {
    const readers = this.#readers;
    const values: LoadedValue[] = [];
    for (const cells of rows)
      for (let index = 0; index < readers.length; index += 1) {
        const value = (readers[index] as (cell: string) => LoadedValue)(cells[index] as string);
        if (value instanceof TextBytes) return undefined;
        values.push(value);
      }
    return values;
  }

  async end(): Promise<void> {}

  async abandon(): Promise<void> {}

  rowOf(error: unknown): number | undefined {
    return isConstraint(error) ? this.#done + 1 : undefined;
  }
}

function isConstraint(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT');
}
