import type { OpenedSchema, Schema } from '../schema.ts';
import type { CallOptions } from '../steps/options.ts';
import type { Ask } from './ask.ts';
import type { Paint } from './colours.ts';
import type { FlagName, Flags } from './flags.ts';

/** One of the words that may follow `dejavu`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Whether a version follows. */
  readonly version?: { readonly required: boolean; readonly about: string };
  /** The flags it takes besides those that all do. */
  readonly flags: readonly FlagName[];
  run(given: Given): Promise<Answer>;
}

/** What a command is given to work with. */
export interface Given {
  readonly schemas: readonly Target[];
  readonly flags: Flags;
  /** The version that follows the command. */
  readonly version: number | undefined;
  readonly paint: Paint;
  readonly ask: Ask;
  /** Does what changes a database: shown while it happens, stopped by a signal at a whole version. */
  working<T>(work: (options: Working) => Promise<T>): Promise<T>;
}

/** A Schema on the project's ORM. */
export interface Target extends OpenedSchema {
  readonly schema: Schema;
}

/** What every call that changes a database is told. */
export type Working = Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

/** What a command has to say once it is over. */
export interface Answer {
  readonly code: number;
  /** For machines: one entry for each Schema. */
  readonly schemas: readonly unknown[];
  /** For people. */
  readonly text: string;
  /** What stopped it half-way. */
  readonly error?: unknown;
}
