import { LOCK_MODES, type LockMode, type TableImpact } from '../plan/plan-data.ts';

/** What happened to a table since the last look. */
export interface Touch extends Omit<TableImpact, 'rows'> {
  /** Stays with the table when it gets another name. */
  readonly id: string;
}

/** Measures what statements do to the tables that were there when it was made. */
export interface Meter {
  /** Told of a statement before it is sent. */
  expect(sql: string): Promise<void>;
  /** What happened since the last look. */
  look(): Promise<readonly Touch[]>;
  /** The names of those tables now, by the names they had: gone if it has none. */
  names(): ReadonlyMap<string, string | undefined>;
  /** How many rows were changed so far in this transaction, by whomever. */
  changes(): Promise<number>;
}

/** The strongest of several locks. */
export function strongest(locks: readonly (LockMode | undefined)[]): LockMode | undefined {
  return LOCK_MODES.findLast(mode => locks.includes(mode));
}

/** All that happened to each table, in the order they were first touched. Pure. */
export function together(touches: readonly Touch[]): Touch[] {
  const all = new Map<string, Touch>();
  for (const touch of touches) {
    const before = all.get(touch.id);
    all.set(touch.id, before ? both(before, touch) : touch);
  }
  return [...all.values()];
}

function both(one: Touch, other: Touch): Touch {
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
