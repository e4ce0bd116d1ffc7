import { withText } from '../../boot/outcome/report-text.ts';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import type { Call, CallOptions, UpgradeOptions } from '../../boot/call.ts';
import { abortedError } from '../../boot/look.ts';
import type { Difference } from '../../difference.ts';
import { sqlName } from '../../dialects/table-names.ts';
import { asSentence, PermissionDeniedError, reasonOf, SchemaTargetError } from '../../errors.ts';
import { modelsOffline } from '../../models/frozen-models.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { HeldConnection } from '../../store/connection.ts';
import { readRow } from '../../store/database.ts';
import { faultOf } from '../../store/faults.ts';
import { translate } from '../../store/opening/translate.ts';
import { dumpDatabase, type RowProgress } from '../dump-database.ts';
import type { LeftOut } from '../manifest.ts';
import { assertTakes } from '../restore/assert-takes.ts';
import { showPresent } from '../restore/present-version.ts';
import { restoreDump, type RestorePhase } from '../restore/restore-database.ts';
import { withTemporaryFolder } from '../scratch/temporary-folder.ts';
import { dumpedTables } from '../values/dumped-tables.ts';
import type { Exceptions } from '../writing/left-out.ts';
import { otherEnd } from './other-end.ts';
import { showMove } from '../report-texts.ts';

/** The progress of a move. Each phase goes through all rows once: first out of the source, then into the target. */
export interface MoveProgress extends RowProgress {
  readonly phase: 'dumping' | RestorePhase;
}

export interface MoveOptions
  extends Pick<CallOptions, 'signal' | 'waitMs'>, Pick<UpgradeOptions, 'install' | 'release'> {
  /**
   * Prevents other processes from writing into the source until the target has all rows. They can read. Without it, rows that
   * they write meanwhile are not in the target.
   *
   * @defaultValue `true`
   */
  readonly guard?: boolean | undefined;
  /** Entities whose rows are not moved, and why, as for `dump()`. */
  readonly except?: Exceptions | undefined;
  /** Receives the number of rows read from the source, and written into the target. Its errors are not caught. */
  readonly onProgress?: ((progress: MoveProgress) => void) | undefined;
}

/** The report of `move()`. */
export interface MoveReport {
  readonly guid: string;
  /** The version of both databases. */
  readonly version: number;
  /** The databases, without credentials. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly leftOut: readonly LeftOut[];
  /** Whether other processes were prevented from writing into the source until the target had all rows. */
  readonly isGuarded: boolean;
  /** How the storage of the target differs from its version. */
  readonly drift: readonly Difference[];
  readonly ms: number;
  /** Shows the report in a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/**
 * Moves the rows of a database into an empty one, of the same engine or another, at the same version. The target gets all of
 * them in one transaction, or nothing. The source is only read. Meanwhile the rows are in a temporary folder.
 *
 * @param target an ORM on the empty database, without entities, or a Schema of the same class on such an ORM
 * @throws {@link RestoreRefusedError} before the first write, for values that do not fit the target, which it names, and for a
 * target that is not empty
 * @throws {@link UpgradeBusyError} if other processes go on writing into the source for longer than `waitMs`
 * @throws what `dump()` throws
 */
export async function move(source: Schema, target: Schema | MikroORM, options: MoveOptions = {}): Promise<MoveReport> {
  const { guard = true, except = {}, install, release, onProgress = () => {}, ...patience } = options;
  const from = openSchema(source).call({ ...patience, release }, 'move');
  const to = otherEnd(from, target, { ...patience, release, install });
  const began = performance.now();
  try {
    // What a killed move left in the temporary folder goes now, even if this one is refused.
    return await withTemporaryFolder(async folder => {
      await assertAnother(from, to);
      const row = await readRow(from.database, from);
      // A database without a version is reported by the dump.
      if (row) await assertTakes(to, row.version);
      const dump = join(folder, 'dump');
      const moveRows = async (held?: HeldConnection) => {
        await dumpDatabase(from, dump, {
          except,
          onProgress: progress => onProgress({ phase: 'dumping', ...progress }),
          ...(held && { within: held }),
        });
        return restoreDump(to, dump, { stay: true, onProgress });
      };
      const { isGuarded, moved } = guard
        ? await guarded(from, moveRows)
        : { isGuarded: false, moved: await moveRows() };
      const { guid, from: version, rows, tables, leftOut, drift } = moved;
      const places = { from: from.database.place, to: to.database.place };
      const ms = performance.now() - began;
      const report: MoveReport = { guid, version, ...places, rows, tables, leftOut, isGuarded, drift, ms };
      return withText(report, showMove);
    });
  } catch (error) {
    if (from.signal?.aborted) throw await abortedError(from);
    throw translate(from.database, error);
  }
}

/** @throws {@link SchemaTargetError} for a target that has a version already, before anything is read of the source */
async function assertAnother({ database: source }: Call, to: Call): Promise<void> {
  const { database: target } = to;
  // A server may have no such database yet.
  const row = await readRow(target, to).catch(() => undefined);
  if (!row) return;
  const why =
    source.place === target.place
      ? `${target.place} is the database to move. Use another one.`
      : await showPresent(target, row, 'point the application to it.');
  throw new SchemaTargetError(why, { guid: source.guid, target: target.place });
}

/**
 * Keeps others from writing while `work` runs.
 *
 * @returns with `isGuarded`, whether that held until the end
 */
async function guarded<T>(
  call: Call,
  work: (held: HeldConnection) => Promise<T>,
): Promise<{ isGuarded: boolean; moved: T }> {
  const { database } = call;
  const { dialect, tables } = database;
  const row = await readRow(database, call);
  // A database without a version is reported by the dump.
  const own = row ? await tablesAt(call, row.version) : [];
  const { guard } = await dialect.load.transfer();
  return HeldConnection.hold(database.orm, call, async held => {
    await held.begin(guard.begin(call.waitMs));
    try {
      if (row) await lock(call, held, guard.lock([tables.version, ...own]));
      const moved = await work(held);
      // A server may have ended the session meanwhile, and the locks with it.
      const isGuarded = await held.execute('select 1').then(
        () => true,
        () => false,
      );
      return { isGuarded, moved };
    } finally {
      await held.rollback().catch(() => {});
    }
  });
}

async function lock({ database: { guid, place } }: Call, held: HeldConnection, statements: readonly string[]) {
  try {
    await held.executeBatch(statements);
  } catch (error) {
    if (faultOf(error) !== 'permission') throw error;
    throw new PermissionDeniedError(
      `this role may not lock out other writers of ${place}: ${asSentence(reasonOf(error))} Stop the application, and move without the guard: \`--no-guard\`, or { guard: false }.`,
      { guid, cause: error },
    );
  }
}

async function tablesAt(call: Call, version: number): Promise<readonly string[]> {
  const { orm, namespace, dialect } = call.database;
  const module = await loadVersion(call, version);
  if (!module) return [];
  const models = modelsOffline(orm, module, { name: nameOfVersion(version), namespace });
  return dumpedTables(models, namespace).map(table => sqlName(dialect, table));
}
