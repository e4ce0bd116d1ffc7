import { afterUnknownCommit } from '../boot/outcome/unknown-commit.ts';
import { withText } from '../boot/outcome/report-text.ts';
import { newJournal } from '../boot/report.ts';
import type { Call, CallOptions, UpgradeOptions } from '../boot/call.ts';
import { verdictOn } from '../boot/decide.ts';
import { patiently } from '../boot/look.ts';
import { isIgnored, isMeant, type Ignore } from '../drift/ignore.ts';
import { differencesTo } from '../drift/two-looks.ts';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import type { HeldConnection } from '../store/connection.ts';
import { readRow } from '../store/database.ts';
import { isMissing } from '../store/opening/local-files.ts';
import { Busy } from '../store/poll.ts';
import { withRow } from '../store/row-lock.ts';
import { holdDatabase, transact, UnknownCommit } from '../store/transaction.ts';
import { assertFrozenAt, withVersion } from './opened-versions.ts';
import { createMissing, isWhole, repairTables, type Repaired, type Unrepaired } from './repair-parts.ts';
import { showRepair } from './show-repair.ts';

/** The options of `repair()`. */
export interface RepairOptions extends CallOptions, Pick<UpgradeOptions, 'release'> {
  /** The differences to ignore, as for `verify()`. */
  readonly ignore?: Ignore | undefined;
  /**
   * Reports what repair would create, and writes nothing.
   *
   * @defaultValue `false`
   */
  readonly dryRun?: boolean | undefined;
}

/** The report of `repair()`. */
export interface Repair {
  readonly guid: string;
  /** The version the storage was compared with. */
  readonly version: number;
  /** The name of the database, without credentials. */
  readonly database: string;
  /** Whether this was a dry run. */
  readonly dryRun: boolean;
  /** The missing parts that repair created, and the constraints that it validated; with `dryRun`, those it would. */
  readonly created: readonly Repaired[];
  /** The differences that repair left, each with the reason and the SQL for it. */
  readonly left: readonly Unrepaired[];
  /** Shows both lists as text. */
  toString(): string;
}

/**
 * Creates missing parts of the storage of a database, as its frozen version has them: tables, views, columns that are nullable
 * or have a default, and indexes, checks and foreign keys that existing rows allow. Validates constraints that PostgreSQL has
 * as `not valid`, if the rows allow it. Never drops or changes another part, and never changes a row. Runs in one transaction, under the version row, and writes a line to the log.
 *
 * @throws the errors of `verify()`, and {@link UpgradeBusyError}, {@link PermissionDeniedError}
 */
export async function repair(schema: Schema, options: RepairOptions = {}): Promise<Repair> {
  const { ignore, dryRun = false, ...rest } = options;
  const call = openSchema(schema).call(rest, 'repair');
  const { value } = await patiently(call, () => repairOnce(call, { ignore, dryRun }));
  return value;
}

interface Asking {
  readonly ignore: Ignore | undefined;
  readonly dryRun: boolean;
}

async function repairOnce(call: Call, asking: Asking): Promise<Repair | Busy> {
  const { database, definition, release } = call;
  const row = isMissing(database.orm) ? undefined : await readRow(database, call);
  const error = verdictOn({ row, place: database.place }, definition);
  if (!row || error?.code === 'VERSION_FORKED') throw error as Error;
  const { version } = row;
  assertFrozenAt(call, version);
  if (asking.dryRun) {
    return holdDatabase(database, call, held =>
      transact(held, database, call, () => repairIn(held, call, version, asking), { isTrial: true }),
    );
  }
  let repaired: Repair | undefined;
  const work = withRow(database, call, { row, stage: version, target: version }, ({ held, transact: inOwn }) =>
    inOwn(async taken => {
      if (taken.version !== version) return new Busy({ holder: taken.holder });
      const done = await repairIn(held, call, version, asking);
      repaired = done;
      if (done.created.length === 0) return done;
      const reason = done.created.map(({ difference }) => difference.path.join(' ')).join(', ');
      const line = { from: version, to: version, how: 'repair', release, reason } as const;
      await database.dialect.row.log(held, database, [line]);
      return done;
    }),
  );
  return work.catch(async (lost: unknown) => {
    if (!(lost instanceof UnknownCommit) || !repaired) throw lost;
    await findOut(call, lost, version, repaired);
    return repaired;
  });
}

/**
 * Finds out whether the commit of a repair happened that was not answered: what it created is there, or nothing of it.
 *
 * @throws {@link StepFailedError} if it did not happen, or if that cannot be found out
 */
async function findOut(call: Call, error: UnknownCommit, version: number, { created }: Repair): Promise<void> {
  const isDone = async () => {
    const asking = { ignore: undefined, dryRun: true };
    const left = await holdDatabase(call.database, call, held =>
      transact(held, call.database, call, () => repairIn(held, call, version, asking), { isTrial: true }),
    );
    if (left instanceof Busy) throw new Error('another process is working on the database');
    const missing = new Set(left.created.map(pathOf));
    return !created.some(one => missing.has(pathOf(one)));
  };
  const doubt = { journal: newJournal(), isDone, next: 'call again' };
  await afterUnknownCommit(call, error, { method: 'repair', version }, doubt);
}

function pathOf({ difference: { path } }: Repaired): string {
  return JSON.stringify(path);
}

async function repairIn(held: HeldConnection, call: Call, version: number, asking: Asking): Promise<Repair> {
  const { guid, place: database } = call.database;
  const { ignore, dryRun } = asking;
  return withVersion(held, call, version, async opened => {
    const { context, models, others } = opened;
    const found = (await differencesTo(context, models, { others })).filter(
      one => !isMeant(one, call.definition.extra) && !(ignore !== undefined && isIgnored(one, ignore)),
    );
    const work = { held, call, version, opened, dryRun };
    const outcomes = [
      ...(await createMissing(work, found.filter(isWhole))),
      ...(await repairTables(
        work,
        found.filter(one => !isWhole(one)),
      )),
    ];
    const created = outcomes.filter((one): one is Repaired => !('why' in one));
    const left = outcomes.filter((one): one is Unrepaired => 'why' in one);
    return withText<Repair>({ guid, version, database, dryRun, created, left }, showRepair);
  });
}
