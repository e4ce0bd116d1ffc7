import { completeTables } from '../store/complete-tables.ts';
import { openDatabase, readRow } from '../store/database.ts';
import { announce, takeRow, withdraw } from '../store/row-lock.ts';
import { Busy } from '../store/poll.ts';
import { writeLog } from '../store/record.ts';
import { holdDatabase, transact } from '../store/transaction.ts';
import { isVersion } from '../version.ts';
import type { Call } from './call.ts';
import { waitingForOthers } from './waiting.ts';
import { missingError, targetError } from './verdict.ts';

/** What `allow` did. */
export interface AllowReport {
  readonly guid: string;
  readonly deployed: number;
  /** The oldest version of the code that might run before, and that may now. Equal if there was nothing to lower. */
  readonly from: number;
  readonly to: number;
}

/** Lowers the oldest version of the code that may run on the database, and logs why. */
export async function allow(call: Call, version: unknown, reason: unknown): Promise<AllowReport> {
  const { database, definition } = call;
  const { guid } = definition;
  if (!isVersion(version))
    throw targetError(guid, version, 'name a whole number from 0, the version of the code to be let in');
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw targetError(guid, version, 'say why in { reason }, it is kept in the log');
  }
  await openDatabase(database);
  const { value } = await waitingForOthers<AllowReport>(call, async () => {
    const row = await readRow(database, call);
    if (!row) throw missingError(definition, database);
    const report = { guid, deployed: row.version, from: row.compatible, to: Math.min(row.compatible, version) };
    if (version >= row.compatible) return report;
    return holdDatabase(database, call, async held => {
      if (!(await completeTables(held, database))) return new Busy({ holder: row.holder });
      const epoch = await announce(held, database, row, { stage: row.version, target: row.version });
      if (epoch === undefined) return new Busy({ holder: row.holder });
      try {
        return await transact<AllowReport>(held, database, call, async () => {
          const taken = await takeRow(held, database, epoch);
          if (!taken || taken.version !== row.version || taken.compatible !== row.compatible) return new Busy();
          await held.execute(`update ${database.tables.version} set compatible = ? where guid = ?`, [version, guid]);
          await writeLog(held, database, {
            from: row.version,
            to: row.version,
            how: 'allow',
            release: call.release,
            reason,
          });
          return report;
        });
      } finally {
        await withdraw(held, database, epoch);
      }
    });
  });
  return value;
}
