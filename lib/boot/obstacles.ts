import { PermissionDeniedError, reasonOf, UpgradeAbortedError, UpgradeBusyError, type Holder } from '../errors.ts';
import { HeldConnection, type Patience, type Row } from '../store/connection.ts';
import { readRow, type Database } from '../store/database.ts';
import { faultOf } from '../store/faults.ts';
import type { Busy } from '../store/poll.ts';
import { parseHolder } from '../store/row.ts';
import type { Call } from './call.ts';
import type { PlannedStep } from './planned-steps.ts';

// the waiting is over: what cannot be found out soon is not found out
const BRIEFLY: Patience = { waitMs: 0 };

/** Tells before step 1, not in the middle of it, that the role can create and alter nothing at all. */
export async function assertMayChange(held: HeldConnection, database: Database, first: PlannedStep): Promise<void> {
  const sql = database.dialect.mayChange(database.namespace);
  if (sql === undefined) return;
  const [row] = await held.execute(sql);
  if (row?.allowed === true) return;
  throw new PermissionDeniedError(
    `${first.method} has to run in ${database.place}, where this role may neither create nor alter a table: upgrade with a role that owns the tables`,
    { guid: database.guid },
  );
}

/** Gives up waiting, and names who was in the way as well as the database can tell. */
export async function busyError(call: Call, busy: Busy, waitedMs: number): Promise<UpgradeBusyError> {
  const { guid } = call.database;
  const isUs = faultOf(busy.cause) === 'no connection';
  const holder = busy.holder ?? (isUs ? undefined : await findHolder(call.database));
  const reason =
    holder || busy.cause === undefined ? {} : { reason: `for what did not come free: ${reasonOf(busy.cause)}` };
  return new UpgradeBusyError({ guid, waitedMs, holder, cause: busy.cause, ...reason });
}

/** The signal stopped us between two attempts: the database is at whatever version it was read to be. */
export async function abortedError(call: Call): Promise<UpgradeAbortedError> {
  const row = await readRow(call.database, BRIEFLY).catch(() => undefined);
  return new UpgradeAbortedError({ guid: call.database.guid, deployed: row?.version, cause: call.signal?.reason });
}

/** An installation has no row yet in which it could announce itself. */
async function findHolder(database: Database): Promise<Holder | undefined> {
  const row = await readRow(database, BRIEFLY).catch(() => undefined);
  if (row) return row.holder;
  const installer = await HeldConnection.hold<Row | undefined>(database.orm, BRIEFLY, held =>
    database.dialect.installer(held),
  ).catch(() => undefined);
  return installer && parseHolder(installer, undefined);
}
