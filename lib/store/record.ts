import { hostname } from 'node:os';
import type { HeldConnection } from './connection.ts';
import type { Database } from './database.ts';

/** How a line came into the log. */
export type How = 'install' | 'upgrade' | 'downgrade' | 'adopt' | 'allow' | 'restore';

/** A line of the log, but for what the store knows itself. */
export interface LogLine {
  readonly from: number | undefined;
  readonly to: number;
  readonly how: How;
  readonly tookMs?: number | undefined;
  readonly release?: string | undefined;
  readonly reason?: string | undefined;
}

/** What a row becomes. */
export interface Move {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly compatible: number;
  readonly fingerprint: string | undefined;
  /** The version to be worked to next; `undefined` ends the work and lets go of the row. */
  readonly stage: number | undefined;
}

/** Records a database that had no row. Answers whether it was us. */
export async function insertRow(
  held: HeldConnection,
  { guid, tables }: Database,
  row: { version: number; compatible: number; fingerprint: string | undefined },
): Promise<boolean> {
  const inserted = await held.execute(
    `insert into ${tables.version} (guid, version, compatible, fingerprint, epoch) values (?, ?, ?, ?, 0) ` +
      `on conflict (guid) do nothing returning guid`,
    [guid, row.version, row.compatible, row.fingerprint ?? null],
  );
  return inserted.length === 1;
}

/** Moves the row on and logs it. Answers whether the row was still ours, at the version we started from. */
export async function moveRow(held: HeldConnection, database: Database, move: Move, line: LogLine): Promise<boolean> {
  const { guid, tables, dialect } = database;
  const letGo = move.stage === undefined ? ', target = null, host = null, pid = null, since = null' : '';
  const update =
    `update ${tables.version} set version = ?, compatible = ?, fingerprint = ?, stage = ?${letGo} ` +
    `where guid = ? and version = ? and epoch = ? returning guid`;
  const values = [move.to, move.compatible, move.fingerprint ?? null, move.stage ?? null, guid, move.from, move.epoch];
  const log = logInsert(database, line);

  if (dialect.writesInOne) {
    const rows = await held.execute(
      `with moved as (${update}) insert into ${log.into} select ${log.values} from moved returning id`,
      [...values, ...log.params],
    );
    return rows.length === 1;
  }
  const rows = await held.execute(update, values);
  if (rows.length !== 1) return false;
  await held.execute(`insert into ${log.into} values (${log.values})`, log.params);
  return true;
}

/** Writes a line in the log. */
export async function writeLog(held: HeldConnection, database: Database, line: LogLine): Promise<void> {
  const log = logInsert(database, line);
  await held.execute(`insert into ${log.into} values (${log.values})`, log.params);
}

function logInsert({ guid, tables, dialect }: Database, line: LogLine) {
  const moment = dialect.name === 'postgresql' ? 'cast(? as timestamptz)' : '?';
  return {
    into: `${tables.log} (guid, from_version, to_version, how, at, took_ms, host, pid, role, release, reason)`,
    values: `?, cast(? as integer), ?, ?, ${moment}, cast(? as integer), ?, ?, ${dialect.role()}, ?, ?`,
    params: [
      guid,
      line.from ?? null,
      line.to,
      line.how,
      new Date().toISOString(),
      line.tookMs === undefined ? null : Math.round(line.tookMs),
      hostname(),
      process.pid,
      line.release ?? null,
      line.reason ?? null,
    ],
  };
}
