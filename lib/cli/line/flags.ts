import { InvalidArgumentError, Option } from 'commander';
import type { VerifyMode } from '../../boot/call.ts';
import type { TransactionMode } from '../../boot/planned-steps.ts';
import { isVersion } from '../../version.ts';

/** A kind of database that checks run on. */
export type ProofDialect = 'sqlite' | 'postgresql' | 'pglite';

/** A flag in one or two spellings, and the type of its value. */
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

/** A flag that may be repeated. */
function several(said: string, about: string): Flag<readonly string[]> {
  return flag<readonly string[]>(said, about, (text, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

const COMMON = {
  schema: several('--schema <path#Export>', 'the file of the Schema, and its export; repeat for more'),
  guid: several('--guid <guid>', 'use only the Schema with this guid; repeat for more'),
  config: flag<string>('--config <path>', "MikroORM's configuration file (default: where MikroORM looks for it)"),
  context: flag<string>('--context <name>', 'the configuration to use, if the file has several'),
  json: flag('--json', 'print JSON, and only JSON, to standard output; ask nothing'),
  yes: flag('-y, --yes', 'answer yes to every confirmation'),
  color: flag('--no-color', 'print without colours'),
};

const SPECIAL = {
  log: flag('--log', 'also show the history: who changed the version, when and why'),
  storage: flag('--storage', 'compare the storage of the database with the frozen version it is at'),
  offline: flag('--offline', 'check only the code; use no database'),
  waitMs: flag(
    '--wait-ms <ms>',
    'how long to wait for other processes, in milliseconds (default: 60000)',
    milliseconds,
  ),
  transaction: choice<TransactionMode>(
    '--transaction <mode>',
    'commit all steps together, or each step separately (default: plan)',
    ['plan', 'step'],
  ),
  backup: flag<string>(
    '--backup <path>',
    'save the database before the first step: SQLite to this new file, PostgreSQL as a dump to this new folder',
  ),
  keepBackups: flag<number | 'all'>(
    '--keep-backups <n>',
    "number the backups in the folder of --backup, and keep this many of this database; 'all' keeps all",
    text => (text === 'all' ? text : atLeastOne(text)),
  ),
  release: flag<string>('--release <text>', 'the version of the application, for the log'),
  install: [
    new Option('--install', 'install even if the database has tables of other applications'),
    new Option('--no-install', 'never install: fail if the database has no version').default(undefined),
  ] as Flag<boolean>,
  adopt: flag<number | 'find'>(
    '--adopt <version>',
    "the version of a database that has storage but no recorded version; 'find' compares the frozen versions",
    text => (text === 'find' ? text : version(text)),
  ),
  unverified: flag('--unverified', 'do not compare the storage with the frozen version'),
  verify: choice<VerifyMode>(
    '--verify <mode>',
    'what to do if the storage differs from the frozen version after the last step (default: fail)',
    ['fail', 'report', 'off'],
  ),
  allowLoss: flag('--allow-loss', 'run steps that declare that they lose data'),
  reason: [new Option('--reason <text>', 'the reason, for the log').makeOptionMandatory()] as Flag<string>,
  renamed: several('--renamed <old:new>', 'a renamed property or entity: animal.species:family, or animal:beast'),
  renameOverThree: several(
    '--rename-over-three <old:new>',
    'a rename over three versions, so that old releases can keep running',
  ),
  dropped: several('--dropped <path>', 'a removed property or entity; its values are lost: animal.species, or animal'),
  fill: several('--fill <path=value>', 'the value of a new property in existing rows: animal.legs=4'),
  fillSql: several('--fill-sql <path=sql>', "the same as an SQL expression over the row: 'animal.label=upper(name)'"),
  fillNone: several('--fill-none <path>', 'no value: the table has no rows yet, or the step fills it'),
  empty: flag('--empty', 'write an empty step, which only moves data; the entities did not change'),
  amend: flag('--amend', 'write the newest version again, before it is released; ask if its step was edited'),
  entities: [
    new Option('--entities <names>', 'the entities whose rows are captured: Category,Field')
      .argParser((text: string) =>
        text
          .split(',')
          .map(name => name.trim())
          .filter(Boolean),
      )
      .makeOptionMandatory(),
  ] as Flag<readonly string[]>,
  where: flag<string>(
    '--where <json>',
    'the condition for the rows, as for MikroORM\'s find(): \'{"Category":{"builtIn":true}}\'',
  ),
  file: flag<string>(
    '--file <path>',
    'the file to write (default: fixtures/<version>_<entities>.json next to the Schema)',
  ),
  except: several(
    '--except <entity=reason>',
    'leave out the rows of an entity, and say why; Session:null=… also dumps relations to it as null',
  ),
  compress: choice<'gzip' | 'zstd'>('--compress <how>', 'compress a dump that is one file or stream', ['gzip', 'zstd']),
  maxUnpackedBytes: flag<number>(
    '--max-unpacked-bytes <n>',
    'the largest number of bytes that a compressed dump may unpack to (default: 300 times its size)',
    atLeastOne,
  ),
  stay: flag('--stay', 'stay at the version of the dump; run no steps'),
  from: flag<number>('--from <version>', 'leave out the checks of versions before this one', version),
  dialect: choice<ProofDialect>(
    '--dialect <dialect>',
    'the database to prove on (default: that of the configuration)',
    ['sqlite', 'postgresql', 'pglite'],
  ),
  seed: flag<number>(
    '--seed <number>',
    'selects the made-up rows: the same number gives the same rows (default: 1)',
    version,
  ),
  rows: several(
    '--rows <number>',
    'the number of rows in each table (default: 20), or in one table: --rows Animal=50; repeat for more',
  ),
  dumps: flag<string>('--dumps <folder>', 'a folder of old dumps, one for each version'),
  folder: flag<string>('--folder <path>', 'the folder for the copy of a SQLite database (default: next to it)'),
  to: flag<string>('--to <config>', "MikroORM's configuration file of the database to move to"),
  toContext: flag<string>('--to-context <name>', 'the configuration to use of that file, if it has several'),
  guard: [
    new Option(
      '--no-guard',
      'let other processes write into the source; rows that they write meanwhile are not moved',
    ).default(undefined),
  ] as Flag<boolean>,
  across: flag<string>(
    '--across <config>',
    "also test the way to another engine and back: MikroORM's configuration file of a database on it",
  ),
  acrossContext: flag<string>('--across-context <name>', 'the configuration to use of that file, if it has several'),
  dryRun: flag('--dry-run', 'show what the command would do, and change nothing'),
  sql: flag('--sql', 'also show the SQL statements'),
  live: flag('--live', 'run the steps in the database itself and roll back; list the locks, and ask first'),
  diff: flag<readonly [number, number]>('--diff <a..b>', 'show what changed between two versions', range),
  mermaid: flag('--mermaid', "print Mermaid's erDiagram"),
  dbml: flag('--dbml', 'print the tables as DBML'),
  svg: flag<string>('--svg <file>', 'write an SVG file; needs @viz-js/viz'),
  html: flag<string>('--html <file>', 'write one page with all versions, their steps and plans; needs @viz-js/viz'),
  name: flag<string>('--name <Class>', 'the name of the class'),
  fromDatabase: flag('--from-database', 'also write the entities, from the tables of the database'),
  decorators: flag('--decorators', 'with --from-database: write the entities as classes with decorators'),
  keep: choice('--keep <side>', 'which branch keeps the version number: theirs or mine (default: theirs)', [
    'theirs',
    'mine',
  ]),
};

/** A flag that only some commands take. */
export type FlagName = keyof typeof SPECIAL;

/** All flags with their values. */
export type Flags = {
  readonly [Name in keyof typeof COMMON | FlagName]?: (typeof COMMON & typeof SPECIAL)[Name] extends Flag<infer Value>
    ? Value
    : never;
};

/** The flags that every command takes. */
export const COMMON_OPTIONS: readonly Option[] = Object.values(COMMON).flat();

/** Returns the flags of one command. */
export function optionsOf(names: readonly FlagName[]): Option[] {
  return names.flatMap(name => SPECIAL[name]);
}

/** Reads a version argument. */
export function version(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!isVersion(number)) throw new InvalidArgumentError('It must be a whole number, 0 or higher.');
  return number;
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or higher, or 'all'.");
  return Number(text);
}

function range(text: string): readonly [number, number] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new InvalidArgumentError('Write two versions, for example 1..2.');
  return [version(from), version(to)];
}

function milliseconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number of milliseconds, 0 or higher.');
  return Number(text);
}
