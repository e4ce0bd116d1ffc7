import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DumpInvalidError, reasonOf, SchemaTargetError } from '../../errors.ts';
import { ABOUT, listBackups, type AboutCopy } from './kept-backups.ts';

/** A backup to restore: the folder of a dump, or a SQLite file and the file about it. */
export type FoundBackup =
  | { readonly kind: 'dump'; readonly folder: string }
  | { readonly kind: 'file'; readonly file: string; readonly about: AboutCopy | undefined };

/**
 * Finds the backup at a path: a dump, a file, or the newest backup of a folder that keeps several.
 *
 * @throws {@link SchemaTargetError} for a folder with backups of several databases
 * @throws {@link DumpInvalidError} for a kept backup whose description cannot be read
 */
export async function findBackup(guid: string, path: string): Promise<FoundBackup> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile()) return { kind: 'file', file: path, about: undefined };
  const about = await readFile(join(path, ABOUT), 'utf8').catch(() => undefined);
  if (about !== undefined) return kept(guid, path, about);
  const all = await listBackups(path);
  const newest = all.filter((backup, index) => all.findIndex(({ series }) => series === backup.series) === index);
  const [only] = newest;
  // A folder without backups is the folder of a dump, or is reported as no dump.
  if (only === undefined) return { kind: 'dump', folder: path };
  if (newest.length === 1) return findBackup(guid, only.path);
  const listed = newest.map(backup => `\n  ${backup.path}`).join('');
  throw new SchemaTargetError(`${path} has backups of several databases. Restore one of the newest:${listed}`, {
    guid,
    target: path,
  });
}

function kept(guid: string, path: string, text: string): FoundBackup {
  const file = join(path, ABOUT);
  const refuse = (why: string) => new DumpInvalidError(`${file} ${why}. Use another backup.`, { guid, file: ABOUT });
  let about: Partial<AboutCopy>;
  try {
    about = JSON.parse(text) as Partial<AboutCopy>;
  } catch (error) {
    throw refuse(`cannot be read: ${reasonOf(error)}`);
  }
  const { file: name, sha256, bytes } = about;
  const isOurs = typeof name === 'string' && name !== '' && basename(name) === name && typeof sha256 === 'string';
  if (!isOurs || typeof bytes !== 'number') throw refuse('was not written by dejavu');
  if (about.guid !== guid) throw refuse(`is of the Schema '${String(about.guid)}', not of '${guid}'`);
  return { kind: 'file', file: join(path, name), about: about as AboutCopy };
}
