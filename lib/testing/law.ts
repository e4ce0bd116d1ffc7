import type { MikroORM } from '@mikro-orm/core';
import type { Call, UpgradeOptions } from '../boot/call.ts';
import type { Definition } from '../boot/definition.ts';
import type { Schema } from '../schema.ts';
import type { PreparedDatabases } from './rows/prepared-databases.ts';
import type { LentKind } from './databases/lender.ts';
import type { RowsOption } from './rows/own-rows.ts';

/** A database that a check was lent: empty at first, and gone after the check. */
export interface ProofPlace {
  readonly orm: MikroORM;
  /** Where another process finds it: a path or a URL; `undefined` if only this process has it. */
  readonly address: string | undefined;
  /** A Schema as a process that has just started has it. */
  readonly schema: () => Schema;
  /** A call of such a Schema with all defaults, for what the rest of the library takes. */
  readonly call: (options?: UpgradeOptions, name?: string) => Call;
}

/** How rows are made for the checks. */
export interface RowSeed {
  readonly seed: number;
  readonly rows: RowsOption | undefined;
}

/** What the laws look at: one Schema class on one kind of database. */
export interface Subject {
  readonly definition: Definition;
  /** Names the database for people: `SQLite`, `PostgreSQL`. */
  readonly dialect: string;
  /** Says which flag of `dejavu prove` chooses it: `sqlite`. */
  readonly dialectName: string;
  readonly options: RowSeed & Declarations;
  /** The ORM of the application as it is configured. It is never connected. */
  readonly orm: MikroORM;
  /** A Schema on that ORM, for what needs no database. */
  readonly schema: () => Schema;
  /** Lends an empty database for as long as `work` runs. */
  readonly lend: <T>(work: (place: ProofPlace) => Promise<T>, kind?: LentKind) => Promise<T>;
  /** Lends databases at a version, with rows in them. */
  readonly prepared: PreparedDatabases;
}

/** What only the user can say about the steps. */
export interface Declarations {
  /** The oldest version to look at. */
  readonly from: number | undefined;
  /** Where old dumps are kept, one folder for each version. */
  readonly dumps: string | undefined;
  /** The names of entities whose rows come with the application. */
  readonly reference: readonly string[];
  /** Properties whose values a step changes on purpose, by version: `{ 3: ['Animal.name'] }`. */
  readonly changes: Readonly<Record<number, readonly string[]>>;
}

/** One thing that is not as its law says. */
export interface Breach {
  /** What happened, as one sentence without the guid: `upgradeTo_4 does not lead to the frozen version 4`. */
  readonly what: string;
  /** What differs, one line each, or a tree as `verify` shows it. */
  readonly details: readonly string[];
  /** What to do about it, as a sentence. */
  readonly next: string;
  /** The error that was thrown, if one was. */
  readonly cause?: unknown;
}

/** What a check has found. */
export interface Verdict {
  readonly breaches: readonly Breach[];
  /** What is no breach, and good to know: data that a step back loses as declared. */
  readonly remarks?: readonly string[];
}

/** One check of a law, for one version. */
export interface LawCheck {
  /** What is true if it passes: `upgradeTo_4 leads to the frozen version 4 and keeps every row`. */
  readonly says: string;
  /** The version it is about; `undefined` if it is about all of them. */
  readonly version?: number | undefined;
  /** Whether rows were made for it: the seed is then told with a breach. */
  readonly withRows?: boolean;
  /** Whether it is about an old dump. */
  readonly withDumps?: boolean;
  look(): Promise<Verdict>;
}

/** One thing that must hold for every Schema. */
export interface Law {
  /** As in the documentation, counted from 1. */
  readonly number: number;
  /** What it says, in a few words: `frozen versions`. */
  readonly name: string;
  /** The checks of a Schema on one kind of database. Sends nothing. */
  checks(subject: Subject): readonly LawCheck[];
}
