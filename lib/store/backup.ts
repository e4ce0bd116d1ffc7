import { existsSync, rmSync } from 'node:fs';
import { SchemaTargetError } from '../errors.ts';
import { primaryOf } from './connection.ts';
import { fileOf, type Database } from './database.ts';

/** What better-sqlite3 offers for an online backup. @see https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
interface NativeDatabase {
  readonly name: string;
  backup(file: string): Promise<unknown>;
  serialize(): Buffer;
  close(): void;
}

/**
 * Checks that a database can be saved to a file, before anything is touched.
 *
 * @throws {@link SchemaTargetError} for a file that is there, and for a database whose engine has no such backup
 */
export function assertBackup({ guid, dialect }: Database, file: string): void {
  if (!dialect.capabilities.files) {
    throw new SchemaTargetError(
      'backup is for SQLite, whose engine can save a database to a file: use pg_dump before upgrading',
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
 * Saves the database to a file by the engine's own online backup. We hold the lock already, so what it saves is what the
 * first step finds; the copy is read through a connection of its own, since ours is writing.
 *
 * @param earlier - the file of an attempt of this very call, which is written again
 * @returns the file
 */
export async function backUp(database: Database, file: string, earlier: string | undefined): Promise<string> {
  if (earlier !== undefined) rmSync(earlier, { force: true });
  assertBackup(database, file);
  const native = (await primaryOf(database.orm).getNativeClient()) as NativeDatabase;
  const source = fileOf(database.orm);
  const Reader = native.constructor as new (file: string | Buffer, options?: { readonly?: boolean }) => NativeDatabase;
  // one in memory has no second connection: nothing is written yet, so its own image is the same
  const reader = source === undefined ? new Reader(native.serialize()) : new Reader(source, { readonly: true });
  try {
    await reader.backup(file);
  } finally {
    reader.close();
  }
  return file;
}
