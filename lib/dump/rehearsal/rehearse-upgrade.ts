import { withText } from '../../boot/outcome/report-text.ts';
import type { Call, CallOptions, UpgradeOptions } from '../../boot/call.ts';
import { assertTarget, decide, verdictOn } from '../../boot/decide.ts';
import { abortedError } from '../../boot/look.ts';
import type { Dropped, StepReport } from '../../boot/report.ts';
import { downgrade, upgrade } from '../../boot/verbs.ts';
import type { Difference } from '../../difference.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { assertPossible, readRow } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import { opensOthers, ormOn } from '../../store/opening/other-orm.ts';
import { translate } from '../../store/opening/translate.ts';
import { differencesAt } from '../../verify/verify-storage.ts';
import { compareCounts, countTables, type RehearsedTable } from './count-tables.ts';
import { withScratchCopy, type CopyWay } from './scratch-copy.ts';
import { showRehearsal } from '../report-texts.ts';

/** The options of `rehearse()`. */
export interface RehearseOptions
  extends CallOptions, Pick<UpgradeOptions, 'transaction' | 'verify' | 'allowLoss' | 'release'> {
  /** The folder for the copy of a SQLite database. By default that of the database. */
  readonly folder?: string | undefined;
}

/** The report of a rehearsal. */
export interface RehearsalReport {
  readonly guid: string;
  /** The version of the database, which does not change. */
  readonly from: number;
  /** The version that the copy reached. */
  readonly to: number;
  /** `'level'` and `'ahead'`: there is nothing to do, and no copy was made. */
  readonly outcome: 'upgraded' | 'downgraded' | 'level' | 'ahead';
  /**
   * How the copy was made: `'file'` of a SQLite file; `'template'` by the server, of the whole database, while no other
   * session used it; `'dump'` of this Schema and those it needs, which has no other tables. `undefined` if there was nothing to do.
   */
  readonly way: CopyWay | undefined;
  /** How long the copy took, in milliseconds. */
  readonly copyMs: number;
  /** How long each step took on the copy, in milliseconds. */
  readonly steps: readonly StepReport[];
  /** The rows of each table before and after, and the columns that changed. */
  readonly tables: readonly RehearsedTable[];
  readonly dropped: readonly Dropped[];
  /** How the storage differs from the frozen version reached; empty without frozen versions. */
  readonly differences: readonly Difference[];
  /** Copies of killed rehearsals that this one removed. */
  readonly removed: readonly string[];
  /** Copies that may be left over from killed rehearsals, and that this one could not remove. */
  readonly kept: readonly string[];
  readonly ms: number;
  /** Shows the report in a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/**
 * Runs the pending steps on a copy of the database, and reports how long each takes and what it changes. The database itself
 * is only read, and others may go on writing. The copy is removed afterwards. The next rehearsal removes the copy of a killed
 * one. Other effects of a step (files, network, an ORM that is not `step.em`) really happen.
 *
 * @param target the version to rehearse; by default `latest`. Below the version of the database, its steps back are run
 * @throws what `upgrade()` throws: {@link StepFailedError} for a step that fails on the copy, {@link VersionMissingError}, …
 * @throws {@link PermissionDeniedError} for a role that may not create a database on the server, saying what to grant
 * @throws {@link SchemaTargetError} where a dialect of the application leads to one database only
 */
export async function rehearse(
  schema: Schema,
  target?: number,
  { folder, ...options }: RehearseOptions = {},
): Promise<RehearsalReport> {
  const opened = openSchema(schema);
  const { definition } = opened;
  const to = target ?? definition.latest;
  assertTarget(definition, to);
  const began = performance.now();
  const call = opened.call(options, 'rehearse');
  try {
    const row = await readSeparately(call);
    const verb = target !== undefined && target < row.version ? 'downgrade' : 'upgrade';
    const idle = idleOutcome(call, row, { verb, to });
    const at = { guid: definition.guid, from: row.version };
    if (idle) return withText<RehearsalReport>({ ...NOTHING, ...at, to: row.version, outcome: idle }, showRehearsal);
    return await withScratchCopy(call, { folder }, async ({ call: there, way, removed, kept }) => {
      const copyMs = performance.now() - began;
      const before = await countTables(there);
      const report = await (verb === 'upgrade' ? upgrade(there, to) : downgrade(there, to));
      const tables = compareCounts(before, await countTables(there));
      const isFrozen = definition.versionOf(report.to) !== undefined;
      const differences = isFrozen ? await differencesAt(there, report.to) : [];
      const { steps, dropped } = report;
      const outcome = verb === 'upgrade' ? 'upgraded' : 'downgraded';
      const ms = performance.now() - began;
      const found = { steps, tables, dropped, differences, removed, kept };
      return withText<RehearsalReport>({ ...at, to: report.to, outcome, way, copyMs, ...found, ms }, showRehearsal);
    });
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(call.database, error);
  }
}

const NOTHING = {
  way: undefined,
  copyMs: 0,
  steps: [],
  tables: [],
  dropped: [],
  differences: [],
  removed: [],
  kept: [],
  ms: 0,
};

/** Reads the row on a connection that is closed then: a server copies a database only while no session uses it. */
async function readSeparately(call: Call): Promise<DeployedRow> {
  const { database, definition } = call;
  const { orm, name, place, dialect } = database;
  const other = dialect.load.databaseCopies && opensOthers(orm) ? await ormOn(orm, name) : undefined;
  try {
    const there = other ? { ...database, orm: other } : database;
    const row = await readRow(there, call);
    await assertPossible(there, row, call);
    if (!row) throw verdictOn({ row, place }, definition) as Error;
    return row;
  } finally {
    await other?.close(true);
  }
}

/** Whether there is nothing to rehearse. @throws what the real call would throw before its first step */
function idleOutcome(
  { database: { place }, definition, allowLoss }: Call,
  row: DeployedRow,
  { verb, to: target }: { readonly verb: 'upgrade' | 'downgrade'; readonly to: number },
): 'level' | 'ahead' | undefined {
  const asked =
    verb === 'upgrade'
      ? { verb, target, install: false, adopt: undefined, allowLoss, hasRun: false }
      : { verb, target, allowLoss, hasRun: false };
  const move = decide(asked, { row, place }, definition);
  if (move.kind === 'refuse') throw move.error;
  return move.kind === 'rest' ? move.outcome : undefined;
}
