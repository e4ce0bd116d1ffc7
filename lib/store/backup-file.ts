import { existsSync, rmSync } from 'node:fs';
import { SchemaTargetError } from '../errors.ts';
import type { Database } from './database.ts';

/**
 * Checks that a database can be saved to a file, before anything is touched.
 *
 * @throws {@link SchemaTargetError} for a file that is there, and for a database whose engine has no such backup
 */
export function assertBackup({ guid, dialect: { backup } }: Database, file: string): void {
  if ('tool' in backup) {
    throw new SchemaTargetError(
      `backup is for SQLite, whose engine can save a database to a file: use ${backup.tool} before upgrading`,
      {
        guid,
        target: file,
      },
    );
  }
  if (existsSync(file)) {
    throw new SchemaTargetError(`the backup ${file} is there already, and is not overwritten: name another file`, {
      guid,
      target: file,
    });
  }
}

/**
 * Saves the database to a file. We hold the lock already, so what is saved is what the first step finds.
 *
 * @param earlier - the file of an attempt of this very call, which is written again
 * @returns the file
 */
export async function backUp(database: Database, file: string, earlier: string | undefined): Promise<string> {
  if (earlier !== undefined) rmSync(earlier, { force: true });
  assertBackup(database, file);
  const { backup } = database.dialect;
  const save = 'load' in backup ? await backup.load() : undefined;
  await save?.(database, file);
  return file;
}
