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
  /** When it was done; now, by default. */
  readonly at?: Date;
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

/** Moves the row on and logs the steps that led there. Answers whether the row was still ours, where we started from. */
export async function moveRow(
  held: HeldConnection,
  database: Database,
  move: Move,
  lines: readonly LogLine[],
): Promise<boolean> {
  const { guid, tables } = database;
  const letGo = move.stage === undefined ? ', target = null, host = null, pid = null, since = null' : '';
  const moved = await held.execute(
    `update ${tables.version} set version = ?, compatible = ?, fingerprint = ?, stage = ?${letGo} ` +
      `where guid = ? and version = ? and epoch = ? returning guid`,
    [move.to, move.compatible, move.fingerprint ?? null, move.stage ?? null, guid, move.from, move.epoch],
  );
  if (moved.length !== 1) return false;
  await writeLog(held, database, ...lines);
  return true;
}

// a statement has to end somewhere
const LINES_AT_ONCE = 250;

/** Writes lines in the log, in order. */
export async function writeLog(held: HeldConnection, database: Database, ...lines: LogLine[]): Promise<void> {
  const { tables } = database;
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const values = lines.slice(start, start + LINES_AT_ONCE).map(line => logValues(database, line));
    await held.execute(
      `insert into ${tables.log} (guid, from_version, to_version, how, at, took_ms, host, pid, role, release, reason) ` +
        `values ${values.map(({ sql }) => `(${sql})`).join(', ')}`,
      values.flatMap(({ params }) => params),
    );
  }
}

function logValues({ guid, dialect }: Database, line: LogLine): { sql: string; params: unknown[] } {
  return {
    sql: `?, cast(? as integer), ?, ?, cast(? as ${dialect.types.moment}), cast(? as integer), ?, ?, ${dialect.role()}, ?, ?`,
    params: [
      guid,
      line.from ?? null,
      line.to,
      line.how,
      (line.at ?? new Date()).toISOString(),
      line.tookMs === undefined ? null : Math.round(line.tookMs),
      hostname(),
      process.pid,
      line.release ?? null,
      line.reason ?? null,
    ],
  };
}
