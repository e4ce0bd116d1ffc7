import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Call } from '../../boot/call.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { hasOneConnection } from '../../store/opening/local-files.ts';
import { opensOthers, ormOn } from '../../store/opening/other-orm.ts';
import { dumpDatabase, type RowProgress } from '../dump-database.ts';
import { checkFiles } from '../reading/check-files.ts';

/**
 * Dumps a database into a folder, while this process holds its row in a transaction. That transaction does not see one state
 * of the database, so another connection reads the rows. It is outside the application's pool, which may have no free
 * connection.
 *
 * @throws {@link DumpInvalidError} if the files differ from the written rows
 */
export async function saveDump(
  held: HeldConnection,
  call: Call,
  { part: folder, version }: { readonly part: string; readonly version: number },
): Promise<void> {
  const { database } = call;
  // Without a folder around it, this fails before anything is read.
  await stat(dirname(folder));
  const { guid, orm, name } = database;
  const onProgress = ({ done, total }: RowProgress) =>
    call.onProgress({ type: 'progress', guid, version, done, total });
  if (hasOneConnection(orm)) {
    await dumpDatabase(call, folder, { within: held, onProgress });
  } else if (!opensOthers(orm)) {
    await dumpDatabase(call, folder, { onProgress });
  } else {
    const other = await ormOn(orm, name);
    try {
      await dumpDatabase({ ...call, database: { ...database, orm: other } }, folder, { onProgress });
    } finally {
      await other.close(true);
    }
  }
  await checkFiles(guid, folder);
}
