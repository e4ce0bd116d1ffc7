import type { MikroORM } from '@mikro-orm/core';
import type { CallOptions } from '../boot/call.ts';
import type { Ask, Person } from './ask.ts';
import type { FlagName, Flags } from './line/flags.ts';
import type { MadeSchema, Target } from './project/project-schemas.ts';
import type { Paint } from './tables-and-colours.ts';

/** A command that may follow `dejavu`. Unless `needs` says otherwise, it gets the Schemas of the project. */
export type Command = CommandLine &
  (
    | { readonly needs?: 'schemas'; run(given: Given): Promise<CommandResult> }
    | { readonly needs: 'orm'; run(given: GivenOrm): Promise<CommandResult> }
    | { readonly needs: 'nothing'; run(given: GivenLater): Promise<CommandResult> }
  );

/** The command line of a command. */
interface CommandLine {
  readonly name: string;
  /** What the command does, in one line. */
  readonly summary: string;
  /** The version argument, if the command takes one. */
  readonly version?: { readonly required: boolean; readonly about: string };
  /** Another argument, if the command takes one. */
  readonly word?: { readonly name: string; readonly about: string };
  /** The flags it takes in addition to the common flags. */
  readonly flags: readonly FlagName[];
}

/** What every command receives. */
export interface GivenNothing {
  readonly flags: Flags;
  /** The version argument. */
  readonly version: number | undefined;
  /** The other argument. */
  readonly word: string | undefined;
  readonly paint: Paint;
  readonly ask: Ask;
  /** The user who answers questions; `undefined` without a terminal. */
  readonly person: Person | undefined;
  /** Makes an ORM without entities by another configuration file. Does not connect. Closed when the command ends. */
  otherOrm(path: string, context: string | undefined): Promise<MikroORM>;
  /** Runs work that changes a database. Shows its progress, and stops it at a whole version on a signal. */
  working<T>(work: (options: Working) => Promise<T>): Promise<T>;
}

/** What a command on Schemas receives. */
export interface Given extends GivenNothing {
  readonly schemas: readonly Target[];
}

/** What a command receives that needs the project's ORM but no Schema. */
export interface GivenOrm extends GivenNothing {
  /** Not connected yet. */
  readonly orm: MikroORM;
}

/** What a command receives that has work to do before the project is imported, or without importing it. */
export interface GivenLater extends GivenNothing {
  /** Makes the ORM and the Schemas of the project, once. Does not connect. */
  readonly importProject: () => Promise<readonly MadeSchema[]>;
}

/** Options for every call that changes a database. */
export type Working = Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

/** The result of a command. */
export interface CommandResult {
  readonly code: number;
  /** For JSON: one entry per Schema. */
  readonly schemas: readonly unknown[];
  /** For JSON: data that belongs to no Schema. */
  readonly more?: object;
  /** For a person. */
  readonly text: string;
  /** The error that stopped the command. */
  readonly error?: unknown;
}
