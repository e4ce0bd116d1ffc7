import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { VersionCorruptError } from '../errors.ts';
import type { HeldConnection } from './connection.ts';
import type { Database } from './database.ts';
import { isLost } from './faults.ts';
import { parseRow, type DeployedRow } from './row.ts';

/**
 * Announces that we are about to work: who, since when, to what. A commit of its own, so that everybody can see it.
 *
 * Of many who read the same row only one can announce itself: the others would take it the row it is about to take.
 *
 * @returns the epoch that is ours now, or `undefined` if somebody holds the row, or announced themselves since it was read
 */
export async function announce(
  held: HeldConnection,
  { guid, tables, dialect }: Database,
  row: DeployedRow,
  work: { stage: number; target: number },
): Promise<string | undefined> {
  try {
    const [announced] = await held.execute(
      `update ${tables.version} set epoch = epoch + 1, stage = ?, target = ?, host = ?, pid = ?, since = ? ` +
        `where guid = (select guid from ${tables.version} where guid = ? and epoch = ?${dialect.skipLocked}) returning epoch`,
      [work.stage, work.target, hostname(), process.pid, new Date().toISOString(), guid, row.epoch],
    );
    return announced && String(announced.epoch);
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
}

/**
 * Takes the row for the transaction under way. The row is the lock: it is free again when the transaction ends, however
 * it ends.
 *
 * @returns the row as it is now, or `undefined` if somebody else holds it or announced themselves after us.
 */
export async function takeRow(
  held: HeldConnection,
  { guid, tables, dialect }: Database,
  epoch: string,
): Promise<DeployedRow | undefined> {
  // asked for by its epoch: a row that is somebody else's by now is not locked, not even for a moment
  const mine = `select * from ${tables.version} where guid = ? and epoch = ?${dialect.skipLocked}`;
  return parseRow(guid, await held.execute(mine, [guid, epoch]));
}

/**
 * Takes our announcement back after a failure. Nothing depends on it: it only spares people a wrong name.
 *
 * @returns whether it could be said; over a connection that died it cannot
 */
export async function withdraw(
  held: HeldConnection,
  { guid, tables, dialect }: Database,
  epoch: string,
): Promise<boolean> {
  const mine = `select guid from ${tables.version} where guid = ? and epoch = ?`;
  const withdrawal =
    `update ${tables.version} set stage = null, target = null, host = null, pid = null, since = null ` +
    `where guid = (${mine}${dialect.skipLocked}) returning guid`;
  for (let round = 0; round < WITHDRAWALS; round += 1) {
    try {
      if ((await held.execute(withdrawal, [guid, epoch])).length > 0) return true;
      if ((await held.execute(mine, [guid, epoch])).length === 0) return true;
    } catch (error) {
      if (!isLost(error)) return false;
    }
    await sleep(5 + Math.random() * 20); // a connection of ours is still dying, or somebody writes to the same file
  }
  return false;
}

const WITHDRAWALS = 20;

/**
 * Compares the row with its history before steps run on it: a row lowered by hand would run them twice.
 *
 * @throws {@link VersionCorruptError}
 */
export async function assertHistory(held: HeldConnection, database: Database, row: DeployedRow): Promise<void> {
  const { guid, tables } = database;
  const [line] = await held.execute(`select * from ${tables.log} where guid = ? order by id desc limit 1`, [guid]);
  if (!line) return;
  if (line.to_version === row.version) return;
  throw new VersionCorruptError(
    `deployed_version says version ${row.version}, but the last line of deployed_version_log led to ${String(line.to_version)}: ` +
      `somebody changed the row by hand; put it back, or add the line that explains it`,
    { guid, rows: [row.raw, line] },
  );
}
