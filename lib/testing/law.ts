import type { MikroORM } from '@mikro-orm/core';
import type { Call, UpgradeOptions } from '../boot/call.ts';
import type { Definition } from '../boot/definition.ts';
import type { Schema } from '../schema.ts';
import type { PreparedDatabases } from './rows/prepared-databases.ts';
import type { LentKind } from './databases/lender.ts';
import type { RowsOption } from './rows/own-rows.ts';

/** A database lent to a check: empty at first, and removed after the check. */
export interface ProofPlace {
  readonly orm: MikroORM;
  /** The address for other processes: a path or a URL; `undefined` if only this process has it. */
  readonly address: string | undefined;
  /** Makes a Schema, as a process does that has just started. */
  readonly schema: () => Schema;
  /** Makes a call of such a Schema with all defaults, for functions of the library that take a call. */
  readonly call: (options?: UpgradeOptions, name?: string) => Call;
}

/** How rows are made for the checks. */
export interface RowSeed {
  readonly seed: number;
  readonly rows: RowsOption | undefined;
}

/** The subject of the laws: one Schema class on one kind of database. */
export interface Subject {
  readonly definition: Definition;
  /** Names the database for people: `SQLite`, `PostgreSQL`. */
  readonly dialect: string;
  /** The value of `dejavu prove --dialect` for it: `sqlite`. */
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

/** Declarations about the steps that only the user can make. */
export interface Declarations {
  /** The oldest version to check. */
  readonly from: number | undefined;
  /** The folder of old dumps, with one folder or file for each. */
  readonly dumps: string | undefined;
  /** The names of entities whose rows come with the application. */
  readonly reference: readonly string[];
  /** Properties whose values a step changes on purpose, by version: `{ 3: ['Animal.name'] }`. */
  readonly changes: Readonly<Record<number, readonly string[]>>;
  /** The flags by which the command chose the Schema, with their values. */
  readonly chosenBy?: readonly (readonly [flag: string, value: string])[];
}

/** One violation of a law. */
export interface Breach {
  /** The violation, as one sentence without the guid: `upgradeTo_4 does not lead to the frozen version 4`. */
  readonly what: string;
  /** The differences, one line each, or a tree as `verify` shows it. */
  readonly details: readonly string[];
  /** The next step for the user, as a sentence. */
  readonly next: string;
  /** The error that was thrown, if one was. */
  readonly cause?: unknown;
}

/** The result of a check. */
export interface Verdict {
  readonly breaches: readonly Breach[];
  /** Facts that are no breach, such as data that a step back loses as declared. */
  readonly remarks?: readonly string[];
}

/** One check of a law, for one version. */
export interface LawCheck {
  /** The fact that holds if it passes: `upgradeTo_4 leads to the frozen version 4 and keeps every row`. */
  readonly says: string;
  /** The version it is about; `undefined` if it is about all of them. */
  readonly version?: number | undefined;
  /** Whether it uses made-up rows: a breach then names the seed. */
  readonly withRows?: boolean;
  /** Whether it is about an old dump. */
  readonly withDumps?: boolean;
  look(): Promise<Verdict>;
}

/** A law: one property that every Schema must have. */
export interface Law {
  /** As in the documentation, counted from 1. */
  readonly number: number;
  /** Its subject, in a few words: `frozen versions`. */
  readonly name: string;
  /** Lists the checks of a Schema on one kind of database. Sends nothing. */
  checks(subject: Subject): readonly LawCheck[];
}
