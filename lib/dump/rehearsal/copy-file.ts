import { randomBytes } from 'node:crypto';
import { chmod, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Call } from '../../boot/call.ts';
import type { FileCopies } from '../../dialects/dialect.ts';
import { asSentence, isSchemaError, reasonOf, SchemaTargetError } from '../../errors.ts';
import { HeldConnection } from '../../store/connection.ts';
import { HOST_DIGEST, isAlive } from '../../store/opening/this-host.ts';
import { onScratch } from '../scratch/scratch-call.ts';
import type { ScratchCopy, CopyOptions } from './scratch-copy.ts';

/** The names of copies: what they are of, on which host, by which process. */
const NAME = /^(.+)\.rehearsal-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})$/;
/** What SQLite writes next to a file, and this library. */
const NEXT_TO_IT = ['', '-wal', '-shm', '-journal', '-dejavu', '-dejavu-journal'];

/** The copies of this process. A left-over may have its number. */
const mine = new Set<string>();

/** Copies a SQLite database into a file next to it. */
export async function withFileCopy<T>(
  call: Call,
  copies: FileCopies,
  { folder }: CopyOptions,
  work: (copy: ScratchCopy) => Promise<T>,
): Promise<T> {
  const { guid, orm } = call.database;
  // The configuration does not say where a dialect of the application leads.
  const source = await HeldConnection.hold(orm, call, held => copies.fileOf(held));
  const place = folder ?? (source === undefined ? tmpdir() : dirname(source));
  const name = basename(source ?? 'memory');
  const swept = await sweep(place, name);
  const file = join(place, `${name}.rehearsal-${HOST_DIGEST}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mine.add(file);
  try {
    await copyInto(call, copies, file, source);
    const scratch = await copies.open(orm, file, { hasEntities: true });
    try {
      return await work({ call: onScratch(call, { orm: scratch, name: file }), way: 'file', ...swept });
    } finally {
      await scratch.close(true);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isSchemaError(error) || !['EACCES', 'EROFS', 'ENOENT', 'ENOSPC', 'EPERM'].includes(String(code))) throw error;
    throw new SchemaTargetError(
      `the copy ${file} cannot be written: ${asSentence(reasonOf(error))} Name another folder: \`npx dejavu rehearse --folder <folder>\`.`,
      { guid, target: place, cause: error },
    );
  } finally {
    await remove(file);
    mine.delete(file);
  }
}

/** The copy gets the rights of the database file. */
async function copyInto(call: Call, copies: FileCopies, file: string, source: string | undefined): Promise<void> {
  await (await open(file, 'wx', 0o600)).close();
  if (source !== undefined) await chmod(file, (await stat(source)).mode & 0o700);
  await copies.save(call.database, file, { shownAs: file, onPages: () => {}, isAtOnce: true });
}

/** Removes the copies of processes that have ended. Those of another host may be in use. */
async function sweep(place: string, name: string): Promise<Pick<ScratchCopy, 'removed' | 'kept'>> {
  const [removed, kept]: [string[], string[]] = [[], []];
  for (const entry of await readdir(place).catch(() => [])) {
    const [, of, host, pid] = NAME.exec(entry) ?? [];
    const file = join(place, entry);
    if (of !== name || mine.has(file)) continue;
    if (host !== HOST_DIGEST) kept.push(file);
    else if (Number(pid) === process.pid || !isAlive(Number(pid))) {
      await remove(file);
      removed.push(file);
    }
  }
  return { removed, kept };
}

async function remove(file: string): Promise<void> {
  for (const suffix of NEXT_TO_IT) await rm(`${file}${suffix}`, { force: true });
}
