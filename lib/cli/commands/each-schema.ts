import type { CommandResult, Given, Working } from '../command.ts';
import { codeOfError, EXIT_CODES, UsageError } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import type { Target } from '../project/project-schemas.ts';

type CallFlag = 'install' | 'adopt' | 'transaction' | 'verify' | 'backup' | 'waitMs' | 'release' | 'allowLoss';

/** What the command line says of a call to a Schema. */
export function callFlags(flags: Flags): { readonly [Name in CallFlag]: Flags[Name] } {
  const { install, adopt, transaction, verify, backup, waitMs, release, allowLoss } = flags;
  return { install, adopt, transaction, verify, backup, waitMs, release, allowLoss };
}

/** Calls one Schema after the other, with what the command line says and shown while it happens. */
export async function callEach<Report>(
  given: Given,
  call: (target: Target, options: Working & ReturnType<typeof callFlags>) => Promise<Report>,
  say: (report: Report) => string,
): Promise<CommandResult> {
  return given.working(working =>
    inTurn(given, target => call(target, { ...callFlags(given.flags), ...working }), say),
  );
}

/** Does the same with one Schema after the other, and stops at the first that fails: what was done is told all the same. */
export async function inTurn<Report>(
  { schemas }: Given,
  work: (target: Target) => Promise<Report>,
  say: (report: Report) => string,
): Promise<CommandResult> {
  const reports: Report[] = [];
  const told = () => ({ schemas: reports, text: reports.map(report => `${say(report)}\n`).join('') });
  try {
    for (const target of schemas) reports.push(await work(target));
    return { code: EXIT_CODES.done, ...told() };
  } catch (error) {
    return { code: codeOfError(error), ...told(), error };
  }
}

/** The one Schema that is meant: a version is that of one. */
export function onlySchema({ schemas }: Given): Target {
  const [only] = schemas;
  if (only && schemas.length === 1) return only;
  const guids = schemas.map(({ schema }) => schema.guid).join(', ');
  throw new UsageError(`a version is that of one Schema, and there are several: say --guid, with one of ${guids}`);
}

/** A Schema that needs nothing written, for machines. */
export function describeLevel({ definition }: Target): object {
  const { guid, latest } = definition;
  return { guid, outcome: 'level', version: latest, fingerprint: definition.fingerprintOf(latest), files: [] };
}
