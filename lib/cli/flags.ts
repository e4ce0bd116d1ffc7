import { InvalidArgumentError, Option } from 'commander';
import type { VerifyMode } from '../boot/call.ts';
import type { TransactionMode } from '../boot/planned-steps.ts';
import { isVersion } from '../version.ts';

/** A flag as it is said, of one spelling or two, and what it is read as. */
type Flag<Value> = readonly Option[] & { readonly reads?: Value };

function flag<Value = boolean>(
  said: string,
  about: string,
  read?: (text: string, before: Value) => Value,
): Flag<Value> {
  const option = new Option(said, about);
  return [read ? option.argParser(read) : option];
}

function choice<Value extends string>(said: string, about: string, choices: readonly Value[]): Flag<Value> {
  return [new Option(said, about).choices(choices)];
}

/** A flag that may be given again and again. */
function several(said: string, about: string): Flag<readonly string[]> {
  return flag<readonly string[]>(said, about, (text, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

const COMMON = {
  schema: several('--schema <path#Export>', 'where the Schema is; again for each further one'),
  guid: several('--guid <guid>', 'only the Schema of this guid; again for each further one'),
  config: flag<string>('--config <path>', "MikroORM's configuration, if it is not where MikroORM looks for it"),
  context: flag<string>('--context <name>', 'which configuration, if the file has several'),
  json: flag('--json', 'JSON on standard output and nothing else there; asks nothing'),
  yes: flag('-y, --yes', 'do it without asking'),
  color: flag('--no-color', 'no colours'),
};

const SPECIAL = {
  log: flag('--log', 'with the history: who did what, when and why'),
  storage: flag('--storage', 'compare the storage of the database with the frozen version it has reached'),
  offline: flag('--offline', 'only look at the code, ask no database'),
  waitMs: flag('--wait-ms <ms>', 'how long to wait for others, in milliseconds (default: 60000)', milliseconds),
  transaction: choice<TransactionMode>(
    '--transaction <mode>',
    'commit all steps at once, or each by itself (default: plan)',
    ['plan', 'step'],
  ),
  backup: flag<string>('--backup <file>', 'save an SQLite database to this new file before the first step'),
  release: flag<string>('--release <text>', "the application's own version, for the log"),
  install: [
    new Option('--install', 'install also beside tables of others'),
    new Option('--no-install', 'never install: a database without a version is an error').default(undefined),
  ] as Flag<boolean>,
  adopt: flag<number | 'find'>(
    '--adopt <version>',
    "the version of a database that has its storage but no version; 'find' compares it with the frozen versions",
    text => (text === 'find' ? text : version(text)),
  ),
  unverified: flag('--unverified', 'do not compare the storage with the frozen version'),
  verify: choice<VerifyMode>(
    '--verify <mode>',
    'what to do if the storage is not that of the frozen version afterwards (default: fail)',
    ['fail', 'report', 'off'],
  ),
  allowLoss: flag('--allow-loss', 'run steps that are declared to lose data'),
  reason: [new Option('--reason <text>', 'why, for the log').makeOptionMandatory()] as Flag<string>,
  renamed: several('--renamed <old:new>', 'what has another name: animal.species:family, or animal:beast'),
  renameOverThree: several(
    '--rename-over-three <old:new>',
    'the same over three versions, so that no release has to stop',
  ),
  dropped: several('--dropped <path>', 'what is gone with its values: animal.species, or animal'),
  fill: several('--fill <path=value>', 'the value that rows get: animal.legs=4'),
  fillSql: several('--fill-sql <path=sql>', "what SQL makes of a row: 'animal.label=upper(name)'"),
  fillNone: several('--fill-none <path>', 'rows get nothing: there are none, or the step will say it'),
  empty: flag('--empty', 'a step that only moves data: the entities are what they were'),
  amend: flag('--amend', 'write the newest version again, before anybody gets it; asks if its step was edited'),
  dryRun: flag('--dry-run', 'show what would be written or done, and do nothing'),
  sql: flag('--sql', 'with the statements'),
  live: flag('--live', 'run it all on the database itself and roll it back; says what it will lock, and asks'),
  name: flag<string>('--name <Class>', 'what the class is called'),
  keep: choice('--keep <side>', 'whose version keeps its number, that of the others or your own (default: theirs)', [
    'theirs',
    'mine',
  ]),
};

/** A flag that only some commands have. */
export type FlagName = keyof typeof SPECIAL;

/** Everything that may be said after two dashes, as it was understood. */
export type Flags = {
  readonly [Name in keyof typeof COMMON | FlagName]?: (typeof COMMON & typeof SPECIAL)[Name] extends Flag<infer Value>
    ? Value
    : never;
};

/** The flags of every command. */
export const COMMON_OPTIONS: readonly Option[] = Object.values(COMMON).flat();

/** The flags of one command. */
export function optionsOf(names: readonly FlagName[]): Option[] {
  return names.flatMap(name => SPECIAL[name]);
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
