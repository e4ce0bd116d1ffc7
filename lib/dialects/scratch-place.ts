import type { HeldConnection, Patience } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import type { Meter } from './table-touches.ts';

/** Keeps statements where they belong. */
export interface Guard {
  /** Throws if a statement is not to be sent. */
  before(sql: string): void;
  /** Throws if one has gone too far. */
  after(): Promise<void>;
}

/** A separate empty place for trying a step: nothing of it is left afterwards. */
export interface ScratchPlace {
  readonly held: HeldConnection;
  /** The database as it is to be spoken to there. */
  readonly database: Database;
  /** Creates the storage that is there before. */
  inhabit(statements: readonly string[]): Promise<void>;
  /** Measures what happens to the tables that are there by now. */
  meter(): Promise<Meter>;
  /** Keeps statements in this place. */
  readonly guard: Guard | undefined;
  /** Why a statement was kept from leaving it, if one was. */
  outside(): string | undefined;
  /** Rewrites a statement as the database itself would receive it. */
  asHere(sql: string): string;
}

/** Opens one empty place after the other. */
export interface Scratch {
  inside<T>(foreignKeys: 'on' | 'off', work: (place: ScratchPlace) => Promise<T>): Promise<T>;
}

/**
 * Opens what steps can be tried in, for as long as `work` runs: a database in memory on SQLite; on PostgreSQL a namespace
 * inside a transaction, which no other process ever sees, and which is gone however that transaction ends.
 *
 * @throws {@link PermissionDeniedError} where this role may not make one
 */
export type WithScratch = <T>(
  database: Database,
  patience: Patience,
  work: (scratch: Scratch) => Promise<T>,
) => Promise<T>;
