import type { HeldConnection } from '../store/connection.ts';
import type { Call } from '../boot/call.ts';
import type { PlannedStep } from '../boot/planned-steps.ts';
import type { Meter } from './table-touches.ts';
import type { Guard } from '../plan/recorder.ts';
import { postgresqlScratch } from './postgresql/scratch.ts';
import { sqliteScratch } from './sqlite/scratch.ts';

/** An empty place of its own, where a step can do what it likes: whatever happens in it, nothing is left of it. */
export interface Place {
  readonly held: HeldConnection;
  /** The call as it is made there. */
  readonly call: Call;
  /** Creates the storage that is there before. */
  inhabit(statements: readonly string[]): Promise<void>;
  /** Measures what happens to the tables that are there by now. */
  meter(): Promise<Meter>;
  /** Keeps statements in this place. */
  readonly guard: Guard | undefined;
  /** Why a statement was kept from leaving it, if one was. */
  outside(): string | undefined;
  /** Says a statement as it would be said in the database itself. */
  asHere(sql: string): string;
}

/** Opens one empty place after the other. */
export interface Scratch {
  inside<T>(foreignKeys: PlannedStep['foreignKeys'], work: (place: Place) => Promise<T>): Promise<T>;
}

/**
 * Opens what steps can be tried in, for as long as `work` runs: a database in memory on SQLite; on PostgreSQL a namespace
 * inside a transaction, which nobody else ever sees, and which is gone however that transaction ends.
 *
 * @throws {@link PermissionDeniedError} where this role may not make one
 */
export async function withScratch<T>(call: Call, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  return call.database.dialect.name === 'sqlite' ? sqliteScratch(call, work) : postgresqlScratch(call, work);
}
