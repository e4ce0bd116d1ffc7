import { Writable } from 'node:stream';
import type { Exceptions, RestoreProgress, RowProgress } from '../../../dump/index.ts';
import type { Command, Given, Working } from '../../command.ts';
import { UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import type { Target } from '../../project/project-schemas.ts';
import { callEach, oneAtATime } from '../each-schema.ts';
import { keepOthersOffStdout } from '../../output.ts';

const PLACE = {
  name: 'place',
  about: "the folder of the dump, or a file that ends with .tar, .tar.gz or .tar.zst; '-' is standard output or input",
};

/** Dumps the rows of a database. */
export const dump: Command = {
  name: 'dump',
  summary: 'write the rows of the database, and the version they belong to, into a new folder or file',
  word: PLACE,
  flags: ['except', 'compress', 'waitMs'],
  async run(given) {
    oneAtATime(given, 'A dump has the rows of one Schema');
    const work = await import('../../../dump/index.ts');
    const [place, except, { compress }] = [placeOf(given, 'dump'), exceptionsOf(given.flags), given.flags];
    const to = place === '-' ? standardOutput(given.flags) : place;
    const result = await callEach(
      given,
      ({ schema, definition }, { waitMs, signal, onProgress: report = () => {} }) => {
        const onProgress = showRows(report, definition, () => 'dumping');
        return work.dump(schema, to, { waitMs, signal, except, compress, onProgress });
      },
      String,
    );
    // A line after it would be a part of the dump.
    return place === '-' ? { ...result, text: '' } : result;
  },
};

/** Restores a dump. */
export const restore: Command = {
  name: 'restore',
  summary: 'restore a dump or a backup into an empty database, and upgrade it to latest',
  word: {
    name: 'path',
    about: "a dump ('-' is standard input), a SQLite backup, or a folder of backups, of which the newest is restored",
  },
  flags: ['except', 'stay', 'maxUnpackedBytes', 'install', 'waitMs', 'release'],
  async run(given) {
    oneAtATime(given, 'A dump has the rows of one Schema');
    const work = await import('../../../dump/index.ts');
    const [place, except] = [placeOf(given, 'restore'), exceptionsOf(given.flags)];
    const { stay, maxUnpackedBytes } = given.flags;
    const from = place === '-' ? process.stdin : place;
    return callEach(
      given,
      ({ schema, definition }, { waitMs, signal, onProgress: onSteps = () => {}, install, release }) => {
        const onProgress = showRows(onSteps, definition, ({ phase }: RestoreProgress) => `restore, ${phase}`);
        const options = { waitMs, signal, install, release, except, stay, maxUnpackedBytes };
        return work.restore(schema, from, { ...options, onProgress, onSteps });
      },
      String,
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

/** Standard output for the dump alone: what else is printed goes to standard error. */
function standardOutput({ json }: Flags): Writable {
  if (json)
    throw new UsageError('Standard output cannot hold both the dump and JSON. Name a file, or leave out --json.');
  if (process.stdout.isTTY)
    throw new UsageError('A dump is not written to a terminal. Send it on: npx dejavu dump - > zoo.tar');
  const write = process.stdout.write.bind(process.stdout);
  keepOthersOffStdout(process);
  return new Writable({ write: (chunk: Buffer, _, done) => void write(chunk, done) });
}

function placeOf({ word }: Given, command: 'dump' | 'restore'): string {
  if (word !== undefined) return word;
  throw new UsageError(
    `The folder or file of the dump is missing. Name it, for example: npx dejavu ${command} ./dump-2026-01-31`,
  );
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
