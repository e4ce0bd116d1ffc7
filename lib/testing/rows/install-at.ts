import type { Call } from '../../boot/call.ts';
import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { restoreDatabase } from '../../boot/install.ts';
import { abortedError, patiently } from '../../boot/look.ts';
import { newJournal } from '../../boot/report.ts';
import type { FrozenModels } from '../../drift/wanted-storage.ts';
import { dumpedTables } from '../../dump/values/dumped-tables.ts';
import { withSnapshot } from '../../dump/snapshot.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import { openDatabase } from '../../store/opening/open-database.ts';
import { translate } from '../../store/opening/translate.ts';
import { assertFrozenAt, withVersion } from '../../verify/opened-versions.ts';
import { CapturedRows } from '../row-comparison/captured-rows.ts';
import { fillVersion, stillEmpty } from './fill-version.ts';
import { chooseRows, writeOwnRows, type RowsOption } from './own-rows.ts';
import { generateRows, type GeneratedRows, type RowsOptions, type Unfilled } from './generate-rows.ts';

/** The rows written into a database. */
export interface InstalledAt {
  readonly rows: GeneratedRows;
  /** The tables without rows, and why. */
  readonly unfilled: readonly Unfilled[];
}

/** The rows to write into a database. */
export interface InstallAtOptions extends Omit<RowsOptions, 'next' | 'rows' | 'others'> {
  readonly rows?: RowsOption | undefined;
  /** The versions that steps are to lead to, one after another: rows keep to what these allow. */
  readonly toward?: readonly number[] | undefined;
}

/**
 * Records an empty database at a frozen version, with the storage of that version and rows in it. No step runs.
 *
 * @throws {@link SchemaTargetError} for a version that is not frozen
 */
export async function installAt(
  call: Call,
  version: number,
  { toward = [], rows: asked, ...options }: InstallAtOptions,
): Promise<InstalledAt> {
  const { database } = call;
  assertFrozenAt(call, version);
  let installed: InstalledAt | undefined;
  const { counts, others, own } = chooseRows(asked, version);
  try {
    const models = await offline(call, version);
    const next: FrozenModels[] = [];
    for (const later of toward) next.push(await offline(call, later));
    const transfer = await database.dialect.load.transfer();
    await patiently(call, async now => {
      await openDatabase(database, now, { mayCreate: true });
      const rows = generateRows(models, database.namespace, { ...options, rows: counts, others, next });
      return restoreDatabase(now, version, newJournal(), async held => {
        const filling = { held, call: now, transfer, version };
        const unfilled = await fillVersion(filling, rows);
        await writeOwnRows(held, now, version, own);
        installed = { rows, unfilled: own.length > 0 ? await stillEmpty(filling, rows, unfilled) : unfilled };
        return undefined;
      });
    });
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(database, error);
  }
  return installed as InstalledAt;
}

/** Reads all rows of a database, at the version that it has. Dispose of them afterwards. */
export async function captureRows(call: Call): Promise<CapturedRows> {
  return withSnapshot(call, ({ held, transfer, row }) =>
    withVersion(held, call, row.version, ({ models }) =>
      CapturedRows.take(held, transfer, dumpedTables(models, call.database.namespace)),
    ),
  );
}

async function offline({ database, definition }: Call, version: number): Promise<FrozenModels> {
  const module = (await loadVersion({ database, definition }, version)) as object;
  return modelsOffline(database.orm, module, { name: nameOfVersion(version), namespace: database.namespace });
}
