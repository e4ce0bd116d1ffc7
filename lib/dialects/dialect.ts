import type { MikroORM } from '@mikro-orm/core';
import type { HeldConnection, Row } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import type { NewRow, RowMove } from '../store/deployed-row.ts';
import type { LogLine } from '../store/version-log.ts';
import type { Tables } from '../store/tables.ts';
import type { Violation } from '../store/violations.ts';
import type { RowTransfer } from './row-transfer.ts';
import type { UnsupportedName } from './drivers/unsupported.ts';
import type { WithScratchDatabase } from './with-scratch-database.ts';
import type { WithScratch } from './scratch-place.ts';
import type { Modeling } from './modeling.ts';
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
  /** Whether tables are locked one by one. Otherwise one writer keeps all others out. */
  readonly tableLocks: boolean;
  /** Whether a database is a file, or in memory, and not behind a server. */
  readonly files: boolean;
  /** Whether a decimal keeps all digits that its column has room for, and a moment its microseconds. */
  readonly exact: boolean;
}

/** A table or view as the catalog lists it. */
export interface CatalogTable {
  readonly name: string;
  /** The namespace it stands in; `undefined` where the dialect has none. */
  readonly namespace: string | undefined;
  /** Found without naming a namespace. */
  readonly visible: boolean;
  /** Whether it stands in a namespace that was asked for, and not in one further down the path. */
  readonly asked: boolean;
}

/** How a transaction of ours begins. */
interface Beginning {
  readonly lockTimeoutMs: number;
  /** Whether steps run in it, which must not end it. */
  readonly withSteps: boolean;
  /** The knowledge from a transaction before, on the same connection. */
  readonly known?: StepTransaction | undefined;
}

/** The knowledge about a transaction in which steps run. */
export interface StepTransaction {
  /** Names it, so that another one is noticed, where the database has a name for it. */
  readonly id: string | undefined;
  /** The very table whose row was taken: a step may change where names lead to. */
  readonly table?: string | undefined;
  /** Whether there may be constraints that wait for the commit. */
  readonly deferrable: boolean;
  /** Changes whenever another connection writes; `undefined` where that is unknown. */
  readonly writes: unknown;
  /** The settings by which this server ends a transaction that takes long, by name. */
  readonly limits: readonly string[];
}

/** Copies of whole databases on a server. `held` is on another database of it. */
export interface DatabaseCopies {
  /** Lists the scratch databases of this role whose processes were killed. */
  leftOver(held: HeldConnection): Promise<readonly string[]>;
  /** Whether another session is connected to a database. */
  isUsed(held: HeldConnection, name: string): Promise<boolean>;
  /** Copies a database. Answers whether it could: this role may not, or other sessions use it. */
  copy(held: HeldConnection, name: string, source: string): Promise<boolean>;
  /** Drops a copy. Answers whether it could: another session may use it. */
  drop(held: HeldConnection, name: string): Promise<boolean>;
}

/** How a copy is made. */
interface SavingOptions {
  /** Whether the copy is made in one go, which no writer makes begin again. It blocks this process. Default: false. */
  readonly isAtOnce?: boolean;
  /** What errors call the file. */
  readonly shownAs: string;
  /** Learns how many pages are copied, where the engine tells. */
  readonly onPages: (done: number, total: number) => void;
}

/** How a database of this engine is copied into a file. */
export interface FileCopies {
  /** Saves a database to an empty file, as the transaction under way found it. */
  save(database: Database, file: string, options: SavingOptions): Promise<void>;
  /** Makes an ORM on a copy, by the driver of the application, and with its entities if asked for. Close it. */
  open(orm: MikroORM, file: string, options?: { readonly hasEntities?: boolean }): Promise<MikroORM>;
  /** Looks whether a copy is sound: what the engine says of it, or `undefined`. */
  findDamage(copy: HeldConnection): Promise<string | undefined>;
  /** Compares each value of a copy with the file it was made of; names the first table that differs. */
  findDifference(copy: HeldConnection, source: string): Promise<string | undefined>;
  /** Gives a copy the ways of the database it was made of, as far as a copy does not have them by itself. */
  settle(copy: HeldConnection, source: HeldConnection): Promise<void>;
  /** Names the file that a connection is on; `undefined` in memory. */
  fileOf(held: HeldConnection): Promise<string | undefined>;
}

/** What a driver's error means to us, whichever driver it came from. */
export type Fault =
  | 'no connection'
  | 'busy'
  | 'lock timeout'
  | 'no table'
  | 'duplicate'
  | 'permission'
  | 'doomed'
  /** The server takes no connection right now. */
  | 'crowded'
  /** There is no room left. */
  | 'full'
  | 'unavailable'
  | 'other';

