import { VersionMissingError } from '../errors.ts';
import { openDatabase, readRow } from '../store/database.ts';
import { Busy } from '../store/poll.ts';
import { surveyStorage } from '../store/survey.ts';
import type { Call } from './call.ts';
import { adoptDatabase } from './install.ts';
import type { UpgradeReport } from './report.ts';
import { waitingForOthers } from './waiting.ts';
import { targetError } from './verdict.ts';

/** Records a database that has its storage and no row yet. */
export async function adopt(call: Call, version: number): Promise<UpgradeReport> {
  const { database, claim } = call;
  const { guid } = database;
  await openDatabase(database);
  const { waitedMs } = await waitingForOthers(call, async () => {
    const row = await readRow(database, call);
    if (row) {
      throw targetError(
        guid,
        version,
        `the database has version ${row.version} recorded already, and adopt() is for one that has none`,
      );
    }
    const { own } = await surveyStorage(database, claim, call);
    if (own.length === 0) {
      throw new VersionMissingError(
        `${database.place} has nothing to adopt, none of the tables is there: call upgrade() to install it`,
        { guid, latest: call.definition.latest, database: database.place },
      );
    }
    const settled = await adoptDatabase(call, version);
    return settled instanceof Busy ? settled : settled.version;
  });
  return { guid, from: undefined, to: version, outcome: 'adopted', steps: [], waitedMs, orphans: 0 };
}
