import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { withText } from '../../boot/outcome/report-text.ts';
import type { Call, CallOptions, Progress, UpgradeOptions } from '../../boot/call.ts';
import { restoreDatabase } from '../../boot/install.ts';
import { abortedError, patiently } from '../../boot/look.ts';
import { newJournal, type Journal, type StepReport } from '../../boot/report.ts';
import { runTask, withEntityManager } from '../../boot/run-step.ts';
import { upgrade } from '../../boot/verbs.ts';
import type { Difference } from '../../difference.ts';
import { DumpInvalidError, RestoreRefusedError } from '../../errors.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import { openDatabase } from '../../store/opening/open-database.ts';
import { translate } from '../../store/opening/translate.ts';
import { describeViolations, findViolations } from '../../store/violations.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { assertFrozenAt } from '../../verify/opened-versions.ts';
import { sameFingerprint } from '../../version.ts';
import type { RowProgress } from '../dump-database.ts';
import type { LeftOut, Manifest } from '../manifest.ts';
import { openDump } from '../reading/open-dump.ts';
import { dumpedTables } from '../values/dumped-tables.ts';
import { leaveOut, type Exceptions } from '../writing/left-out.ts';
import { assertEmpty, assertTakes } from './assert-takes.ts';
import { checkRows } from './check-dumped-rows.ts';
import { fillStorage } from './fill-storage.ts';
import { matchTables } from './matched-tables.ts';
import { showRestore } from '../report-texts.ts';

export interface RestoreOptions
  extends Pick<CallOptions, 'signal' | 'waitMs'>, Pick<UpgradeOptions, 'install' | 'release' | 'transaction'> {
  /** Entities whose rows are not restored, and why, as for `dump()`. */
  readonly except?: Exceptions | undefined;
  /** Keeps the database at the version of the dump. Default: false, the steps bring it to `latest`. */
  readonly stay?: boolean | undefined;
  /**
   * The largest number of bytes that a dump in one file or stream may unpack to. Default: 300 times its size, and at least 64
   * MiB, so that no crafted file fills the disk.
   */
  readonly maxUnpackedBytes?: number | undefined;
  /** Receives the number of rows checked, then loaded, then compared. Its errors are not caught. */
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
  /** Receives the progress of the steps that follow, as `onProgress` of `upgrade()` does. */
  readonly onSteps?: ((progress: Progress) => void) | undefined;
}

/** The progress of a restore. */
export interface RestoreProgress extends RowProgress {
  readonly phase: RestorePhase;
}

/** The phases of a restore, in order. Each goes through all rows once. */
export type RestorePhase = 'checking' | 'loading' | 'comparing';

/** The report of `restore()`. */
export interface RestoreReport {
  readonly guid: string;
  /** The version of the dump. */
  readonly from: number;
  /** The version that the steps led to. */
  readonly to: number;
  readonly rows: number;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** The tables that are neither in the dump nor in the database, and why. */
  readonly leftOut: readonly LeftOut[];
  readonly steps: readonly StepReport[];
  /** How the storage differs from its version. */
  readonly drift: readonly Difference[];
  readonly ms: number;
  /** Shows the report in one or a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

interface RestoringOptions extends Pick<RestoreOptions, 'except' | 'stay' | 'onProgress'> {
  /** Whether `onRestore` of the Schema runs. Default: false, the rows stay those of the dump. */
  readonly hasHook?: boolean;
}

/**
 * Restores a dump into an empty database, and upgrades it to `latest`. Everything is checked before the first write: the
 * files, every value, and every reference between rows. The storage of the dump's version, its rows and the version are
 * written in one transaction, without hooks of entities, validation or triggers. The rows are read back and compared with the
 * dump. Then `onRestore` of the Schema runs in the same transaction, and the steps come last.
 *
 * @throws {@link DumpInvalidError} for a dump that is incomplete, was changed, or is of another Schema, branch or release
 * @throws {@link RestoreRefusedError} for a database that is not empty, and for values that do not fit
 * @throws the errors of `upgrade()`; the database then is at the version of the dump, or at one that a step reached
 */
