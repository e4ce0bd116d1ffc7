import { VersionBehindError } from '../errors.ts';
import { readRow } from '../store/database.ts';
import type { DeployedRow } from '../store/row.ts';
import { Busy, poll } from '../store/poll.ts';
import { standingOf } from '../version.ts';
import type { Call } from './call.ts';
import { abortedError } from './obstacles.ts';
import { verdictOn } from './verdict.ts';

/** Polls the row until this code may run on it. */
export async function waitForVersion(call: Call): Promise<void> {
  const { database, definition, waitMs, signal } = call;
  const { guid, latest } = definition;
  let row: DeployedRow | undefined;
  await poll<void>(
    {
      waitMs,
      signal,
      onWait: waiting => call.onProgress({ type: 'waiting', guid, ...waiting }),
      aborted: () => abortedError(call),
      giveUp: async (_busy, waitedMs) =>
        row
          ? new VersionBehindError({ guid, deployed: row.version, latest, holder: row.holder, waitedMs })
          : (verdictOn(row, definition, database) as Error),
    },
    async () => {
      row = await readRow(database, call);
      const verdict = verdictOn(row, definition, database);
      if (!verdict) return;
      const standing = standingOf(row, definition);
      if (standing === 'missing' || standing === 'behind') return new Busy({ holder: row?.holder });
      throw verdict;
    },
  );
}
