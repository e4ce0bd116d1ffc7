import { chmodSync, chownSync, statSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Call } from '../../boot/call.ts';
import type { FileCopies } from '../../dialects/dialect.ts';
import { SchemaTargetError } from '../../errors.ts';
import { HeldConnection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { parseRow } from '../../store/deployed-row.ts';
import { fileOf } from '../../store/opening/local-files.ts';
import { digestFile, syncFile } from './digest-file.ts';
import { ABOUT, type AboutCopy } from './kept-backups.ts';

/** A copy that is about to be made. */
interface Saving {
  readonly part: string;
  /** Where the copy goes once it is whole. */
  readonly path: string;
  readonly version: number;
  /** Whether it goes into a separate folder, with a file about it. */
  readonly isKept: boolean;
  readonly copies: FileCopies;
}

/**
 * Copies a database into a file with the rights of the database file. This process holds the lock already, so the copy is the
 * database as the first step finds it.
 *
 * @throws {@link SchemaTargetError} if the copy is not the same
 */
export async function saveFile(held: HeldConnection, call: Call, saving: Saving): Promise<void> {
  const { database } = call;
  const { part, path, version, isKept, copies } = saving;
  if (isKept) await mkdir(part, { mode: 0o700 });
  const file = isKept ? join(part, nameOfCopy(database.name)) : part;
  await (await open(file, 'wx', 0o600)).close();
  inheritRights(database, file);
  await copies.save(database, file, {
    shownAs: path,
    onPages: (done, total) => call.onProgress({ type: 'progress', guid: database.guid, version, done, total }),
  });
  const other = await copies.open(database.orm, file);
  try {
    await HeldConnection.hold(other, call, copy => prove(held, call, { ...saving, copy }));
  } finally {
    await other.close(true);
  }
  await syncFile(file);
  if (!isKept) return;
  const [written, at] = [await digestFile(file), new Date().toISOString()];
  const about: AboutCopy = { guid: database.guid, version, file: basename(file), ...written, at };
  await writeFile(join(part, ABOUT), `${JSON.stringify(about, undefined, 2)}\n`, {
    flag: 'wx',
    mode: 0o600,
    flush: true,
  });
}

interface Proving extends Saving {
  readonly copy: HeldConnection;
}

/** Compares a copy with its database, and removes from it the mark that this process is working. */
async function prove(
  held: HeldConnection,
  { database }: Call,
  { copy, path, version, copies }: Proving,
): Promise<void> {
  const { guid, tables } = database;
  const wrong = (what: string) =>
    new SchemaTargetError(`the backup file ${path} is not the same as the database: ${what}. Nothing was changed.`, {
      guid,
      target: path,
    });
  const damage = await copies.findDamage(copy);
  if (damage !== undefined) throw wrong(damage);
  const row = parseRow(guid, await copy.execute(`select * from ${tables.version} where guid = ?`, [guid]));
  if (row?.version !== version) throw wrong(`it is at version ${row?.version}, and the database at ${version}`);
  const source = await copies.fileOf(held);
  const table = source === undefined ? undefined : await copies.findDifference(copy, source);
  if (table !== undefined) throw wrong(`the table ${table} differs`);
  await copies.settle(copy, held);
  await copy.execute(`update ${tables.version} set stage = null, target = null, host = null, pid = null, since = null`);
}

function inheritRights({ orm }: Database, file: string): void {
  const source = fileOf(orm);
  if (source === undefined) return;
  const { mode, uid, gid } = statSync(source);
  chmodSync(file, mode & 0o777);
  // Only root may give a file away; for all others it is theirs already.
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}

/** The name a copy has in a separate folder. */
function nameOfCopy(name: string): string {
  return `${basename(name || 'database').replace(/\.db$/, '')}.db`;
}
