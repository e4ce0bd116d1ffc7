import type { HeldConnection, Row } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import type { WithScratch } from './scratch-place.ts';
import type { Editor } from './table-editor.ts';
import type { Metering } from './table-touches.ts';

/** What a database can do, as data: nothing outside the rooms of the dialects asks which of them it is. */
interface Capabilities {
  /** Whether a rollback undoes DDL as well. */
  readonly transactionalDdl: boolean;
  /** Whether `insert` and `update` can answer with rows. */
  readonly returning: boolean;
  /** Whether tables stand in namespaces. */
  readonly namespaces: boolean;
  /** Whether the database knows who is connected, and what they may do. */
  readonly roles: boolean;
  /** Whether an enum is a type with a name. */
  readonly enums: boolean;
  /** Whether a constraint can wait for the commit. */
  readonly deferrable: boolean;
  /** Whether tables are locked one by one. Otherwise whoever writes keeps all other writers out. */
  readonly tableLocks: boolean;
  /** Whether a database is a file, or in memory, and not behind a server. */
  readonly files: boolean;
}

/** A table or view as the catalog lists it. */
export interface CatalogTable {
  readonly name: string;
  /** The namespace it stands in; `undefined` where the dialect has none. */
  readonly namespace: string | undefined;
  /** Found without naming a namespace. */
  readonly visible: boolean;
}

/** What is to be known where a step ends. */
interface EndOfStep {
  /** Whether there may be constraints that wait for the commit. */
  readonly deferrable: boolean;
  /** Whether this transaction has another step to run. */
  readonly more: boolean;
}

/** Saves a database to a file that is not there yet, as the transaction under way found it. */
export type SaveDatabase = (database: Database, file: string) => Promise<void>;

/** What a driver's error means to us, whichever driver it came from. */
export type Fault =
  | 'no connection'
  | 'busy'
  | 'lock timeout'
  | 'no table'
  | 'duplicate'
  | 'permission'
  | 'doomed'
  | 'unavailable'
  | 'other';

/** An error as a driver throws it, without what MikroORM wraps around it. */
export type DriverError = Error & { readonly code?: unknown };

/** How the errors of a database are told from each other, and from all others. */
export interface DriverErrors {
  /** What an error means, if it is one of the database or its drivers. */
  faultOf(error: DriverError): Fault | undefined;
  /** Whether a code is the database's own, which has refused the work itself. */
  isOwnCode(code: string): boolean;
}

/** What the databases do differently, in one place each. */
export interface Dialect<Name extends string = string> {
  readonly name: Name;
  /** Its name as people write it. */
  readonly title: string;
  readonly capabilities: Capabilities;
  /** What saves a database to a new file, or, where the engine does not, the tool that people have for it. */
  readonly backup: { load(): Promise<SaveDatabase> } | { readonly tool: string };
  /** Loads what most boots do without. */
  readonly load: {
    /** What changes tables. */
    editor(): Promise<Editor>;
    /** What measures a step. */
    metering(): Promise<Metering>;
    /** What opens a place for steps to be tried in. */
    scratch(): Promise<WithScratch>;
  };
  /** How a transaction of ours begins. */
  readonly begin: string;
  /** Follows a `select` of the row to take it without ever waiting for it. */
  readonly skipLocked: string;
  /** Column types, for the bookkeeping tables. */
  readonly types: { readonly serial: string; readonly bigint: string; readonly moment: string };
  readonly errors: DriverErrors;
  /** Writes a name so that it is taken literally. */
  readonly quoteName: (name: string) => string;
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
  /** A query for the namespaces that are there, by `name`, where there are any. */
  readonly listNamespaces: string | undefined;
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
