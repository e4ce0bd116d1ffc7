import type { HeldConnection } from '../store/connection.ts';
import type { Database } from '../store/database.ts';

/**
 * What a table is locked with on PostgreSQL, the weakest first.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
export const LOCK_MODES = [
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof LOCK_MODES)[number];

/** What happened to a table since the last look. */
export interface TableTouch {
  /** Stays with the table when it gets another name. */
  readonly id: string;
  /** Its name when the step begins. */
  readonly name: string;
  /** The strongest lock it is held with until the end of the transaction. SQLite has none: its one writer holds the file. */
  readonly lock: LockMode | undefined;
  /** Whether the whole table is rewritten. */
  readonly rewritten: boolean;
  /** Whether all of its rows are read. Not known on SQLite. */
  readonly scanned: boolean | undefined;
  /** Whether rows of it are written. */
  readonly written: boolean;
  readonly dropped: boolean;
}

/** How many rows a table has in this database. */
export interface RowCount {
  readonly count: number;
  /** Whether they were counted; otherwise it is what the database's statistics say. */
  readonly exact: boolean;
}

/** Measures what statements do to the tables that were there when it was made. */
export interface Meter {
  /** Told of a statement before it is sent. */
  expect(sql: string): Promise<void>;
  /** What happened since the last look. */
  look(): Promise<readonly TableTouch[]>;
  /** The names of those tables now, by the names they had: gone if it has none. */
  names(): ReadonlyMap<string, string | undefined>;
  /** How many rows were changed so far in this transaction, by any code. */
  changes(): Promise<number>;
}

/** What the dialects measure by. */
export interface Metering {
  /** Makes a meter for all tables of the application, in the transaction under way. */
  begin(held: HeldConnection): Promise<Meter>;
  /** Tells how many rows tables have here, by name; missing tables are left out. Only reads. */
  countRows(held: HeldConnection, database: Database, names: readonly string[]): Promise<ReadonlyMap<string, RowCount>>;
}

/** The strongest of several locks. */
export function strongest(locks: readonly (LockMode | undefined)[]): LockMode | undefined {
  return LOCK_MODES.findLast(mode => locks.includes(mode));
}

/** All that happened to each table, in the order they were first touched. Pure. */
export function together(touches: readonly TableTouch[]): TableTouch[] {
  const all = new Map<string, TableTouch>();
  for (const touch of touches) {
    const before = all.get(touch.id);
    all.set(touch.id, before ? both(before, touch) : touch);
  }
  return [...all.values()];
}

function both(one: TableTouch, other: TableTouch): TableTouch {
  return {
    ...one,
    lock: strongest([one.lock, other.lock]),
    rewritten: one.rewritten || other.rewritten,
    scanned: one.scanned === undefined ? other.scanned : one.scanned || (other.scanned ?? false),
    written: one.written || other.written,
    // SQLite rebuilds a table by dropping the old one
    dropped: other.dropped,
  };
}
