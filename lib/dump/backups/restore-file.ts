import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, rename, rm, stat } from 'node:fs/promises';
import type { MikroORM } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';
import { verdictOn } from '../../boot/decide.ts';
import { withText } from '../../boot/outcome/report-text.ts';
import { upgrade } from '../../boot/verbs.ts';
import type { FileCopies } from '../../dialects/dialect.ts';
import {
  asSentence,
  DumpInvalidError,
  isSchemaError,
  reasonOf,
  RestoreRefusedError,
  SchemaTargetError,
} from '../../errors.ts';
import { isConnected } from '../../mikro-orm/connection-parts.ts';
import { HeldConnection, primaryOf } from '../../store/connection.ts';
import { parseRow, type DeployedRow } from '../../store/deployed-row.ts';
import { fileOf } from '../../store/opening/local-files.ts';
import { showRestore } from '../report-texts.ts';
import { countTables } from '../rehearsal/count-tables.ts';
import type { RestoreReport } from '../restore/restore-database.ts';
import { onScratch } from '../scratch/scratch-call.ts';
import { digestFile, syncFile } from './digest-file.ts';
import type { FoundBackup } from './find-backup.ts';

type FileBackup = Extract<FoundBackup, { kind: 'file' }>;

/**
 * Restores a copy of a SQLite file to the path of the ORM's database, and upgrades it. The copy is written and checked under
 * another name first, and then renamed.
 *
 * @throws {@link DumpInvalidError} for a file that was changed, is damaged, or has no version of this Schema
 * @throws {@link RestoreRefusedError} if a database exists already
 */
export async function restoreFile(call: Call, backup: FileBackup, { stay }: { stay: boolean }): Promise<RestoreReport> {
  const { guid } = call.definition;
  const began = performance.now();
  const { target, copies } = await assertPlace(call, backup.file);
  const part = `${target}.restoring-${randomUUID().slice(0, 8)}`;
  try {
    await copyChecked(call, backup, part);
    const { row, tables } = await proveCopy(call, copies, part);
    await syncFile(part);
    await takePlace(call, part, target);
    const upgraded = stay ? undefined : await upgrade(call, call.definition.latest);
    const report: RestoreReport = {
      guid,
      from: row.version,
      to: upgraded?.to ?? row.version,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      tables: tables.map(({ table, rows }) => ({ table, rows })),
      leftOut: [],
      steps: upgraded?.steps ?? [],
      drift: upgraded?.drift ?? [],
      ms: performance.now() - began,
    };
    return withText(report, showRestore);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(`${part}${suffix}`, { force: true });
  }
}

/** Where the copy goes: no database is there, and no log of one, which SQLite would take for the log of the copy. */
async function assertPlace(call: Call, file: string): Promise<{ target: string; copies: FileCopies }> {
  const { guid, orm, place, dialect } = call.database;
  const target = fileOf(orm);
  if (!dialect.copies || target === undefined)
    throw new SchemaTargetError(
      `${file} is a SQLite file, and ${place} is not one. Restore it with a configuration whose dbName is a file, and move the rows from there.`,
      { guid, target: file },
    );
  const refuse = (why: string) => new RestoreRefusedError(`${why} Nothing was written.`, { guid });
  if (isConnected(primaryOf(orm)))
    throw refuse(`the ORM is connected to ${place} already. Restore before its first use.`);
  if (await isThere(target)) throw refuse(`${place} exists. Restoring overwrites no database: move it away first.`);
  for (const suffix of ['-wal', '-journal'])
    if (await isThere(`${target}${suffix}`))
      throw refuse(`${target}${suffix} is left over from another database. Move it away first.`);
  if (await isThere(`${file}-wal`))
    throw refuse(`${file} has a write-ahead log next to it: it is a database in use, not a backup.`);
  return { target, copies: await dialect.copies.load() };
}

async function isThere(path: string): Promise<boolean> {
  return ((await stat(path).catch(() => undefined))?.size ?? 0) > 0;
}

async function copyChecked(call: Call, { file, about }: FileBackup, part: string): Promise<void> {
  const { guid } = call.database;
  try {
    await copyFile(file, part, constants.COPYFILE_EXCL);
    await chmod(part, 0o600);
  } catch (cause) {
    throw new SchemaTargetError(`${file} cannot be copied: ${asSentence(reasonOf(cause))} Use another backup.`, {
      guid,
      target: file,
      cause,
    });
  }
  if (about === undefined) return;
  const { bytes, sha256 } = await digestFile(part);
  if (bytes === about.bytes && sha256 === about.sha256) return;
  throw new DumpInvalidError(
    `${file} was changed after it was written: its digest is not that of backup.json. Copy the backup again, or use another one.`,
    { guid, file: about.file },
  );
}

/** Opens the copy: it is sound, and at a version that this code knows. Logs that it was restored. */
async function proveCopy(call: Call, copies: FileCopies, part: string) {
  const { database, definition, release } = call;
  const { guid, orm, tables: own, dialect } = database;
  const refuse = (why: string, cause?: unknown) =>
    new DumpInvalidError(`the backup ${why} Use another one.`, {
      guid,
      file: part,
      ...(cause !== undefined && { cause }),
    });
  let other: MikroORM | undefined;
  try {
    other = await copies.open(orm, part);
    const row = await HeldConnection.hold(other, call, async copy => {
      const damage = await copies.findDamage(copy);
      if (damage !== undefined) throw refuse(`is damaged: ${asSentence(damage)}`);
      const rows = await copy.execute(`select * from ${own.version} where guid = ?`, [guid]).catch(() => []);
      const found = parseRow(guid, rows);
      if (!found) throw refuse(`has no version of '${guid}'.`);
      const verdict = verdictOn({ row: found, place: 'the backup' }, definition);
      if (verdict && verdict.code !== 'VERSION_BEHIND') throw verdict;
      const { version } = found;
      await copy.execute(
        `update ${own.version} set stage = null, target = null, host = null, pid = null, since = null`,
      );
      await dialect.row.log(copy, database, [{ from: version, to: version, how: 'restore', release }]);
      return found satisfies DeployedRow;
    });
    return { row, tables: await countTables(onScratch(call, { orm: other, name: part })) };
  } catch (error) {
    if (isSchemaError(error)) throw error;
    throw refuse(`cannot be opened: ${asSentence(reasonOf(error))}`, error);
  } finally {
    await other?.close(true);
  }
}

/** An empty file is what connecting leaves. A name that another process has taken meanwhile is not overwritten. */
async function takePlace({ database: { guid, place } }: Call, part: string, target: string): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (there?.size === 0) return rename(part, target);
  try {
    await link(part, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return rename(part, target);
    throw new RestoreRefusedError(`${place} exists now. Nothing was written.`, { guid, cause: error });
  }
}
