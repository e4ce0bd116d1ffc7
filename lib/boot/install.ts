import { isSchemaError, reasonOf, StepFailedError, VersionMissingError, type SchemaError } from '../errors.ts';
import { openModels } from '../models/frozen.ts';
import type { HeldConnection } from '../store/connection.ts';
import { readRow } from '../store/database.ts';
import { completeTables, missingColumns } from '../store/complete-tables.ts';
import { faultOf, isLost, isRefused } from '../store/faults.ts';
import { StorageGenerator } from '../mikro-orm/storage-generator.ts';
import { Busy } from '../store/poll.ts';
import { insertRow, writeLog } from '../store/record.ts';
import { storedMetadata } from '../store/claim.ts';
import { createStorage, surveyStorage, withoutNamespacesThatAreThere, type Survey } from '../store/survey.ts';
import { createTables } from '../store/tables.ts';
import { holdDatabase, transact, UnknownCommit } from '../store/transaction.ts';
import type { Call } from './call.ts';
import { assertMigrated } from './pending-migrations.ts';
import { assertFrozen, loadVersion, nameOfVersion } from './frozen-versions.ts';
import { runTask, withEntityManager } from './run.ts';
import { targetError } from './verdict.ts';
import { parseHolder } from '../store/row.ts';

/** How a database without a row came to one. */
export interface Settled {
  readonly outcome: 'installed' | 'adopted';
  readonly version: number;
}

/**
 * Looks at a database without a row: installs an empty one, adopts one that has its storage, if that was asked for.
 *
 * @throws {@link VersionMissingError} if it is neither
 */
export async function settleMissing(call: Call, target: number): Promise<Settled | Busy> {
  const survey = await surveyStorage(call.database, call.claim, call);
  const refusal = refusalOf(call, survey, target);
  if (refusal) {
    // what we saw may be what somebody installed since the row was read
    if (await readRow(call.database, call)) return new Busy();
    throw refusal;
  }
  return survey.own.length > 0 ? adoptDatabase(call, call.adopt as number) : installDatabase(call, target);
}

/** Answers why a database without a row may be neither installed nor adopted, or `undefined` if it may. Pure. */
export function refusalOf(call: Call, survey: Survey, target: number): SchemaError | undefined {
  const { guid, latest } = call.definition;
  if (survey.own.length > 0) {
    if (call.adopt === undefined) return storageWithoutVersion(call, survey);
    if (call.adopt <= target) return undefined;
    return targetError(guid, target, `the database would be adopted at ${call.adopt}, and upgrade() never goes down`);
  }
  if (call.install === false) return mayNotInstall(call, survey);
  if (survey.other.length > 0 && call.install !== true) return strangersThere(call, survey);
  if (target === latest || call.definition.versionOf(target)) return undefined;
  const why = `the database is empty, and version ${target} was not frozen: an installation leads to latest, which is ${latest}`;
  return targetError(guid, target, why);
}

/**
 * Records an empty database with its storage, in one transaction: at latest with that of the entities and the rows of
 * `onInstall`, at an earlier version with that of its frozen entities, for which `onInstall` was not written.
 */
async function installDatabase(call: Call, version: number): Promise<Settled | Busy> {
  const { database, definition, claim } = call;
  const { guid, latest } = definition;
  const isLatest = version === latest;
  const began = performance.now();
  return alone(call, { outcome: 'installed', version }, async held => {
    const survey = await surveyStorage(database, claim, held);
    if (survey.own.length > 0) return new Busy();
    if (isLatest) await assertFrozen(call);
    call.onProgress({ type: 'installing', guid, version });
    call.onStage(version);
    await record(held, call, version);
    const create = isLatest ? createStorage(held, database, claim) : createFrozenStorage(held, call, version);
    await create.catch((cause: unknown) => {
      if (isLost(cause)) throw cause;
      throw new StepFailedError({ guid, method: 'install', version, done: [], deployed: undefined, cause });
    });
    if (isLatest && definition.hasOnInstall) {
      await withEntityManager(held, call, em =>
        runTask(held, call, em, { method: 'onInstall', version, deployed: undefined, done: [] }),
      );
    }
    const tookMs = performance.now() - began;
    await writeLog(held, database, { from: undefined, to: version, how: 'install', tookMs, release: call.release });
    return undefined;
  });
}

/** Creates the storage of a version as it was frozen. */
async function createFrozenStorage(held: HeldConnection, call: Call, version: number): Promise<void> {
  await held.executeBatch(await frozenStorageSql(held, call, version));
}

/** Writes the statements that create the storage of a version as it was frozen. */
export async function frozenStorageSql(held: HeldConnection, call: Call, version: number): Promise<readonly string[]> {
  const { namespace, dialect } = call.database;
  const module = await loadVersion(call, version);
  return withEntityManager(held, call, async em => {
    const models = openModels(em, module as object, { name: nameOfVersion(version), namespace });
    const metadata = storedMetadata(models.em);
    const generator = new StorageGenerator(models.em, { metadata, namespace, withRoutines: false });
    return withoutNamespacesThatAreThere(held, dialect, await generator.statements());
  });
}

