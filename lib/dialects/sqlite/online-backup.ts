import { primaryOf } from '../../store/connection.ts';
import { fileOf } from '../../store/opening/open-database.ts';
import type { SaveDatabase } from '../dialect.ts';

/** What better-sqlite3 offers for an online backup. @see https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
interface NativeDatabase {
  readonly name: string;
  backup(file: string): Promise<unknown>;
  serialize(): Buffer;
  close(): void;
}

/** By the engine's own online backup. The copy is read through a connection of its own, since ours is writing. */
export const saveSqlite: SaveDatabase = async ({ orm }, file) => {
  const native = (await primaryOf(orm).getNativeClient()) as NativeDatabase;
  const source = fileOf(orm);
  const Reader = native.constructor as new (file: string | Buffer, options?: { readonly?: boolean }) => NativeDatabase;
  // One in memory has no second connection: nothing is written yet, so its own image is the same
  const reader = source === undefined ? new Reader(native.serialize()) : new Reader(source, { readonly: true });
  try {
    await reader.backup(file);
  } finally {
    reader.close();
  }
};
