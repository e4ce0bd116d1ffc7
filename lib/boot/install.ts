import { isSchemaError, VersionCorruptError } from '../errors.ts';
import type { HeldConnection } from '../store/connection.ts';
import { faultOf, isRefused } from '../store/faults.ts';
import { Busy } from '../store/poll.ts';
import {
  assertNoDangling,
  createStorage,
  surveyNothing,
  surveyStorage,
  withoutNamespacesThatAreThere,
} from '../store/survey.ts';
import { assertSound, inspectTables, missingColumns } from '../store/bookkeeping/inspect-tables.ts';
import type { Database } from '../store/database.ts';
import { completeTables } from '../store/bookkeeping/complete-tables.ts';
import { createTables } from '../store/tables.ts';
import { elsewhere, isElsewhere } from '../store/opening/open-database.ts';
import { holdDatabase, transact, UnknownCommit } from '../store/transaction.ts';
import type { Call } from './call.ts';
import { pendingMigrations } from '../mikro-orm/pending-migrations.ts';
import { heedNeeds } from './modules/heed-needs.ts';
import { readOthersOfNone } from './modules/others.ts';
import { createFrozenStorage } from './frozen/frozen-storage.ts';
import { assertFrozen } from './frozen/load-version.ts';
import { isUnproven } from '../difference.ts';
import { StepRecord } from '../drift/step-record.ts';
import { createdBy, differs, lookAtStorage } from './frozen/storage-look.ts';
import { afterUnknownCommit, askedAgain } from './outcome/unknown-commit.ts';
import { failureOf, orFail, runTask, withEntityManager } from './run-step.ts';
import { storageDiffers, targetError } from './decide.ts';
import type { Journal } from './report.ts';
import { parseHolder } from '../store/deployed-row.ts';

/** What a database without a row is brought to. */
interface Settling {
  readonly outcome: 'installed' | 'adopted' | 'restored';
  readonly version: number;
}

/**
 * Records an empty database with its storage, in one transaction: at latest with that of the entities and the rows of
 * `onInstall`, at an earlier version with that of its frozen entities, for which `onInstall` was not written.
 */
export async function installDatabase(call: Call, version: number, journal: Journal): Promise<number | Busy> {
  const { database, definition, claim } = call;
  const { guid, latest } = definition;
  const isLatest = version === latest;
  const began = performance.now();
  return settle(call, { outcome: 'installed', version }, journal, async held => {
    const survey = await surveyStorage(database, claim, held);
    if (survey.own.length > 0) return new Busy();
    assertNoDangling(database, survey);
    if (isLatest) await assertFrozen(call);
    call.onProgress({ type: 'installing', guid, version });
    call.onStage(version);
    await record(held, call, version);
    const create = isLatest ? createStorage(held, database, claim) : createFrozenStorage(held, call, version);
    await orFail(call, { method: 'install', version, deployed: undefined }, journal, create);
    const installed = new StepRecord();
    if (isLatest && definition.hasOnInstall) {
      await withEntityManager(held, call, em =>
        runTask(held, call, em, { method: 'onInstall', version, deployed: undefined, journal, record: installed }),
      );
    }
    journal.drift = await lookAtStorage(held, call, version);
    const isCreated = createdBy(installed);
    // A comment alone makes no version: the entities may have another by now than the frozen ones.
    const wrong = journal.drift.filter(difference => !isCreated(difference) && difference.path.at(-1) !== 'comment');
    if (wrong.length > 0 && call.verify === 'fail')
      throw failureOf(call, { method: 'install', version, deployed: undefined }, journal, differs(version, wrong));
    const tookMs = performance.now() - began;
    const line = { from: undefined, to: version, how: 'install', tookMs, release: call.release } as const;
    await database.dialect.row.log(held, database, [line]);
    return undefined;
  });
}

/**
 * Checks an installation as far as that needs no database, before one is created for it.
 *
 * @throws what the installation would throw
 */
export async function assertInstallable(call: Call, version: number): Promise<void> {
  const { database, definition, claim } = call;
  const asked = { verb: 'assertStorage', install: true } as const;
  const move = heedNeeds({ kind: 'install', version }, asked, await readOthersOfNone(call, call), definition);
  if (move.kind === 'refuse') throw move.error;
  assertNoDangling(database, surveyNothing(database, claim));
  if (version === definition.latest) await assertFrozen(call);
}

/**
 * Makes sure that MikroORM's Migrator has no work left on a database that is adopted: what it would do later is in no
 * version.
 *
 * @throws {@link SchemaTargetError} naming what it has not run
 */
export async function assertMigrated(call: Call, version: number): Promise<void> {
  const names = await pendingMigrations(call.database, call);
  if (names.length === 0) return;
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
  throw targetError(
    call.database.guid,
    version,
    `MikroORM's Migrator has not run ${shown} here. Run the migrations: \`npx mikro-orm migration:up\`. If one was ` +
      `done without it, log it: \`npx mikro-orm migration:log --name <name>\`. Delete those that must not run. Then adopt.`,
  );
}