/** An error as a driver throws it, without what MikroORM wraps around it. */
type DriverError = Error & { readonly code?: unknown };

/** Classifies the errors of a database. */
export interface DriverErrors {
  /** What an error means, if it is one of the database or its drivers. */
  faultOf(error: DriverError): Fault | undefined;
  /** Whether a code is the database's own, which has refused the work itself. */
  isOwnCode(code: string): boolean;
}

/** The state at the end of a step. */
interface EndOfStep {
  readonly steps: StepTransaction;
  /** What follows in the same transaction: another step, or the row is moved. */
  readonly next: 'step' | 'move' | undefined;
}

/** Where the row of a Schema is, and its log. */
export interface RowPlace {
  readonly guid: string;
  readonly tables: Tables;
}

/** Who is about to work on the row, for people to see. */
interface Announcement {
  /** The epoch the row was read with. */
  readonly epoch: string;
  readonly stage: number;
  readonly target: number;
  readonly host: string;
  readonly pid: number;
  /** As ISO 8601 writes it. */
  readonly since: string;
}

/** A row that is to be taken as it is known. */
interface Taking {
  readonly epoch: string;
  readonly version: number;
  readonly known: StepTransaction;
}

/** What there is to take. */
interface Taken {
  /** The rows of this guid and epoch: one, unless another process holds it or announced itself later. */
  readonly rows: readonly Row[];
  /** Where the last line of the log led to; `undefined` without any, or if it was looked at before on this connection. */
  readonly lastVersion: unknown;
  readonly steps: StepTransaction;
}

/**
 * What happens to a row, each in as few round trips as the database allows. None of them ever waits for another process that
 * holds it.
 */
export interface RowVerbs {
  /** Records a database that had no row. Answers whether it was us. */
  insert(held: HeldConnection, place: RowPlace, row: NewRow): Promise<boolean>;
  /** Raises the epoch that was read. Answers the one that is ours then, or `undefined` if another process has the row. */
  announce(held: HeldConnection, place: RowPlace, announcement: Announcement): Promise<string | undefined>;
  /** Tells why an announcement found no row: it is another process's, or free, or hidden from every update. */
  whyNotAnnounced(held: HeldConnection, place: RowPlace, epoch: string): Promise<'held' | 'free' | 'hidden'>;
  /** Reads the rows of a guid that no transaction holds; `undefined` while one does. */
  readFree(held: HeldConnection, place: RowPlace): Promise<readonly Row[] | undefined>;
  /** Takes the row of an epoch for the transaction under way, and looks at what steps need to know and is not known. */
  take(held: HeldConnection, place: RowPlace, epoch: string, known: StepTransaction | undefined): Promise<Taken>;
  /**
   * Writes a statement that takes the row as a transaction begins, with one step in it, and fails unless it can be taken at
   * this version: where all else is known from a transaction before, it costs no round trip.
   */
  taking?(place: RowPlace, taking: Taking): string;
  /** Whether an error says that the row could not be taken. */
  isNotTaken?(error: unknown): boolean;
  /** Takes an announcement back. Answers whether there is nothing left of it; not while another process holds the row. */
  withdraw(held: HeldConnection, place: RowPlace, epoch: string): Promise<boolean>;
  /**
   * Moves the row on and logs the steps that led there, if this is still the transaction it was taken in, and the row is
   * as it was left. It is the last that the transaction does: where that saves a round trip, it is committed at once.
   */
  move(held: HeldConnection, place: RowPlace, move: RowMove, lines: readonly LogLine[]): Promise<MoveOutcome>;
  /** Writes lines in the log, in order. */
  log(held: HeldConnection, place: RowPlace, lines: readonly LogLine[]): Promise<void>;
  /**
   * Tells whether any other transaction may hold the row. Writes nothing: asked of a person who looks, not before work.
   * On SQLite it is an error if the file is busy.
   */
  isHeld(held: HeldConnection, tables: Tables): Promise<boolean>;
  /** Tells whether every row, of any guid, is free. */
  areFree(held: HeldConnection, tables: Tables): Promise<boolean>;
}

/** Whether we are the only one that installs, and in which database, where the connection can tell. */
export interface InstallLock {
  readonly isOurs: boolean;
  readonly databaseName: string | undefined;
}

/** How the row was moved on, or why it was not: the transaction is another one, or the row is not as it was left. */
export type MoveOutcome = 'moved' | 'ended' | 'refused';

/** How missing parents are found. */
interface ForeignKeyCheck {
  /** A query that answers something if there are any. */
  readonly sql: string;
  /** Whether an error says that it cannot be checked. */
  isRefusal(error: unknown): boolean;
  /** Loads what lists them, given what the query answered; `undefined` if it was refused. */
  load(): Promise<(held: HeldConnection, found: readonly Row[] | undefined) => Promise<readonly Violation[]>>;
}

