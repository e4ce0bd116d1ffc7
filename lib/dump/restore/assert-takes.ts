import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import type { Call } from '../../boot/call.ts';
import { asSentence, isSchemaError, PermissionDeniedError, reasonOf, RestoreRefusedError } from '../../errors.ts';
import { storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { readRow } from '../../store/database.ts';
import { isMissing } from '../../store/opening/local-files.ts';
import { surveyStorage } from '../../store/survey.ts';
import { assertFrozenAt } from '../../verify/opened-versions.ts';
import { translate } from '../../store/opening/translate.ts';
import { canHaveScratch, withScratchCall } from '../scratch/scratch-call.ts';
import { withTemporaryFolder } from '../scratch/temporary-folder.ts';
import { dumpedTables } from '../values/dumped-tables.ts';
import type { MatchedTable } from './matched-tables.ts';
import { readOutsideKeys, type TableKeys } from './outside-keys.ts';
import { showPresent } from './present-version.ts';
import { tryStorage } from './try-storage.ts';

type OfflineModels = ReturnType<typeof modelsOffline>;

interface RowsToTake {
  readonly models: OfflineModels;
  readonly tables: readonly Pick<MatchedTable, 'table'>[];
}

/**
 * Makes sure that a database can take rows of a version, before any of them is read: it is empty, can have that storage, and
 * has the tables of other Schemas that foreign keys lead to.
 *
 * @param taken the version and the tables to fill; by default, all of it
 * @returns the keys in tables of other Schemas
 * @throws {@link RestoreRefusedError}
 */
export async function assertTakes(call: Call, version: number, taken?: RowsToTake): Promise<TableKeys> {
  const { models, tables } = taken ?? (await allOf(call, version));
  try {
    const isThere = await lookWhetherEmpty(call, models);
    const transfer = await call.database.dialect.load.transfer();
    const outside = await readOutsideKeys(call, { transfer, isThere }, tables);
    await (isThere ? tryStorage(call, version) : tryElsewhere(call, version));
    return outside;
  } catch (error) {
    // A move has another database too, which is not the one that refuses something here.
    throw translate(call.database, error);
  }
}

/** Tries in a scratch database what the one that is not there yet will have to take. */
async function tryElsewhere(call: Call, version: number): Promise<void> {
  const { database } = call;
  if (!canHaveScratch(database.orm)) return;
  try {
    await withTemporaryFolder(folder =>
      withScratchCall(call, folder, scratch =>
        tryStorage({ ...scratch, database: { ...scratch.database, place: database.place } }, version),
      ),
    );
  } catch (error) {
    throw mayNotCreate(database, error) ?? error;
  }
}

/** Says that a role may create no database, neither the one to try it in nor the one that is not there. */
function mayNotCreate({ guid, place }: Call['database'], error: unknown): PermissionDeniedError | undefined {
  if (!isSchemaError(error) || error.code !== 'PERMISSION_DENIED') return undefined;
  return new PermissionDeniedError(
    `${place} does not exist, and this role may not create it: ${asSentence(reasonOf(error.cause))} Create the database with another role, or grant it: alter role <role> createdb`,
    { guid, cause: error },
  );
}

async function allOf(call: Call, version: number): Promise<RowsToTake> {
  const { orm, namespace } = call.database;
  assertFrozenAt(call, version);
  const module = (await loadVersion(call, version)) as object;
  const models = modelsOffline(orm, module, { name: nameOfVersion(version), namespace });
  return { models, tables: dumpedTables(models, namespace).map(table => ({ table })) };
}

/** @returns whether there is such a database: if not, it is created once the dump is checked, and looked at again then */
async function lookWhetherEmpty(call: Call, models: OfflineModels): Promise<boolean> {
  try {
    await assertEmpty(call, models);
    return !isMissing(call.database.orm);
  } catch (error) {
    const isAbsent = isSchemaError(error) && error.code === 'DATABASE_UNAVAILABLE';
    if (isAbsent && call.database.orm.config.get('ensureDatabase') !== false) return false;
    throw error;
  }
}

/** Looks whether anything is there, which restoring would mix with. */
export async function assertEmpty(
  { database, claim, install, ...patience }: Call,
  { em }: OfflineModels,
  held?: HeldConnection,
): Promise<void> {
  const { guid, place } = database;
  if (held === undefined) {
    if (isMissing(database.orm)) return;
    const row = await readRow(database, patience);
    if (row)
      throw new RestoreRefusedError(
        await showPresent(database, row, '`npx dejavu upgrade` runs the steps that are left.'),
        { guid },
      );
  }
  const metadata = [...storedMetadata(em), ...claim.metadata];
  const survey = await surveyStorage(database, { metadata, isRest: false }, held ?? patience).catch(
    (error: unknown) => {
      // A server may have no such database yet.
      if (held === undefined) return { own: [], other: [] };
      throw error;
    },
  );
  const own = [...new Set(survey.own)];
  if (own.length > 0)
    throw new RestoreRefusedError(
      `${place} has tables of '${guid}' already: ${own.slice(0, 5).join(', ')}. Use an empty database.`,
      { guid },
    );
  if (survey.other.length > 0 && install !== true && held === undefined)
    throw new RestoreRefusedError(
      `${place} has tables of others: ${survey.other.slice(0, 5).join(', ')}. Use an empty database. To restore next to them: \`--install\`, or in code \`{ install: true }\`.`,
      { guid },
    );
}
