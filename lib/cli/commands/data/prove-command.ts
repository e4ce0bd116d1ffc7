import { SPOKEN } from '../../../dialects/registry.ts';
import type { NamedCheck } from '../../../testing/prove-schema.ts';
import type { Command, CommandResult, Given } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import { failureData } from '../../failure-text.ts';
import type { Flags, ProofDialect } from '../../line/flags.ts';
import { importOptional } from '../../project/import-optional.ts';
import type { Target } from '../../project/project-schemas.ts';
import { sayCount, sayDuration, type Paint } from '../../tables-and-colours.ts';

/** What came of one check. */
interface ProofLine extends Pick<NamedCheck, 'name' | 'law' | 'version' | 'dialect'> {
  readonly passed: boolean;
  readonly ms: number;
  readonly remarks: readonly string[];
  readonly error?: ReturnType<typeof failureData>;
}

/** Runs the checks of `proveSchema()`. */
export const prove: Command = {
  name: 'prove',
  summary:
    'prove that steps, frozen versions and entities agree, in empty databases that the command creates; uses none of your databases',
  flags: ['from', 'dialect', 'seed', 'rows', 'dumps'],
  async run(given) {
    const { listChecks } = await import('../../../testing/prove-schema.ts');
    assertProvable(given);
    const rows = await rowsOfEach(given);
    const reports: { guid: string; checks: readonly ProofLine[] }[] = [];
    for (const target of given.schemas) {
      const { from, seed, dumps } = given.flags;
      const databases = [await configurationFor(target, given.flags)];
      const options = { databases, from, seed, rows: rows.get(target), dumps };
      const checks = await listChecks(target.make, options, choiceOf(target, given));
      reports.push({ guid: target.definition.guid, checks: await runAll(checks, given) });
    }
    return resultOf(reports, given.paint);
  },
};

/** With a version that no Schema has, nothing would be proved, and all would pass. */
function assertProvable({ schemas, flags: { from } }: Given): void {
  const newest = Math.max(...schemas.map(({ definition }) => definition.latest));
  if (from === undefined || schemas.length === 0 || from <= newest) return;
  throw new UsageError(
    `--from ${from} leaves no step to check: the newest version is ${newest}. Use --from ${newest}.`,
  );
}

/** The flags that lead to this Schema again. */
function choiceOf({ definition: { guid } }: Target, { schemas, flags }: Given): readonly (readonly [string, string])[] {
  const { schema = [], config, context } = flags;
  const isOne = schemas.length === 1 && flags.guid === undefined;
  return [
    ...schema.map(location => ['--schema', location] as const),
    ...(config === undefined ? [] : [['--config', config] as const]),
    ...(context === undefined ? [] : [['--context', context] as const]),
    ...(isOne ? [] : [['--guid', guid] as const]),
  ];
}

type Rows = ReturnType<typeof rowsIn>;

/** What `--rows` says for each Schema: the entities of the other ones are left out. A name that none has is reported. */
async function rowsOfEach({ schemas, flags }: Given): Promise<ReadonlyMap<Target, Rows>> {
  const rows = rowsIn(flags);
  const each = new Map<Target, Rows>(schemas.map(target => [target, rows]));
  if (typeof rows !== 'object' || schemas.length < 2) return each;
  const { entitiesIn } = await import('../../../testing/rows/rows-check.ts');
  const known = new Map<Target, ReadonlySet<string>>();
  for (const target of schemas) known.set(target, await entitiesIn(target.definition));
  for (const [target, own] of known) {
    const isOthers = (name: string) => !own.has(name) && [...known.values()].some(names => names.has(name));
    each.set(target, Object.fromEntries(Object.entries(rows).filter(([name]) => !isOthers(name))));
  }
  return each;
}

