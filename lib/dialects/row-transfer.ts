import type { HeldConnection } from '../store/connection.ts';
import type { TableName } from './table-changes.ts';

/**
 * How the values of a column are written in a dump, on every dialect. `docs/dump-format.md` lists the
 * form of each.
 */
export type ColumnKind =
  | 'integer'
  | 'real'
  | 'decimal'
  | 'boolean'
  | 'text'
  | 'uuid'
  | 'date'
  | 'time'
  | 'interval'
  | 'moment'
  | 'json'
  | 'blob'
  | 'array'
  | 'other';

/** A column whose values travel. */
export interface TransferColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Digits behind the point, of a decimal that has a fixed number of them. */
  readonly scale?: number | undefined;
  /** As the database at hand says it. */
  readonly type: string;
  /** What an enum allows, or a check that stands for one. */
  readonly items?: readonly string[] | undefined;
  readonly nullable?: boolean | undefined;
  /** Whether null stands in a dump for all values, since what they refer to is left out. */
  readonly isEmptied?: boolean | undefined;
}

/** A table whose rows travel. */
export interface TransferTable extends TableName {
  readonly columns: readonly TransferColumn[];
  /** The columns of the primary key, in order: what the rows are sorted by. */
  readonly key: readonly string[];
  /** The column that counts by itself, if there is one. */
  readonly counter?: string | undefined;
}

/** Some rows as they stand in a dump, one JSON array each, in the order of the key. */
export interface LineBlock {
  /** The lines, each with its end. */
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** What a second reading finds: the number of rows, and for each column a sum over all of them. */
export interface TableSums {
  readonly rows: number;
  readonly sums: readonly bigint[];
}

/** Why a value has no place in a column. */
export interface NoRoom {
  readonly why: string;
}

/** Makes of a value of a dump, as JSON text, what the dump of this database will hold: in most cases the same. */
export type Fit = (cell: string) => string | NoRoom;

/** Many rows on their way into one table. Nothing else can be sent before it ends. */
export interface RowLoading {
  /** Adds rows. A row that is refused may be reported later. */
  add(rows: readonly (readonly string[])[]): Promise<void>;
  /** Waits until all rows are there. */
  end(): Promise<void>;
  /** Gives up, so that the transaction can be rolled back. */
  abandon(): Promise<void>;
  /** Which of the rows an error is about, counted from 1, as far as the database says it. */
  rowOf(error: unknown): number | undefined;
}

/** How rows leave a database of this dialect and get into it, exactly. */
export interface RowTransfer {
  /** The statements that begin a transaction which only reads, and sees one state of the database. */
  readonly snapshot: readonly string[];
  /** Keeps others from writing into tables, while they can go on reading: how such a transaction begins, and what it locks. */
  readonly guard: {
    begin(waitMs: number): readonly string[];
    /** @param tables as SQL says them */
    lock(tables: readonly string[]): readonly string[];
  };
  /** Makes the session write values as dumps do, in a transaction that loads rows. */
  readonly session: readonly string[];
  /** Says why rows of a database cannot be read exactly; `undefined` if they can. */
  unreadable(held: HeldConnection): Promise<string | undefined>;
  /**
   * Reads a table in the order of its key. Memory stays flat, however many rows there are.
   *
   * @param first how many rows may be read at once before it is known how long they are
   */
  blocks(held: HeldConnection, table: TransferTable, first?: number): AsyncGenerator<LineBlock>;
  /**
   * Reads a table once more, by a query of another kind. Sums are those of `lib/rows/canonical/sums.ts`.
   *
   * @param isPlain whether all values of a column, by its place, were what the column is for
   */
  sums(held: HeldConnection, table: TransferTable, isPlain: (column: number) => boolean): Promise<TableSums>;
  /**
   * Up to which limit a value in the most usual form of its kind certainly fits, which {@link fit} then need not see: how large
   * an integer is, how many bytes a text has, how many digits a moment has behind its second, how many a decimal has before its
   * point. `undefined` if each value has to be looked at.
   */
  limitOf(column: TransferColumn): number | undefined;
  /** Makes what looks whether the values of a column can be kept here. */
  fit(column: TransferColumn): Fit;
  /** Writes rows past all hooks, triggers and foreign keys, as far as they are there. Each value is JSON text that fits. */
  load(held: HeldConnection, table: TransferTable, rows: readonly (readonly string[])[]): Promise<void>;
  /** Begins to load many rows in the fastest way there is; `undefined` where that is {@link load}. */
  loading(held: HeldConnection, table: TransferTable): Promise<RowLoading | undefined>;
  /** Whether each value of a column that fits stays as the dump has it. */
  keeps(column: TransferColumn): boolean;
  /** Sets the number that a column which counts by itself gives next. */
  setNext(held: HeldConnection, table: TransferTable, counter: { column: string; next: bigint }): Promise<void>;
  /** The number that a column which counts by itself gives next. */
  next(held: HeldConnection, table: TransferTable, column: string): Promise<bigint | undefined>;
}
