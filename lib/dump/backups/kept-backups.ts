import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from '../../store/database.ts';
import { fileOf } from '../../store/opening/local-files.ts';

/** The file that describes a kept SQLite backup. */
export const ABOUT = 'backup.json';
/** The content of `backup.json`. */
export interface AboutCopy {
  readonly guid: string;
  readonly version: number;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly at: string;
}

/** The file without which a dump is incomplete. */
const MANIFEST = 'manifest.json';
/** The ending of the name of a backup until it is compared with its database. */
export const PART = '.part';

/** A complete backup in a folder that keeps several. A backup gets its name last. */
interface KeptBackup {
  readonly path: string;
  /** Names its database and Schema. */
  readonly series: string;
  /** Counts up: the highest of a series is the newest. */
  readonly number: number;
  readonly version: number;
}

const NAME = /^(.+-[0-9a-f]{8})-(\d{4,12})-v(\d{1,15})$/;

/**
 * Names the backups of one database and Schema. A folder may be shared: a digest tells databases of the same name apart, so
 * that the backups of one never count as those of another.
 */
export function seriesOf(database: Database): string {
  const { guid, orm, place } = database;
  const file = fileOf(orm);
  const where = file === undefined ? place : realpathSync(file);
  const digest = createHash('sha256')
    .update(JSON.stringify([guid, where]))
    .digest('hex')
    .slice(0, 8);
  return [guid, basename(database.name || 'memory'), digest].map(plain).join('-');
}

/** Makes a name for files of a text: `Zoo (old)` becomes `zoo_old`. */
function plain(text: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? ['x'];
  return words.join('_').slice(0, 40);
}

/** Names the next backup of a series. */
export function nameOfBackup(series: string, number: number, version: number): string {
  return `${series}-${String(number).padStart(4, '0')}-v${version}`;
}

/** Lists the complete backups in a folder, the newest of each series first. */
export async function listBackups(folder: string): Promise<readonly KeptBackup[]> {
  const found: KeptBackup[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const [, series, number, version] = NAME.exec(name) ?? [];
    if (series === undefined) continue;
    const path = join(folder, name);
    if (!(await isThere(join(path, ABOUT))) && !(await isThere(join(path, MANIFEST)))) continue;
    found.push({ path, series, number: Number(number), version: Number(version) });
  }
  return found.toSorted((one, other) => other.number - one.number);
}

/**
 * Lists all entries of a series in a folder, unfinished ones too: its highest number, and leftovers of killed processes.
 */
export async function listSeries(folder: string, series: string): Promise<{ highest: number; leftOver: string[] }> {
  const names = (await readdir(folder)).filter(name => name.startsWith(`${series}-`));
  const numbers = names.map(name => Number(NAME.exec(name.replace(PART, ''))?.[2] ?? 0));
  const leftOver = names.filter(name => name.endsWith(PART)).map(name => join(folder, name));
  return { highest: Math.max(0, ...numbers), leftOver };
}

/**
 * Chooses the backups to remove. Pure. Those of an attempt before at the same version go first, so that an upgrade that is
 * tried again and again does not push out the versions before.
 *
 * @param all those of one series, the newest first; it always stays
 */
export function chooseOld<Backup extends Pick<KeptBackup, 'version'>>(all: readonly Backup[], keep: number): Backup[] {
  const old: Backup[] = [];
  const [newest, ...others] = all;
  const repeated = others.filter(({ version }) => version === newest?.version).toReversed();
  const rest = others.filter(({ version }) => version !== newest?.version).toReversed();
  for (const backup of [...repeated, ...rest]) if (all.length - old.length > keep) old.push(backup);
  return old;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    stats => stats.isFile(),
    () => false,
  );
}