/** @throws what forbids that a database is recorded at a version */
export async function assertAdoptable(call: Call, version: number): Promise<void> {
  const { guid, baseline } = call.definition;
  if (version < baseline) throw targetError(guid, version, `the steps start from version ${baseline}`);
  await assertMigrated(call, version);
}

/**
 * Records a database that has its storage already at the version it is said to be.
 *
 * @throws {@link SchemaTargetError} for a version the steps cannot start from, and while MikroORM's Migrator has work to do
 */
export async function adoptDatabase(call: Call, version: number): Promise<Settled | Busy> {
  const { database } = call;
  await assertAdoptable(call, version);
  return alone(call, { outcome: 'adopted', version }, async held => {
    await record(held, call, version);
    await writeLog(held, database, { from: undefined, to: version, how: 'adopt', release: call.release });
    return undefined;
  });
}

/** Runs as the only one that installs or adopts anything in this database, and answers what it settled. */
async function alone(
  call: Call,
  settled: Settled,
  work: (held: HeldConnection) => Promise<Busy | undefined>,
): Promise<Settled | Busy> {
  const { database } = call;
  try {
    const busy = await holdDatabase(database, call, held =>
      transact(held, database, call, async () => {
        if (await database.dialect.tryInstallLock(held)) return work(held);
        const holder = await database.dialect.installer(held);
        return new Busy({ holder: holder && parseHolder(holder, undefined) });
      }),
    );
    return busy ?? settled;
  } catch (error) {
    // somebody without the lock was faster: an older release of this library, or a person
    if (error instanceof LostRace || (!(error instanceof StepFailedError) && faultOf(error) === 'duplicate'))
      return new Busy({ cause: error });
    if (error instanceof UnknownCommit) return afterUnknownCommit(call, error, settled);
    if (error instanceof OlderTables) {
      const completed = await holdDatabase(database, call, held => completeTables(held, database));
      return completed ? alone(call, settled, work) : new Busy({ cause: error });
    }
    if (isSchemaError(error) || !isRefused(error)) throw error;
    throw failure(call, settled, { cause: error });
  }
}

/** The row alone knows whether a commit happened that nobody answered. */
async function afterUnknownCommit(call: Call, error: UnknownCommit, settled: Settled): Promise<Settled> {
  const { database } = call;
  let unknown = false;
  const row = await readRow(database, { waitMs: 0 }).catch(() => void (unknown = true));
  if (row) return settled;
  const reason = `the connection was lost at commit: ${reasonOf(error.cause)}`;
  throw failure(call, settled, { unknown, cause: error.cause, reason, next: 'call again' });
}

function failure(
  { database }: Call,
  { outcome, version }: Settled,
  more: { cause: unknown; reason?: string; next?: string; unknown?: boolean },
): StepFailedError {
  const method = outcome === 'installed' ? 'install' : 'adopt';
  return new StepFailedError({ guid: database.guid, method, version, done: [], deployed: undefined, ...more });
}

class LostRace extends Error {}
/** An older release of this library made our tables, for another Schema. */
class OlderTables extends Error {}

async function record(held: HeldConnection, { database, definition }: Call, version: number): Promise<void> {
  const statements = await withoutNamespacesThatAreThere(
    held,
    database.dialect,
    createTables(database.tables, database.dialect),
  );
  await held.executeBatch(statements);
  if ((await missingColumns(held, database)).length > 0) throw new OlderTables('columns are missing');
  const fingerprint = definition.fingerprintOf(version);
  const compatible = definition.compatibleAt(version);
  if (!(await insertRow(held, database, { version, compatible, fingerprint }))) throw new LostRace('the row is there');
}

function storageWithoutVersion({ definition, database }: Call, { own }: Survey): VersionMissingError {
  const { guid, latest } = definition;
  return new VersionMissingError(
    `${database.place} has ${list(own)} but no version recorded: if it is at version n, call adopt(n) or upgrade({ adopt: n })`,
    { guid, latest, database: database.place, ownTables: [...own] },
  );
}

function strangersThere({ definition, database }: Call, { other }: Survey): VersionMissingError {
  const { guid, latest } = definition;
  return new VersionMissingError(
    `${database.place} has no version recorded and tables that are not ours, ${list(other)}: check the connection string; to install beside them, call upgrade({ install: true })`,
    { guid, latest, database: database.place, otherTables: [...other] },
  );
}

function mayNotInstall({ definition, database }: Call, { other }: Survey): VersionMissingError {
  const { guid, latest } = definition;
  return new VersionMissingError(
    `${database.place} has no version recorded, and install is false: check the connection string; to install it, call upgrade() without install: false once`,
    { guid, latest, database: database.place, otherTables: [...other] },
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name}"`);
  return `${shown.length === 1 ? 'the table' : 'the tables'} ${shown.join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}
