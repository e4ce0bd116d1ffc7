import { InvalidArgumentError, Option } from 'commander';
import type { TransactionMode } from '../boot/planned-steps.ts';
import { isVersion } from '../version.ts';

/** Everything that may be said after two dashes, as it was understood. */
export interface Flags {
  readonly schema?: readonly string[];
  readonly guid?: readonly string[];
  readonly config?: string;
  readonly context?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly color: boolean;
  readonly log?: boolean;
  readonly offline?: boolean;
  readonly waitMs?: number;
  readonly transaction?: TransactionMode;
  readonly backup?: string;
  readonly release?: string;
  readonly install?: boolean;
  readonly adopt?: number;
  readonly allowLoss?: boolean;
  readonly reason?: string;
  readonly renamed?: readonly string[];
  readonly renameOverThree?: readonly string[];
  readonly dropped?: readonly string[];
  readonly fill?: readonly string[];
  readonly fillSql?: readonly string[];
  readonly fillNone?: readonly string[];
  readonly empty?: boolean;
  readonly amend?: boolean;
  readonly dryRun?: boolean;
  readonly sql?: boolean;
  readonly live?: boolean;
  readonly name?: string;
  readonly keep?: 'theirs' | 'mine';
}

/** A flag that only some commands have. */
export type FlagName = Exclude<keyof Flags, keyof typeof common>;

const common = {
  schema: () =>
    new Option('--schema <path#Export>', 'where the Schema is; again for each further one').argParser(collected),
  guid: () =>
    new Option('--guid <guid>', 'only the Schema of this guid; again for each further one').argParser(collected),
  config: () => new Option('--config <path>', "MikroORM's configuration, if it is not where MikroORM looks for it"),
  context: () => new Option('--context <name>', 'which configuration, if the file has several'),
  json: () => new Option('--json', 'JSON on standard output and nothing else there; asks nothing'),
  yes: () => new Option('-y, --yes', 'do it without asking'),
  color: () => new Option('--no-color', 'no colours'),
};

const special: Readonly<Record<FlagName, () => readonly Option[]>> = {
  log: () => [new Option('--log', 'with the history: who did what, when and why')],
  offline: () => [new Option('--offline', 'only look at the code, ask no database')],
  waitMs: () => [
    new Option('--wait-ms <ms>', 'how long to wait for others, in milliseconds (default: 60000)').argParser(
      milliseconds,
    ),
  ],
  transaction: () => [
    new Option('--transaction <mode>', 'commit all steps at once, or each by itself (default: plan)').choices([
      'plan',
      'step',
    ]),
  ],
  backup: () => [new Option('--backup <file>', 'save an SQLite database to this new file before the first step')],
  release: () => [new Option('--release <text>', "the application's own version, for the log")],
  install: () => [
    new Option('--install', 'install also beside tables of others'),
    new Option('--no-install', 'never install: a database without a version is an error').default(undefined),
  ],
  adopt: () => [
    new Option('--adopt <version>', 'the version of a database that has its storage but no version').argParser(version),
  ],
  allowLoss: () => [new Option('--allow-loss', 'go back also where a step says that this loses data')],
  reason: () => [new Option('--reason <text>', 'why, for the log').makeOptionMandatory()],
  renamed: () => [severalOf('--renamed <old:new>', 'what has another name: animal.species:family, or animal:beast')],
  renameOverThree: () => [
    severalOf('--rename-over-three <old:new>', 'the same over three versions, so that no release has to stop'),
  ],
  dropped: () => [severalOf('--dropped <path>', 'what is gone with its values: animal.species, or animal')],
  fill: () => [severalOf('--fill <path=value>', 'the value that rows get: animal.legs=4')],
  fillSql: () => [severalOf('--fill-sql <path=sql>', "what SQL makes of a row: 'animal.label=upper(name)'")],
  fillNone: () => [severalOf('--fill-none <path>', 'rows get nothing: there are none, or the step will say it')],
  empty: () => [new Option('--empty', 'a step that only moves data: the entities are what they were')],
  amend: () => [
    new Option('--amend', 'write the newest version again, before anybody gets it; asks if its step was edited'),
  ],
  sql: () => [new Option('--sql', 'with the statements')],
  live: () => [
    new Option('--live', 'run it all on the database itself and roll it back; says what it will lock, and asks'),
  ],
  dryRun: () => [new Option('--dry-run', 'show what would be written, and write nothing')],
  name: () => [new Option('--name <Class>', 'what the class is called')],
  keep: () => [
    new Option(
      '--keep <side>',
      'whose version keeps its number, that of the others or your own (default: theirs)',
    ).choices(['theirs', 'mine']),
  ],
};

/** The flags of every command. */
export function commonOptions(): Option[] {
  return Object.values(common).map(make => make());
}

/** The flags of one command. */
export function optionsOf(names: readonly FlagName[]): Option[] {
  return names.flatMap(name => special[name]());
}

/** Reads a version from the command line. */
export function version(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!isVersion(number)) throw new InvalidArgumentError('It is a whole number from 0.');
  return number;
}

function milliseconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number of milliseconds from 0.');
  return Number(text);
}

/** A flag that may be given again and again. */
function severalOf(flags: string, about: string): Option {
  return new Option(flags, about).argParser(collected);
}

function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
