import { BasePostgreSqlPlatform, SqlitePlatform } from '@mikro-orm/sql';
import type { HeldConnection, Row } from '../store/connection.ts';
import { postgresql } from './postgresql/session.ts';
import { sqlite } from './sqlite/session.ts';

export type DialectName = 'sqlite' | 'postgresql';

/** A table or view as the catalog lists it. */
export interface CatalogTable {
  readonly name: string;
  /** The namespace it stands in; `undefined` where the dialect has none. */
  readonly namespace: string | undefined;
  /** Found without naming a namespace. */
  readonly visible: boolean;
}

/** What is to be known where a step ends. */
export interface EndOfStep {
  /** Whether there may be constraints that wait for the commit. */
  readonly deferrable: boolean;
  /** Whether this transaction has another step to run. */
  readonly more: boolean;
}

/** What the databases do differently, in one place each. */
export interface Dialect {
  readonly name: DialectName;
  /** How a transaction of ours begins. */
  readonly begin: string;
  /** Follows a `select` of the row to take it without ever waiting for it. */
  readonly skipLocked: string;
  /** Column types, for the bookkeeping tables. */
  readonly types: { readonly serial: string; readonly bigint: string; readonly moment: string };
  /** An SQL expression for the role that works here. */
  role(): string;
  /** Makes the held connection ours, before any transaction; returns what gives it back as it was. */
  prepare(held: HeldConnection): Promise<() => Promise<void>>;
  /** Turns foreign keys on or off for the transactions that follow, where a database has to be told. */
  setForeignKeys(held: HeldConnection, state: 'on' | 'off'): Promise<void>;
  /** Says what every transaction of ours says first. */
  settle(held: HeldConnection, options: { lockTimeoutMs: number }): Promise<void>;
  /** Tries to become the only one that installs here; answers at once. */
  tryInstallLock(held: HeldConnection): Promise<boolean>;
  /** Names who installs right now, where the database can tell. */
  installer(held: HeldConnection): Promise<Row | undefined>;
  /** Lists the tables and views of the namespaces; `undefined` stands for the one that is meant when none is named. */
  listTables(namespaces: readonly (string | undefined)[]): string;
  /** Tells whether there are constraints that can wait for the commit. */
  hasDeferrable(held: HeldConnection): Promise<boolean>;
  /**
   * Lets deferred constraints speak up, so that a violation is told of the step that made it, and releases the savepoint
   * that was set before the first step, for another one if more steps follow. Fails if the transaction is no longer the
   * one we began.
   */
  endStep(held: HeldConnection, savepoint: string, options: EndOfStep): Promise<void>;
  /** A query for the rows whose parents are missing, where foreign keys are off while we work. */
  readonly foreignKeyCheck: string | undefined;
  /** Tells whether this role could create or alter anything here; `undefined` where files have no roles. */
  mayChange(namespace: string | undefined): string | undefined;
}

/** The dialect an ORM speaks, or `undefined` for one we do not. */
export function dialectOf(platform: unknown): Dialect | undefined {
  if (platform instanceof SqlitePlatform) return sqlite;
  if (platform instanceof BasePostgreSqlPlatform) return postgresql;
  return undefined;
}
