import { StepFailedError } from '../errors.ts';
import { completeTables } from '../store/complete-tables.ts';
import { openDatabase, readRow } from '../store/database.ts';
import { isLost } from '../store/faults.ts';
import { announce, takeRow, withdraw } from '../store/row-lock.ts';
import { Busy } from '../store/poll.ts';
import type { DeployedRow } from '../store/row.ts';
import { createStorage, surveyStorage } from '../store/survey.ts';
import { holdDatabase, transact } from '../store/transaction.ts';
import { standingOf } from '../version.ts';
import type { Call } from './call.ts';
import { settleMissing } from './install.ts';
import { waitingForOthers } from './waiting.ts';
import { verdictOn } from './verdict.ts';

/** What `assertStorage` found or made. */
export interface StorageReport {
  readonly guid: string;
  readonly version: number;
  readonly outcome: 'installed' | 'completed' | 'level' | 'ahead';
  /** The tables it created; all of them after an installation, which lists none. */
  readonly created: readonly string[];
}

/** Installs an empty database; creates the tables that are missing from one that is level. */
export async function assertStorage(call: Call): Promise<StorageReport> {
  const { database, definition } = call;
  const { guid } = definition;
  await openDatabase(database);
  const { value } = await waitingForOthers<StorageReport>(call, async () => {
    const row = await readRow(database, call);
    if (!row) {
      // called by hand, so tables of others are no sign of a wrong connection string
      const settled = await settleMissing(
        { ...call, adopt: undefined, install: call.install ?? true },
        definition.latest,
      );
      if (settled instanceof Busy) return settled;
      return { guid, version: settled.version, outcome: 'installed', created: [] };
    }
    const verdict = verdictOn(row, definition, database);
    if (verdict) throw verdict;
    const { version } = row;
    if (standingOf(row, definition) === 'ahead') return { guid, version, outcome: 'ahead', created: [] };
    const { missing } = await surveyStorage(database, call.claim, call);
    if (missing.length === 0) return { guid, version, outcome: 'level', created: [] };
    return complete(call, row);
  });
  return value;
}

/** Creates what is missing, under the row. */
async function complete(call: Call, row: DeployedRow): Promise<StorageReport | Busy> {
  const { database } = call;
  const { guid } = database;
  return holdDatabase(database, call, async held => {
    if (!(await completeTables(held, database))) return new Busy({ holder: row.holder });
    const epoch = await announce(held, database, row, { stage: row.version, target: row.version });
    if (epoch === undefined) return new Busy({ holder: row.holder });
    try {
      return await transact<StorageReport>(held, database, call, async () => {
        const taken = await takeRow(held, database, epoch);
        if (!taken || taken.version !== row.version) return new Busy({ holder: taken?.holder });
        const { missing } = await surveyStorage(database, call.claim, held);
        await createStorage(held, database, call.claim, new Set(missing)).catch((cause: unknown) => {
          if (isLost(cause)) throw cause;
          throw new StepFailedError({
            guid,
            method: 'assertStorage',
            version: row.version,
            done: [],
            deployed: row.version,
            cause,
          });
        });
        return { guid, version: row.version, outcome: missing.length > 0 ? 'completed' : 'level', created: missing };
      });
    } finally {
      await withdraw(held, database, epoch);
    }
  });
}
