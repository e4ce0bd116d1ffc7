import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupFolder, Call } from '../../boot/call.ts';
import { asSentence, isSchemaError, reasonOf, SchemaTargetError } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { codeOf, isLost } from '../../store/faults.ts';
import { assertFrozenAt } from '../../verify/opened-versions.ts';
import { chooseOld, listBackups, listSeries, nameOfBackup, PART, seriesOf } from './kept-backups.ts';
import { saveDump } from './save-dump.ts';
import { saveFile } from './save-file.ts';

/** The database to back up, and the place of the backup. */
interface BackupWanted {
  readonly to: string | BackupFolder;
  /** The version that the database is at. */
  readonly version: number;
  /** The backup of an attempt of this very call, which is taken again. */
  readonly earlier: string | undefined;
}

/** The place of a backup, and its place until it is complete. */
interface BackupPlace {
  readonly path: string;
  readonly part: string;
  /** Whether it is one of several in a folder. */
  readonly isKept: boolean;
}

/**
 * Checks that a backup can be taken at all, before anything is touched.
 *
 * @throws {@link SchemaTargetError} on a server, without a frozen version to dump
 */
export function assertBackup(call: Call, version: number): void {
  if (call.database.dialect.copies === undefined) assertFrozenAt(call, version);
}

/**
 * Takes a backup while this process holds the row, so no other process takes one. The backup is compared with the database,
 * and only then gets its name. A killed process leaves one that ends with `.part`.
 *
 * @returns the backup: a file, or a folder
 * @throws {@link SchemaTargetError} for a path that exists, or that cannot be written
 */
export async function takeBackup(held: HeldConnection, call: Call, taking: BackupWanted): Promise<string> {
  const { to, version, earlier } = taking;
  const { guid, dialect } = call.database;
  const place = typeof to === 'string' ? namedPlace(call, to, earlier) : await numberedPlace(call, to, version);
  const { path, part, isKept } = place;
  const began = performance.now();
  call.onProgress({ type: 'started', guid, version, method: 'backup' });
  try {
    if (dialect.copies === undefined) await saveDump(held, call, { part, version });
    else await saveFile(held, call, { part, path, version, isKept, copies: await dialect.copies.load() });
    await publish(place, path === earlier);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (isSchemaError(error) || isLost(error) || !isOfFile(error)) throw error;
    throw refused(call, path, `cannot be written: ${asSentence(reasonOf(error))} ${nextFor(error)}`, error);
  }
  if (earlier !== undefined && earlier !== path) await rm(earlier, { recursive: true, force: true });
  if (typeof to !== 'string' && to.keep !== undefined) await removeOld(call, to.folder, to.keep);
  call.onProgress({ type: 'finished', guid, version, method: 'backup', ms: performance.now() - began });
  return path;
}

/** @throws {@link SchemaTargetError} for a place that is taken */
function namedPlace(call: Call, path: string, earlier: string | undefined): BackupPlace {
  if (path !== earlier && existsSync(path))
    throw refused(call, path, 'already exists and is not overwritten. Name another file.');
  return { path, part: `${path}.${randomUUID().slice(0, 8)}${PART}`, isKept: false };
}

/**
 * Finds the next number of this database. Removes leftovers of killed processes: this process holds the row, so no other is
 * working.
 */
async function numberedPlace(call: Call, { folder }: BackupFolder, version: number): Promise<BackupPlace> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const series = seriesOf(call.database);
    const { highest, leftOver } = await listSeries(folder, series);
    for (const path of leftOver) await rm(path, { recursive: true, force: true });
    const path = join(folder, nameOfBackup(series, highest + 1, version));
    return { path, part: `${path}${PART}`, isKept: true };
  } catch (error) {
    throw refused(call, folder, `cannot be written: ${asSentence(reasonOf(error))} Name another folder.`, error);
  }
}

/** Gives a backup its name, all of it at once. */
async function publish({ path, part, isKept }: BackupPlace, isAgain: boolean): Promise<void> {
  if (isAgain) {
    const old = `${part}.old`;
    await rename(path, old);
    await rename(part, path);
    return rm(old, { recursive: true, force: true });
  }
  if (isKept) await chmod(part, 0o700);
  // A link fails if another process has taken the name meanwhile; a folder has none, and is not renamed over a full one.
  const isLinked = await link(part, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return false;
    },
  );
  return isLinked ? rm(part) : rename(part, path);
}

async function removeOld({ database }: Call, folder: string, keep: number): Promise<void> {
  const series = seriesOf(database);
  const all = (await listBackups(folder)).filter(backup => backup.series === series);
  for (const { path } of chooseOld(all, keep)) await rm(path, { recursive: true, force: true });
}

function refused({ database: { guid } }: Call, path: string, what: string, cause?: unknown): SchemaTargetError {
  const message = `the backup file ${path} ${what}`;
  return new SchemaTargetError(message, { guid, target: path, ...(cause !== undefined && { cause }) });
}

const OF_FILE =
  /^(?:EACCES|EPERM|ENOENT|ENOSPC|EDQUOT|EROFS|ENOTDIR|EISDIR|EEXIST|ENOTEMPTY|ENAMETOOLONG|EMFILE|EIO|(?:ERR_)?SQLITE\w*)$/;

/** Whether a file could not be read or written: by this process, or by SQLite. The words of a server are left as they are. */
function isOfFile(error: unknown): boolean {
  return OF_FILE.test(String(codeOf(error)));
}

function nextFor(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'Create its folder, or name another file.' : 'Free disk space, or name another file.';
}
