import { Busy } from '../store/poll.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import { UnknownCommit } from '../store/transaction.ts';
import { withRow } from '../store/row-lock.ts';
import { createStorage, surveyStorage } from '../store/survey.ts';
import type { Call } from './call.ts';
import { adoptDatabase, installDatabase } from './install.ts';
import type { Looked } from './look.ts';
import { afterUnknownCommit, askedAgain } from './outcome/unknown-commit.ts';
import type { Journal } from './report.ts';
import { runPlan } from './run-plan.ts';
import { failureOf, orFail } from './run-step.ts';
import { completeFrozenStorage } from './frozen/frozen-storage.ts';
import { differs, lookAfter, lookBefore } from './frozen/storage-look.ts';
import type { HeldConnection } from '../store/connection.ts';

/**
 * Does what was decided, and writes down in the journal what came of it.
 *
 * @returns the version the database is at then, or {@link Busy} if another process is working on it
 */
export async function carryOut(call: Call, { row, move }: Looked, journal: Journal): Promise<number | Busy> {
  switch (move.kind) {
    case 'install':
      return installDatabase(call, move.version, journal);
    case 'adopt':
      return adoptDatabase(call, move.version, journal);
    case 'run':
      return runPlan(call, row as DeployedRow, move.steps, journal);
    case 'complete':
      return completeStorage(call, row as DeployedRow, journal);
    case 'allow':
      return lowerCompatible(call, row as DeployedRow, move.to, journal);
    default:
      throw new Error(`${move.kind} is nothing to be carried out`);
  }
}

/** Creates the tables that are missing, under the row. */
async function completeStorage(call: Call, row: DeployedRow, journal: Journal): Promise<number | Busy> {
  const { database, claim } = call;
  const { version } = row;
  const { created } = journal;
  // What was created is there, or nothing of it.
  const isDone = async () => {
    const { missing } = await surveyStorage(database, claim, call);
    return journal.created !== created && !journal.created.some(name => missing.includes(name));
  };
  return orFindOut(call, { method: 'assertStorage', version, journal, isDone }, () =>
    withRow(database, call, { row, stage: version, target: version }, ({ held, transact }) =>
      transact(async taken => {
        if (taken.version !== version) return new Busy({ holder: taken.holder });
        const failing = { method: 'assertStorage', version, deployed: version };
        const hasFrozen = call.definition.versionOf(version) !== undefined;
        const look = await lookBefore(held, call, { from: version, to: version });
        const completing = hasFrozen ? completeFrozenStorage(held, call, version) : completeLiveStorage(held, call);
        journal.created = await orFail(call, failing, journal, completing);
        const { made } = look ? await lookAfter(held, call, look, { to: version }) : { made: [] };
        if (made.length > 0) throw failureOf(call, failing, journal, differs(version, made));
        return version;
      }),
    ),
  );
}

/** Creates the tables of the entities that are missing: where no version is frozen, those of the application count. */
async function completeLiveStorage(held: HeldConnection, { database, claim }: Call): Promise<readonly string[]> {
  const { missing } = await surveyStorage(database, claim, held);
  await createStorage(held, database, claim, new Set(missing));
  return missing;
}

/** Lowers the oldest version of the code that may run, under the row. */
async function lowerCompatible(
  call: Call,
  row: DeployedRow,
  compatible: number,
  journal: Journal,
): Promise<number | Busy> {
  const { database, release, reason } = call;
  const { guid, tables, dialect } = database;
  const { version } = row;
  const isLowered = (now: DeployedRow) => now.compatible <= compatible;
  return orFindOut(call, { method: 'allow', version, journal, isDone: isLowered }, () =>
    withRow(database, call, { row, stage: version, target: version }, ({ held, transact }) =>
      transact(async taken => {
        if (taken.version !== version || taken.compatible !== row.compatible) return new Busy();
        await held.execute(`update ${tables.version} set compatible = ? where guid = ?`, [compatible, guid]);
        await dialect.row.log(held, database, [{ from: version, to: version, how: 'allow', release, reason }]);
        return version;
      }),
    ),
  );
}

/** Work under the row, and how to find out whether its commit happened if that was not answered. */
interface Doubtful {
  readonly method: string;
  readonly version: number;
  readonly journal: Journal;
  readonly isDone: (row: DeployedRow) => boolean | Promise<boolean>;
}

async function orFindOut(
  call: Call,
  { method, version, journal, isDone }: Doubtful,
  work: () => Promise<number | Busy>,
): Promise<number | Busy> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnknownCommit)) throw await askedAgain(call, error, journal);
    await afterUnknownCommit(call, error, { method, version }, { journal, isDone, next: 'Call again.' });
    return version;
  }
}