/** What a step may set for longer than its transaction, and what takes that back before others get the connection. */
export interface StepSettings {
  /** Names what a statement may set: each name is remembered once. */
  setIn(sql: string): string | undefined;
  /** Reads the current settings; returns statements that restore them. */
  remember(held: HeldConnection, name: string): Promise<() => Promise<void>>;
}

/** How a database says which one it is, since others pass for it. */
export interface Identity {
  /** A query to which it answers that, in one row. */
  readonly sql: string;
  /** Names what answered, if it is none that is supported. */
  nameOf(row: Row | undefined): UnsupportedName | undefined;
  /** Names what refused to answer, if that tells. */
  nameOfRefusal(error: unknown): UnsupportedName | undefined;
}

/** What the databases do differently, in one place each. */
export interface Dialect<Name extends string = string> {
  readonly name: Name;
  /** Its name as people write it. */
  readonly title: string;
  readonly capabilities: Capabilities;
  /** What copies a database to a file, where it is one. */
  readonly copies: { load(): Promise<FileCopies> } | undefined;
  /** Loads what most boots do without. */
  readonly load: {
    /** What changes tables. */
    editor(): Promise<Editor>;
    /** What makes entities from tables. */
    modeling(): Promise<Modeling>;
    /** What measures a step. */
    metering(): Promise<Metering>;
    /** What tells it from others that pass for it. */
    identity(): Promise<Identity>;
    /** What opens a place for steps to be tried in. */
    scratch(): Promise<WithScratch>;
    /** What makes an empty database, and removes it afterwards. */
    scratchDatabase(): Promise<WithScratchDatabase>;
    /** What copies whole databases, on a server. */
    readonly databaseCopies?: () => Promise<DatabaseCopies>;
    /** What reads rows into a dump and loads them out of one. */
    transfer(): Promise<RowTransfer>;
  };
  readonly errors: DriverErrors;
  /** Writes a name so that it is taken literally. */
  readonly quoteName: (name: string) => string;
  /** What happens to the row of a Schema. */
  readonly row: RowVerbs;
  /** The statements a transaction of ours begins with. */
  begin(beginning: Beginning): readonly string[];
  /** Column types, for the bookkeeping tables. */
  readonly types: { readonly serial: string; readonly bigint: string; readonly moment: string };
  /** Makes the held connection ours, before any transaction; returns what gives it back as it was. */
  prepare(held: HeldConnection): Promise<() => Promise<void>>;
  /** Lets a statement fail at once where the driver would block the process while another program has the database. */
  withoutWaiting<T>(held: HeldConnection, work: () => Promise<T>): Promise<T>;
  readonly settings: StepSettings;
  /** Turns foreign keys on or off for the transactions that follow, where a database needs a statement for that. */
  setForeignKeys(held: HeldConnection, state: 'on' | 'off'): Promise<void>;
  /** Tries to become the only one that installs here; answers at once. */
  tryInstallLock(held: HeldConnection): Promise<InstallLock>;
  /** Names who installs right now, where the database can tell. */
  installer(held: HeldConnection): Promise<Row | undefined>;
  /** A query for the namespaces that are there, by `name`, where there are any. */
  readonly listNamespaces: string | undefined;
  /** A query for our existing tables, or other objects with their names. */
  ownTables(tables: Tables, names: readonly string[]): string;
  /** Names a table in a `from` clause that refuses a view of that name, unread: a view runs the functions of its author. */
  readonly onlyTable: (name: string) => string;
  /** Lists the tables and views of the namespaces; `undefined` stands for those in which a name is looked for, the first of which was asked for. */
  listTables(namespaces: readonly (string | undefined)[]): string;
  /** Whether the transaction is still under way after a statement of a step failed: some errors end it. */
  isUnderWay(held: HeldConnection): Promise<boolean>;
  /** Looks at the transaction under way before its first step, where no row was taken in it. */
  openSteps(held: HeldConnection): Promise<StepTransaction>;
  /**
   * Checks deferred constraints now, so that a violation fails the step that made it.
   *
   * @returns whether the transaction is still the one we began; where the row is moved next, that looks itself
   */
  endStep(held: HeldConnection, end: EndOfStep): Promise<boolean>;
  /** A query for the rows whose parents are missing, where foreign keys are off while we work. */
  readonly foreignKeyCheck: ForeignKeyCheck | undefined;
  /** Tells whether this role could create or alter anything here; `undefined` where files have no roles. */
  mayChange(namespace: string | undefined): string | undefined;
}
