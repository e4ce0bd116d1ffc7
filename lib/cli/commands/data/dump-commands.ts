import type { DumpReport, Exceptions, RestoreProgress, RestoreReport, RowProgress } from '../../../dump/index.ts';
import type { Command, Given, Working } from '../../command.ts';
import { UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../flags.ts';
import { sayCount, sayDuration } from '../../wording.ts';
import type { Target } from '../../project/project-schemas.ts';
import { callEach, onlySchema } from '../each-schema.ts';
import { saySteps } from '../upgrade-commands.ts';

const FOLDER = { name: 'folder', about: 'the folder of the dump' };

/** Dumps the rows of a database. */
export const dump: Command = {
  name: 'dump',
  summary: 'write the rows of the database, and the version they belong to, into a new folder',
  word: FOLDER,
  flags: ['except', 'waitMs'],
  async run(given) {
    onlySchema(given);
    const work = await import('../../../dump/index.ts');
    const [folder, except] = [folderOf(given), exceptionsOf(given.flags)];
    return callEach(
      given,
      ({ schema, definition }, { waitMs, signal, onProgress: report = () => {} }) => {
        const onProgress = showRows(report, definition, () => 'dumping');
        return work.dump(schema, folder, { waitMs, signal, except, onProgress });
      },
      sayDump,
    );
  },
};

/** Restores a dump. */
export const restore: Command = {
  name: 'restore',
  summary: 'restore a dump or a backup into an empty database, and upgrade it to latest',
  word: { name: 'path', about: 'a dump, a SQLite backup, or a folder of backups, of which the newest is restored' },
  flags: ['except', 'stay', 'install', 'waitMs', 'release'],
  async run(given) {
    onlySchema(given);
    const work = await import('../../../dump/index.ts');
    const [folder, except, stay] = [folderOf(given), exceptionsOf(given.flags), given.flags.stay];
    return callEach(
      given,
      ({ schema, definition }, { waitMs, signal, onProgress: onSteps = () => {}, install, release }) => {
        const onProgress = showRows(onSteps, definition, ({ phase }: RestoreProgress) => `restore, ${phase}`);
        return work.restore(schema, folder, { waitMs, signal, install, release, except, stay, onProgress, onSteps });
      },
      sayRestore,
    );
  },
};

/** Shows rows as the progress of a step is shown. The time left is that of a phase. */
export function showRows<Rows extends RowProgress>(
  report: NonNullable<Working['onProgress']>,
  { guid, latest: version }: Target['definition'],
  phaseOf: (progress: Rows) => string,
): (progress: Rows) => void {
  let phase = '';
  return progress => {
    const { done, total } = progress;
    const now = phaseOf(progress);
    if (now !== phase) report({ type: 'started', guid, version, method: now });
    phase = now;
    report({ type: 'progress', guid, version, done, total });
  };
}

function folderOf({ word }: Given): string {
  if (word !== undefined) return word;
  throw new UsageError('The folder is missing. Name it, for example: npx dejavu dump ./dump-2026-01-31');
}

/** Reads `--except`: `Session=they end` leaves out rows, and `Session:null=they end` also makes null of relations to them. */
export function exceptionsOf({ except = [] }: Flags): Exceptions {
  const pairs = except.map((text): [string, Exceptions[string]] => {
    const match = /^([^=:]+)(:null)?=(.+)$/s.exec(text);
    if (!match)
      throw new UsageError(
        `--except '${text}' has no reason. Write it as --except 'Session=sessions end with the server'.`,
      );
    const [, entity = '', isNull, reason = ''] = match;
    return [entity, isNull ? { reason, references: 'null' } : reason];
  });
  return Object.fromEntries(pairs);
}

function sayDump({ guid, version, folder, rows, tables, leftOut, ms }: DumpReport): string {
  const said = `${guid}: dumped ${sayCount(rows, 'row')} in ${sayCount(tables.length, 'table')} at version ${version} into ${folder}, in ${sayDuration(ms)}`;
  return [said, ...sayLeftOut(leftOut)].join('\n');
}

function sayRestore({ guid, from, to, rows, tables, leftOut, steps, ms }: RestoreReport): string {
  const upgraded = steps.length > 0 ? `, upgraded to version ${to} by ${saySteps(steps)}` : '';
  const said = `${guid}: restored ${sayCount(rows, 'row')} in ${sayCount(tables.length, 'table')} at version ${from}${upgraded}, in ${sayDuration(ms)}`;
  return [said, ...sayLeftOut(leftOut)].join('\n');
}

/** Says which entities were left out, and why. */
export function sayLeftOut(leftOut: DumpReport['leftOut']): string[] {
  return leftOut.map(({ entity, reason }) => `  left out: ${entity} (${reason})`);
}