/**
 * Records the given version for a database that already has its storage.
 *
 * @throws {@link SchemaTargetError} for a version the steps cannot start from, and while MikroORM's Migrator has work to do
 */
export async function adoptDatabase(call: Call, version: number, journal: Journal): Promise<number | Busy> {
  const { database } = call;
  await assertMigrated(call, version);
  return settle(call, { outcome: 'adopted', version }, journal, async held => {
    const differences = await lookAtStorage(held, call, version);
    // What does not hold for all rows is no other version's, and is in the report
    if (!differences.every(isUnproven) && call.verify === 'fail')
      throw storageDiffers(call.definition, { version, differences });
    journal.drift = differences;
    await record(held, call, version);
    const line = { from: undefined, to: version, how: 'adopt', release: call.release } as const;
    await database.dialect.row.log(held, database, [line]);
    return undefined;
  });
}

/**
 * Records an empty database at the version of a dump, with the storage and the rows that `fill` brings, in one transaction.
 *
 * @param fill throws if another process was faster
 */
export async function restoreDatabase(
  call: Call,
  version: number,
  journal: Journal,
  fill: (held: HeldConnection) => Promise<Busy | undefined>,
): Promise<number | Busy> {
  const { database } = call;
  const began = performance.now();
  return settle(call, { outcome: 'restored', version }, journal, async held => {
    await record(held, call, version);
    const busy = await fill(held);
    if (busy) return busy;
    journal.drift = await lookAtStorage(held, call, version);
    const wrong = journal.drift.filter(difference => difference.path.at(-1) !== 'comment');
    if (wrong.length > 0 && call.verify === 'fail')
      throw failureOf(call, { method: 'restore', version, deployed: undefined }, journal, differs(version, wrong));
    const tookMs = performance.now() - began;
    const line = { from: undefined, to: version, how: 'restore', tookMs, release: call.release } as const;
    await database.dialect.row.log(held, database, [line]);
    return undefined;
  });
}

const METHODS = { installed: 'install', adopted: 'adopt', restored: 'restore' } as const;

/** Runs as the only one that installs or adopts anything in this database, and answers the version it is at then. */
async function settle(
  call: Call,
  settling: Settling,
  journal: Journal,
  work: (held: HeldConnection) => Promise<Busy | undefined>,
): Promise<number | Busy> {
  const { database } = call;
  const { outcome, version } = settling;
  const failing = { method: METHODS[outcome], version, deployed: undefined };
  const settled = () => {
    if (outcome !== 'restored') journal.settled = outcome;
    return version;
  };
  try {
    const busy = await holdDatabase(database, call, held =>
      transact(held, database, call, async () => {
        const lock = await database.dialect.tryInstallLock(held);
        if (isElsewhere(database, lock)) return new Busy({ cause: elsewhere(database, lock) });
        if (lock.isOurs) return work(held);
        const holder = await database.dialect.installer(held);
        return new Busy({ holder: holder && parseHolder(holder, undefined) });
      }),
    );
    return busy ?? settled();
  } catch (error) {
    // A process without the lock was faster: an older release of this library, or a person.
    if (error instanceof LostRace || (!isSchemaError(error) && faultOf(error) === 'duplicate'))
      return new Busy({ cause: error });
    if (error instanceof UnknownCommit) {
      await afterUnknownCommit(call, error, failing, { journal, isDone: () => true, next: 'Call again.' });
      return settled();
    }
    if (error instanceof OlderTables) {
      const completed = await holdDatabase(database, call, held => completeTables(held, database));
      return completed ? settle(call, settling, journal, work) : new Busy({ cause: error });
    }
    if (isSchemaError(error) || !isRefused(error)) throw await askedAgain(call, error, journal);
    throw failureOf(call, failing, journal, { cause: error });
  }
}

class LostRace extends Error {}
/** An older release of this library made our tables, for another Schema. */
class OlderTables extends Error {}

async function record(held: HeldConnection, { database, definition }: Call, version: number): Promise<void> {
  await createOwnTables(held, database);
  const fingerprint = definition.fingerprintOf(version);
  const compatible = definition.compatibleAt(version);
  const inserted = await database.dialect.row.insert(held, database, { version, compatible, fingerprint });
  if (inserted) return;
  const { guid, tables } = database;
  const rows = await held.execute(`select * from ${tables.version} where guid = ?`, [guid]);
  if (rows.length > 0) throw new LostRace('the row is there');
  throw new VersionCorruptError(
    'no row can be inserted into deployed_version. Look for a trigger or a policy on that table which suppresses the insert, and drop it.',
    { guid, rows: [] },
  );
}

/** Creates our own tables, unless another Schema did, wherever the search path finds them. Inspects existing tables either way. */
async function createOwnTables(held: HeldConnection, database: Database): Promise<void> {
  const { tables, dialect } = database;
  let found = await inspectTables(held, database);
  if (found.length === 0) {
    await held.executeBatch(await withoutNamespacesThatAreThere(held, dialect, createTables(tables, dialect)));
    found = await inspectTables(held, database);
  }
  assertSound(database, found);
  if (missingColumns(found).length > 0) throw new OlderTables('columns are missing');
}