export async function restoreDump(
  call: Call,
  folder: string,
  { except = {}, stay = false, onProgress, hasHook = false }: RestoringOptions,
): Promise<RestoreReport> {
  const { database, definition } = call;
  const { guid, namespace, dialect } = database;
  const began = performance.now();
  try {
    const dump = await openDump(guid, folder);
    const { manifest } = dump;
    const { version } = manifest;
    assertOurs(call, manifest);
    const module = (await loadVersion(call, version)) as object;
    const models = modelsOffline(database.orm, module, { name: nameOfVersion(version), namespace });
    const all = dumpedTables(models, namespace);
    const { tables: kept, leftOut } = leaveOut(guid, all, except);
    const tables = matchTables(guid, manifest, { all, kept });
    const transfer = await dialect.load.transfer();
    const outside = await assertTakes(call, version, { models, tables });
    const total = tables.reduce((sum, { dumped }) => sum + dumped.rows, 0);
    const counting = (phase: RestorePhase) =>
      newCounter(({ table, done }) => onProgress?.({ phase, table, done, total }));
    await checkRows({ guid, folder, transfer, signal: call.signal, outside, onRows: counting('checking') }, tables);
    const journal = newJournal();
    await patiently(call, async now => {
      await openDatabase(database, now, { mayCreate: true });
      await assertEmpty(now, models);
      return restoreDatabase(now, version, journal, async held => {
        await assertEmpty(now, models, held);
        const [onRows, onCompared] = [counting('loading'), counting('comparing')];
        await fillStorage({ call: now, held, transfer, folder, version, onRows, onCompared }, tables);
        if (hasHook && definition.hasOnRestore) await runHook(held, now, version, journal);
        return undefined;
      });
    });
    const upgraded = stay ? undefined : await upgrade(call, definition.latest);
    const report: RestoreReport = {
      guid,
      from: version,
      to: upgraded?.to ?? version,
      rows: total,
      tables: tables.map(({ dumped }) => ({ table: dumped.table, rows: dumped.rows })),
      leftOut: [...manifest.leftOut, ...leftOut],
      steps: upgraded?.steps ?? [],
      drift: upgraded?.drift ?? journal.drift,
      ms: performance.now() - began,
    };
    return withText(report, showRestore);
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(database, error);
  }
}

/** Adds up the rows of one table after another. */
function newCounter(report: (rows: { table: string; done: number }) => void): (table: string, rows: number) => void {
  let [before, current, last] = [0, '', 0];
  return (table, rows) => {
    if (table !== current) before += last;
    [current, last] = [table, rows];
    report({ table, done: before + rows });
  };
}

/** Runs `onRestore` on the rows of the dump, before any step: both sides of its step are the version of the dump. */
async function runHook(held: HeldConnection, call: Call, version: number, journal: Journal): Promise<void> {
  const task = { method: 'onRestore', from: version, version, deployed: undefined, journal };
  await withEntityManager(held, call, em => runTask(held, call, em, task));
  const violations = await findViolations(held, call.database);
  if (violations.length > 0)
    throw new RestoreRefusedError(`onRestore(): ${describeViolations(violations)}. Nothing was written.`, {
      guid: call.database.guid,
    });
}

/** @throws {@link DumpInvalidError} unless it is of this Schema, and of a version that its steps can start from */
function assertOurs(call: Call, { guid: of, version, fingerprint }: Manifest): void {
  const { definition } = call;
  const { guid, latest, baseline } = definition;
  const refuse = (why: string) => new DumpInvalidError(why, { guid, file: 'manifest.json' });
  if (of !== guid) throw refuse(`the dump is of the Schema '${of}'. Use a dump of '${guid}'.`);
  if (version > latest)
    throw refuse(
      `the dump is of version ${version}, and this code is version ${latest}. Use the release that wrote it, or a newer one.`,
    );
  if (version < baseline)
    throw refuse(
      `the dump is of version ${version}, and the steps of this code start from ${baseline}. Restore it with an older release, and upgrade from there.`,
    );
  assertFrozenAt(call, version);
  if (sameFingerprint(definition.fingerprintOf(version), fingerprint) === false)
    throw refuse(
      `the dump is of another version ${version}, made on another branch (${fingerprint}, here ${definition.fingerprintOf(version)}). Use a release of that branch.`,
    );
}
