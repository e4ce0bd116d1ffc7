import type { MikroORM } from '@mikro-orm/core';
import type { CallOptions } from '../boot/call.ts';
import type { Ask, Person } from './ask.ts';
import type { FlagName, Flags } from './flags.ts';
import type { MadeSchema, Target } from './project/project-schemas.ts';
import type { Paint } from './wording.ts';

/** One of the words that may follow `dejavu`. It is run with what it needs: the project's Schemas, if it does not say. */
export type Command = CommandLine &
  (
    | { readonly needs?: 'schemas'; run(given: Given): Promise<CommandResult> }
    | { readonly needs: 'orm'; run(given: GivenOrm): Promise<CommandResult> }
    | { readonly needs: 'nothing'; run(given: GivenLater): Promise<CommandResult> }
  );

/** How a command is called. */
interface CommandLine {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Whether a version follows. */
  readonly version?: { readonly required: boolean; readonly about: string };
  /** Whether another word may follow. */
  readonly word?: { readonly name: string; readonly about: string };
  /** The flags it takes besides those that all do. */
  readonly flags: readonly FlagName[];
}

/** What every command is given. */
export interface GivenNothing {
  readonly flags: Flags;
  /** The version that follows the command. */
  readonly version: number | undefined;
  /** Another word that follows the command. */
  readonly word: string | undefined;
  readonly paint: Paint;
  readonly ask: Ask;
  /** Who answers questions; `undefined` where nobody sits there. */
  readonly person: Person | undefined;
  /** Does what changes a database: shown while it happens, stopped by a signal at a whole version. */
  working<T>(work: (options: Working) => Promise<T>): Promise<T>;
}

/** What a command is given to work with. */
export interface Given extends GivenNothing {
  readonly schemas: readonly Target[];
}

/** What a command is given that needs the project's ORM, and no Schema yet. */
export interface GivenOrm extends GivenNothing {
  /** Nothing has connected. */
  readonly orm: MikroORM;
}

/** What a command is given that has something to do before the project can be imported, or without it. */
export interface GivenLater extends GivenNothing {
  /** Makes the ORM and the Schemas of the project, once. Nothing connects. */
  readonly importProject: () => Promise<readonly MadeSchema[]>;
}

/** What every call that changes a database is told. */
export type Working = Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

/** What a command has to say once it is over. */
export interface CommandResult {
  readonly code: number;
  /** For machines: one entry for each Schema. */
  readonly schemas: readonly unknown[];
  /** For machines: what concerns no Schema. */
  readonly more?: object;
  /** For people. */
  readonly text: string;
  /** What stopped it half-way. */
  readonly error?: unknown;
}