/** Reads `--rows`: `50` for all tables, or `Animal=50`. */
function rowsIn({ rows = [] }: Flags): number | Record<string, number> | undefined {
  if (rows.length === 0) return undefined;
  const [first = ''] = rows;
  if (rows.length === 1 && /^\d+$/.test(first)) return Number(first);
  const counts = rows.map(text => /^([^=\d][^=]*)=(\d+)$/.exec(text));
  const wrong = rows[counts.indexOf(null)];
  if (wrong !== undefined)
    throw new UsageError(
      `--rows ${wrong} is not valid. Write one number, --rows 50, or an entity each time: --rows Animal=50`,
    );
  return Object.fromEntries(counts.map(found => [found?.[1] ?? '', Number(found?.[2])]));
}

async function runAll(checks: readonly NamedCheck[], given: Given): Promise<ProofLine[]> {
  return given.working(async ({ signal }) => {
    const lines: ProofLine[] = [];
    for (const check of checks) {
      signal?.throwIfAborted();
      lines.push(await runOne(check));
    }
    return lines;
  });
}

async function runOne({ name, law, version, dialect, look }: NamedCheck): Promise<ProofLine> {
  const began = performance.now();
  const line = { name, law, version, dialect };
  try {
    const remarks = await look();
    return { ...line, passed: true, ms: performance.now() - began, remarks };
  } catch (error) {
    return { ...line, passed: false, ms: performance.now() - began, remarks: [], error: failureData(error) };
  }
}

function resultOf(reports: readonly { guid: string; checks: readonly ProofLine[] }[], paint: Paint): CommandResult {
  const lines = reports.flatMap(({ checks }) => checks);
  const failed = lines.filter(({ passed }) => !passed);
  const ms = lines.reduce((sum, line) => sum + line.ms, 0);
  const many = `${sayCount(lines.length, 'check')} in ${sayDuration(ms)}`;
  const end = failed.length === 0 ? `${many}, all passed` : `${many}, ${failed.length} failed`;
  return {
    code: failed.length === 0 ? EXIT_CODES.done : EXIT_CODES.error,
    schemas: reports,
    text: `${lines.flatMap(line => sayLine(line, paint)).join('\n')}\n${end}\n`,
  };
}

function sayLine({ name, passed, remarks, error }: ProofLine, paint: Paint): string[] {
  const mark = passed ? paint('green', 'passed') : paint('red', 'failed');
  const told = error?.message.split('\n') ?? remarks;
  return [`${mark}  ${name}`, ...told.map(line => (line === '' ? '' : `        ${line}`))];
}

/** Drivers that need no server, by the dialect that they are asked for by. */
const DRIVERS: Partial<Record<ProofDialect, { readonly name: string; readonly driver: string }>> = {
  sqlite: { name: '@mikro-orm/sqlite', driver: 'SqliteDriver' },
  pglite: { name: '@mikro-orm/pglite', driver: 'PgliteDriver' },
};

/** The configuration of the project, or the same entities on another driver that needs no server. */
async function configurationFor({ database }: Target, { dialect: asked }: Flags): Promise<object> {
  const options = database.orm.config.getAll();
  if (asked === undefined || SPOKEN.find(({ name }) => asked === name) === database.dialect) return options;
  const found = DRIVERS[asked];
  if (!found) {
    throw new UsageError(
      `--dialect ${asked} needs a server, and the configuration of MikroORM has none. Add a configuration with a clientUrl and choose it with --context, or use --dialect pglite.`,
    );
  }
  const { name } = found;
  const driver: unknown = Reflect.get((await importOptional(name)) ?? {}, found.driver);
  if (driver === undefined)
    throw new UsageError(`--dialect ${asked} needs the package ${name}: npm install --save-dev ${name}`);
  return { ...Object.fromEntries(KEPT.map(key => [key, options[key]])), driver };
}

/** What of a configuration does not belong to its driver. */
const KEPT = [
  'entities',
  'entitiesTs',
  'baseDir',
  'metadataProvider',
  'namingStrategy',
  'discovery',
  'embeddables',
  'schemaGenerator',
  'forceUtcTimezone',
  'timezone',
] as const;
