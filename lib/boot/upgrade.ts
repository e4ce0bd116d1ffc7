import { openDatabase, readRow } from '../store/database.ts';
import { Busy } from '../store/poll.ts';
import type { DeployedRow } from '../store/row.ts';
import { standingOf } from '../version.ts';
import type { Call } from './call.ts';
import { planSteps } from './planned-steps.ts';
import { newJournal, type Journal, type UpgradeReport } from './report.ts';
import { targetError, verdictOn } from './verdict.ts';
import { waitingForOthers } from './waiting.ts';

interface UpgradeJournal extends Journal {
  from: number | undefined;
  settled: 'installed' | 'adopted' | undefined;
  ahead: boolean;
}

/**
 * Brings the database to the target, with any number of others doing the same: reads the row, does what it calls for,
 * and when somebody else is at it, waits and reads again.
 */
export async function upgrade(call: Call, target: number): Promise<UpgradeReport> {
  const { database } = call;
  const journal: UpgradeJournal = { ...newJournal(), from: undefined, settled: undefined, ahead: false };
  let seen = false;
  await openDatabase(database);
  const { value: to, waitedMs } = await waitingForOthers(call, async () => {
    const row = await readRow(database, call);
    if (!seen) journal.from = row?.version;
    seen = true;
    return bring(call, row, target, journal);
  });
  const { from, steps, orphans, backup } = journal;
  const outcome = outcomeOf(journal);
  return { guid: database.guid, from, to, outcome, steps, waitedMs, orphans, ...(backup !== undefined && { backup }) };
}

function outcomeOf({ settled, steps, ahead }: UpgradeJournal): UpgradeReport['outcome'] {
  if (settled) return settled;
  if (steps.length > 0) return 'upgraded';
  return ahead ? 'ahead' : 'level';
}

/** Does what the row calls for, and answers the version the database is at then. */
async function bring(
  call: Call,
  row: DeployedRow | undefined,
  target: number,
  journal: UpgradeJournal,
): Promise<number | Busy> {
  const { definition, database } = call;
  const { guid, latest } = definition;
  if (!row) {
    const { settleMissing } = await import('./install.ts');
    const settled = await settleMissing(call, target);
    if (settled instanceof Busy) return settled;
    journal.settled = settled.outcome;
    // an adopted database may have steps before it
    return settled.outcome === 'installed'
      ? settled.version
      : bring(call, await readRow(database, call), target, journal);
  }
  const verdict = verdictOn(row, definition, database);
  if (verdict && standingOf(row, definition) !== 'behind') throw verdict;
  const { version } = row;
  if (version > latest) {
    journal.ahead = true;
    return version;
  }
  if (version > target && journal.steps.length === 0) {
    throw targetError(
      guid,
      target,
      `the database is at version ${version} already, and upgrade() never goes down: call downgrade()`,
    );
  }
  if (version >= target) return version;
  // what only a boot with something to do needs is loaded by it, here as in Schema itself
  const { travel } = await import('./run-plan.ts');
  return travel(call, row, planSteps(definition, version, target), journal);
}
