import { UpgradeAbortedError, UpgradeBusyError, reasonOf, type Holder } from '../errors.ts';
import { HeldConnection, type Patience, type Row } from '../store/connection.ts';
import { ask, assertPossible, readRow, type Database } from '../store/database.ts';
import { faultOf, isLost, isUnanswered } from '../store/faults.ts';
import { lockMsOf } from '../store/opening/time-limits.ts';
import { isMissing } from '../store/opening/local-files.ts';
import { translate } from '../store/opening/translate.ts';
import { Busy, poll } from '../store/poll.ts';
import { parseHolder, type DeployedRow } from '../store/deployed-row.ts';
import type { Survey } from '../store/survey.ts';
import type { Call } from './call.ts';
import { decide, type Asked, type Move } from './decide.ts';
import { readWithOthers } from './modules/others.ts';
import { publishFailure } from './outcome/channels.ts';

/** What was found in a database, and what it calls for. */
export interface Looked {
  readonly row: DeployedRow | undefined;
  readonly move: Move;
}

/**
 * Reads the row, and the storage if the row alone does not decide it, and decides what the database calls for.
 *
 * @returns {@link Busy} if another process changed it meanwhile
 */
export async function look(call: Call, asked: Asked): Promise<Looked | Busy> {
  const { database, definition } = call;
  const { place } = database;
  const { row, others } = await readWithOthers(call, call, { withDependents: asked.verb === 'downgrade' });
  await assertPossible(database, row, call);
  const move = decide(asked, { row, place, others }, definition);
  if (move.kind !== 'look') return { row, move };
  const survey = await surveyDatabase(call);
  let settled = decide(asked, { row, place, others, survey }, definition);
  if (settled.kind === 'find') {
    const { findVersion } = await import('./frozen/find-version.ts');
    const match = await findVersion(call);
    if (match instanceof Busy) return match;
    settled = decide(asked, { row, place, others, survey, match }, definition);
  }
  // Another process may have installed this since the row was read.
  if (settled.kind === 'refuse' && !row && (await readRow(database, call))) return new Busy();
  return { row, move: settled };
}

/** Lists the existing tables. Looking at a missing file does not create it. */
export async function surveyDatabase(call: Call): Promise<Survey> {
  const { database, claim } = call;
  if (isMissing(database.orm)) return { own: [], missing: [], other: [] };
  // Most of the boots that find a row look no further.
  const { surveyStorage } = await import('../store/survey.ts');
  const { assertSupported } = await import('../store/opening/assert-supported.ts');
  await assertSupported(database, sql => ask(database, call, sql));
  return surveyStorage(database, claim, call);
}

/**
 * Tries again while another process holds the row, within the call's `waitMs`.
 *
 * @param verdict the error after that; by default it names the process that holds the row
 */
export async function patiently<T>(
  call: Call,
  attempt: (call: Call) => Promise<T | Busy>,
  verdict: (busy: Busy, waitedMs: number) => Promise<Error | undefined> = async () => undefined,
): Promise<{ value: T; waitedMs: number }> {
  const { database, waitMs, signal } = call;
  const { guid } = database;
  try {
    return await poll(
      {
        waitMs,
        signal,
        onWait: waiting => call.onProgress({ type: 'waiting', guid, ...waiting }),
        giveUp: async (busy, waitedMs) =>
          (await verdict(busy, waitedMs)) ?? (await busyError(database, busy, waitedMs)),
        aborted: () => abortedError(call),
      },
      ({ leftMs, letsGo }) => unlessLost(async () => attempt({ ...call, lockMs: lockMsOf(leftMs), letsGo })),
    );
  } catch (error) {
    const failure = signal?.aborted && isUnanswered(error) ? await abortedError(call) : translate(database, error);
    throw publishFailure(guid, failure);
  } finally {
    call.onStage(undefined);
  }
}

/** A lock that was not free, wherever it was asked for, is a reason to try again. */
async function unlessLost<T>(attempt: () => Promise<T | Busy>): Promise<T | Busy> {
  const began = performance.now();
  try {
    return await attempt();
  } catch (error) {
    if (!isLost(error)) throw error;
    return new Busy({ cause: error, waitedMs: faultOf(error) === 'no connection' ? performance.now() - began : 0 });
  }
}

// The waiting is over: what cannot be found out soon is not found out.
const BRIEFLY: Patience = { waitMs: 0 };

/** Gives up waiting, and names who was in the way as well as the database can tell. */
async function busyError(database: Database, busy: Busy, waitedMs: number): Promise<UpgradeBusyError> {
  const { guid } = database;
  const isUs = faultOf(busy.cause) === 'no connection';
  const holder = busy.holder ?? (isUs ? undefined : await findHolder(database));
  const what = isUs ? 'a connection' : 'a lock';
  // A look inside the call gave up as well, and said all of this already.
  const first = busy.cause instanceof UpgradeBusyError ? (busy.cause.cause ?? busy.cause) : busy.cause;
  const reason = holder || first === undefined ? {} : { reason: `could not get ${what}: ${reasonOf(first)}` };
  return new UpgradeBusyError({ guid, waitedMs, holder, cause: busy.cause, ...reason });
}

/** The signal stopped us between two attempts: the database is at the version read last. */
export async function abortedError({ database, signal }: Call): Promise<UpgradeAbortedError> {
  let unknown = false;
  const row = await readRow(database, BRIEFLY).catch(() => void (unknown = true));
  return new UpgradeAbortedError({ guid: database.guid, deployed: row?.version, unknown, cause: signal?.reason });
}

/** An installation has no row yet in which it could announce itself. */
async function findHolder(database: Database): Promise<Holder | undefined> {
  try {
    const row = await readRow(database, BRIEFLY);
    if (row) return row.holder;
    const installer = await HeldConnection.hold<Row | undefined>(database.orm, BRIEFLY, held =>
      database.dialect.installer(held),
    );
    return installer && parseHolder(installer, undefined);
  } catch {
    return undefined;
  }
}
