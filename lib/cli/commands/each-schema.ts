import { needsFirst } from '../../needs-first.ts';
import type { UpgradeOptions } from '../../boot/call.ts';
import { reasonOf } from '../../errors.ts';
import type { CommandResult, Given, Working } from '../command.ts';
import { codeOfError, EXIT_CODES, gravest, UsageError } from '../exit-codes.ts';
import type { Flags } from '../line/flags.ts';
import type { Target } from '../project/project-schemas.ts';

type CallFlag = 'install' | 'adopt' | 'transaction' | 'verify' | 'waitMs' | 'release' | 'allowLoss';
type CallFlags = { readonly [Name in CallFlag]: Flags[Name] } & Pick<UpgradeOptions, 'backup'>;

/** Returns the flags that become options of a call to a Schema. */
export function callFlags(flags: Flags): CallFlags {
  const { install, adopt, transaction, verify, waitMs, release, allowLoss } = flags;
  return { install, adopt, transaction, verify, backup: backupOf(flags), waitMs, release, allowLoss };
}

/** A path is one new backup; with a number to keep, it is the folder of several. */
function backupOf({ backup, keepBackups }: Flags): UpgradeOptions['backup'] {
  if (keepBackups === undefined) return backup;
  if (backup !== undefined) return { folder: backup, keep: keepBackups === 'all' ? undefined : keepBackups };
  throw new UsageError('--keep-backups needs the folder of the backups. Add it: --backup ./backups');
}

/**
 * Calls each Schema in turn with the options of the command line, and shows progress.
 *
 * @param isDrifted tells whether a report says that a storage differs from its version
 */
export async function callEach<Report>(
  given: Given,
  call: (target: Target, options: Working & ReturnType<typeof callFlags>) => Promise<Report>,
  say: (report: Report) => string,
  isDrifted?: (report: Report) => boolean,
): Promise<CommandResult> {
  return given.working(working =>
    inTurn(given, target => call(target, { ...callFlags(given.flags), ...working }), say, isDrifted),
  );
}

/** Does the same with each Schema, and goes on after an error: for what writes nothing. The first error is shown in full. */
export async function withEach<Report>(
  { schemas }: Given,
  work: (target: Target) => Promise<Report>,
  say: (report: Report) => string,
): Promise<CommandResult> {
  const reports: Report[] = [];
  const errors: unknown[] = [];
  for (const target of schemas) {
    try {
      reports.push(await work(target));
    } catch (error) {
      errors.push(error);
    }
  }
  const [first, ...more] = errors;
  const lines = [...reports.map(say), ...more.map(reasonOf)];
  return {
    code: gravest(errors.map(codeOfError)),
    schemas: reports,
    text: lines.map(line => `${line}\n`).join(''),
    ...(errors.length > 0 && { error: first }),
  };
}

/** Does the same with each Schema in turn, and stops at the first error. Reports what was done before it. */
export async function inTurn<Report>(
  { schemas }: Given,
  work: (target: Target) => Promise<Report>,
  say: (report: Report) => string,
  isDrifted: (report: Report) => boolean = () => false,
): Promise<CommandResult> {
  const reports: Report[] = [];
  const told = () => ({ schemas: reports, text: reports.map(report => `${say(report)}\n`).join('') });
  try {
    for (const target of schemas) reports.push(await work(target));
    return { code: reports.some(isDrifted) ? EXIT_CODES.drift : EXIT_CODES.done, ...told() };
  } catch (error) {
    return { code: codeOfError(error), ...told(), error };
  }
}

/**
 * Returns the only Schema, for what belongs to one.
 *
 * @param what says what that is, as the beginning of the message
 */
export function onlySchema({ schemas }: Given, what = 'A version belongs to one Schema'): Target {
  const [only] = schemas;
  if (only && schemas.length === 1) return only;
  const guids = schemas.map(({ schema }) => schema.guid).join(', ');
  throw new UsageError(`${what}, and there are several. Add --guid with one of: ${guids}.`);
}

/**
 * Returns the only Schema, for commands that read or write the rows of one. With several, names the order in which to run the
 * command: a Schema comes after those that it depends on.
 */
export function oneAtATime(given: Given, what: string): Target {
  const { schemas } = given;
  if (schemas.length < 2) return onlySchema(given);
  const guids = inOrder(schemas.map(({ definition }) => definition));
  throw new UsageError(
    `${what}, and there are several Schemas. Run it once for each, in this order: ${guids.map(guid => `--guid ${guid}`).join(', then ')}.`,
  );
}

/** Each after those that its versions depend on; in a circle, in the order given. */
function inOrder(definitions: readonly Pick<Target['definition'], 'guid' | 'latest' | 'needsAt'>[]): readonly string[] {
  const sorted = needsFirst(definitions, ({ latest, needsAt }) => {
    const needs = needsAt(latest);
    return definitions.filter(({ guid }) => needs.has(guid));
  });
  return sorted.map(({ guid }) => guid);
}

/** Describes a Schema for which nothing was written, for JSON. */
export function describeLevel({ definition }: Target): object {
  const { guid, latest } = definition;
  return { guid, outcome: 'level', version: latest, fingerprint: definition.fingerprintOf(latest), files: [] };
}
