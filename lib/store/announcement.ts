import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { VersionCorruptError } from '../errors.ts';
import type { HeldConnection } from './connection.ts';
import type { Database } from './database.ts';
import { assertEpoch, type DeployedRow } from './deployed-row.ts';
import { isLost } from './faults.ts';
import { holdDatabase } from './transaction.ts';

/** Work that others learn of before it begins. */
export interface AnnouncedWork {
  /** The row as it was read. */
  readonly row: DeployedRow;
  /** The version to be worked to first; for people, nothing is decided by it. */
  readonly stage: number;
  /** The version the work ends at; for people. */
  readonly target: number;
}

/**
 * Announces that we are about to work: who, since when, to what. A separate commit, so that everybody can see it.
 *
 * Of many who read the same row only one can announce itself: the others would take it the row it is about to take.
 *
 * @returns the epoch that is ours now, or `undefined` if another process holds the row, or announced itself since it was read
 */
export async function announce(
  held: HeldConnection,
  database: Database,
  { row, stage, target }: AnnouncedWork,
): Promise<string | undefined> {
  const { row: verbs } = database.dialect;
  assertEpoch(database.guid, row);
  const us = { host: hostname(), pid: process.pid, since: new Date().toISOString() };
  try {
    for (let round = 0; round < ANNOUNCEMENTS; round += 1) {
      const epoch = await verbs.announce(held, database, { epoch: row.epoch, stage, target, ...us });
      if (epoch !== undefined) return epoch;
      const why = await verbs.whyNotAnnounced(held, database, row.epoch);
      if (why === 'held') return undefined;
      if (why === 'hidden')
        throw unwritable(database, row, 'row-level security hides it from this role. Add a policy for this role.');
    }
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
  const what =
    'no other process holds it. Look for a trigger or a policy on that table which suppresses the update, and drop it.';
  throw unwritable(database, row, what);
}

/** A row that was let go between two statements is announced at the next attempt. */
const ANNOUNCEMENTS = 3;

function unwritable({ guid }: Database, { raw }: DeployedRow, what: string): VersionCorruptError {
  return new VersionCorruptError(`the row of deployed_version cannot be updated: ${what}`, { guid, rows: [raw] });
}

const WITHDRAWALS = 20;

/**
 * Takes our announcement back after a failure. Nothing depends on it: it only spares people a wrong name.
 *
 * @returns whether it was withdrawn; over a dead connection it cannot be
 */
export async function withdraw(held: HeldConnection, database: Database, epoch: string): Promise<boolean> {
  for (let round = 0; round < WITHDRAWALS; round += 1) {
    try {
      if (await database.dialect.row.withdraw(held, database, epoch)) return true;
    } catch (error) {
      if (!isLost(error)) return false;
    }
    await sleep(5 + Math.random() * 20); // A connection of ours is still dying, or another process writes to the same file.
  }
  return false;
}

/** Takes an announcement back that was left behind when its connection died. */
export async function withdrawAnew(database: Database, epoch: string): Promise<void> {
  await holdDatabase(database, { waitMs: 0 }, held => withdraw(held, database, epoch)).catch(() => {});
}
