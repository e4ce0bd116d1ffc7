import { chmodSync, chownSync, closeSync, openSync, rmSync, statSync } from 'node:fs';
import { asSentence, isSchemaError, reasonOf, SchemaTargetError } from '../errors.ts';
import type { Database } from './database.ts';
import { fileOf } from './opening/local-files.ts';

/**
 * Checks that a database can be saved to a file at all, before anything is touched.
 *
 * @throws {@link SchemaTargetError} for a database whose engine has no such backup
 */
export function assertBackup({ guid, dialect: { backup } }: Database, file: string): void {
  if (!('tool' in backup)) return;
  throw new SchemaTargetError(`backup works only on SQLite. Use ${backup.tool} before the upgrade.`, {
    guid,
    target: file,
  });
}

/**
 * Saves the database to a file that only those may read who may read the database. We hold the lock already, so the file is
 * the database as the first step finds it, and an existing file is not the one another process is writing.
 *
 * @param earlier - the file of an attempt of this very call, which is written again
 * @returns the file
 * @throws {@link SchemaTargetError} for a file that is there, and for a place where none can be written
 */
export async function backUp(database: Database, file: string, earlier: string | undefined): Promise<string> {
  assertBackup(database, file);
  if (earlier !== undefined) rmSync(earlier, { force: true });
  const { guid, dialect } = database;
  const { backup } = dialect;
  const refused = (message: string, cause?: unknown) =>
    new SchemaTargetError(message, { guid, target: file, ...(cause !== undefined && { cause }) });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw refused(`the backup file ${file} already exists and is not overwritten. Name another file.`);
    throw refused(
      `the backup file ${file} cannot be written: ${asSentence(reasonOf(error))} Create its folder, or name another file.`,
      error,
    );
  }
  try {
    inheritRights(database, file);
    if ('load' in backup) await (await backup.load())(database, file);
    return file;
  } catch (error) {
    rmSync(file, { force: true });
    if (isSchemaError(error)) throw error;
    throw refused(
      `the backup file ${file} cannot be written: ${asSentence(reasonOf(error))} Free disk space, or name another file.`,
      error,
    );
  }
}

function inheritRights({ orm }: Database, file: string): void {
  const source = fileOf(orm);
  if (source === undefined) return;
  const { mode, uid, gid } = statSync(source);
  chmodSync(file, mode & 0o777);
  // Only root may give a file away; for all others it is theirs already.
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}
