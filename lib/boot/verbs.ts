import { SchemaTargetError, VersionBehindError, type SchemaError } from '../errors.ts';
import type { Patience } from '../store/connection.ts';
import { assertPossible, readRowsPatiently } from '../store/database.ts';
import { openDatabase } from '../store/opening/open-database.ts';
import { Busy } from '../store/poll.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import { isVersion, mayRun, standingOf } from '../version.ts';
import type { Call } from './call.ts';
import { decide, targetError, verdictOn, type Asked } from './decide.ts';
import { look, patiently } from './look.ts';
import { unmetNeeds } from './modules/needs.ts';
import { readWithOthers, type SchemaAmong } from './modules/others.ts';
import { showAllow, showDowngrade, showStorage, showUpgrade, withText } from './outcome/report-text.ts';
import {
  newJournal,
  type AllowReport,
  type DowngradeReport,
  type Journal,
  type SchemaStatus,
  type StorageReport,
  type UpgradeReport,
} from './report.ts';

/** What a call did, once it is over. */
interface Performed {
  readonly journal: Journal;
  /** The row as it was read last. */
  readonly row: DeployedRow | undefined;
  /** The version the database is at. */
  readonly to: number;
  readonly waitedMs: number;
}

/**
 * Brings the database to the target, with any number of others doing the same: reads the row, does what it calls for,
 * and while another process is working on it, waits and reads again.
 *
 * @param isPart whether it is one part of a longer way: another process may have gone further already
 */
export async function upgrade(call: Call, target: number, isPart = false): Promise<UpgradeReport> {
  const { install, adopt: version, allowLoss } = call;
  const { journal, ...rest } = await perform(call, ({ steps }) => ({
    verb: 'upgrade',
    target,
    install,
    adopt: version,
    allowLoss,
    hasRun: isPart || steps.length > 0,
  }));
  const { settled, outcome, steps } = journal;
  const ran = steps.length > 0 ? 'upgraded' : undefined;
  const report: UpgradeReport = { ...reportOf(call, journal, rest), outcome: settled ?? ran ?? outcome ?? 'level' };
  return withText(report, showUpgrade);
}

/** Brings the database back to a lower version, if every step on the way has its way back. */
export async function downgrade(call: Call, target: number): Promise<DowngradeReport> {
  const { allowLoss } = call;
  const { journal, ...rest } = await perform(call, ({ steps }) => ({
    verb: 'downgrade',
    target,
    allowLoss,
    hasRun: steps.length > 0,
  }));
  const outcome = journal.steps.length > 0 ? 'downgraded' : 'level';
  const report: DowngradeReport = { ...reportOf(call, journal, rest), outcome, lost: journal.lost };
  return withText(report, showDowngrade);
}

/** Records a database that has its storage and no row yet. */
export async function adopt(call: Call, version: number | 'find'): Promise<UpgradeReport> {
  const { journal, ...rest } = await perform(call, () => ({ verb: 'adopt', version }));
  return withText<UpgradeReport>({ ...reportOf(call, journal, rest), outcome: 'adopted' }, showUpgrade);
}

/** Installs an empty database; creates the tables that are missing from one that is level. */
export async function assertStorage(call: Call): Promise<StorageReport> {
  const { install } = call;
  const { journal, to: version } = await perform(call, () => ({ verb: 'assertStorage', install }));
  const { settled, outcome, created } = journal;
  const { guid } = call.database;
  const completed = created.length > 0 ? 'completed' : undefined;
  const reached = settled === 'installed' ? settled : (completed ?? outcome ?? 'level');
  return withText<StorageReport>({ guid, version, outcome: reached, created }, showStorage);
}

/** Lowers the oldest version of the code that may run on the database, and logs why. */
export async function allow(call: Call, version: unknown, reason: unknown): Promise<AllowReport> {
  const { guid } = call.definition;
  if (!isVersion(version)) {
    throw targetError(guid, version, 'use a whole number, 0 or more: the version of the code that may run.');
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    const why = `allow(${version}) has no reason. Give one for the log: \`allow(${version}, { reason: '…' })\`.`;
    throw new SchemaTargetError(why, { guid, target: version });
  }
  const { row } = await perform({ ...call, reason }, () => ({ verb: 'allow', version }));
  const { version: deployed, compatible: from } = row as DeployedRow;
  return withText<AllowReport>({ guid, deployed, from, to: Math.min(from, version) }, showAllow);
}

/** Throws unless this code may run on this database. */
export async function assertVersion(around: SchemaAmong): Promise<void> {
  const { database, definition } = around;
  const { row, others } = await readWithOthers(around, undefined, { read: readRowsPatiently });
  await assertPossible(database, row);
  const move = decide({ verb: 'assertVersion' }, { row, place: database.place, others }, definition);
  if (move.kind === 'refuse') throw move.error;
}

/** Compares the version of the database with the code. */
export async function status(around: SchemaAmong, patience?: Patience): Promise<SchemaStatus> {
  const { definition } = around;
  const { guid, latest } = definition;
  const { row, others } = await readWithOthers(around, patience, { read: readRowsPatiently });
  const needs = definition.needsAt(latest);
  const deployedOf = (other: string) => others.deployed.get(other);
  return {
    guid,
    standing: standingOf(row, definition),
    runnable: mayRun(row, definition) && unmetNeeds(needs, deployedOf).length === 0,
    dependencies: [...needs].map(([other, version]) => ({ guid: other, needs: version, deployed: deployedOf(other) })),
    latest,
    deployed: row?.version,
    compatible: row?.compatible,
    stage: row?.stage,
    target: row?.target,
    holder: row?.holder,
  };
}

/** Polls the row until this code may run on it. */
export async function waitForVersion(call: Call): Promise<void> {
  const { database, definition } = call;
  const { guid, latest } = definition;
  const { place } = database;
  let row: DeployedRow | undefined;
  let waitsFor: SchemaError | undefined;
  await patiently<void>(
    call,
    async now => {
      const found = await readWithOthers(call, now);
      ({ row } = found);
      await assertPossible(database, row, now);
      const move = decide({ verb: 'waitForVersion' }, { place, ...found }, definition);
      if (move.kind === 'refuse') throw move.error;
      // What it waits for may be another Schema.
      waitsFor = move.kind === 'wait' ? move.error : undefined;
      return move.kind === 'wait' ? new Busy({ holder: row?.holder }) : undefined;
    },
    async ({ cause }, waitedMs) => {
      if (cause !== undefined) return undefined;
      if (waitsFor?.code === 'DEPENDENCY_MISSING') return waitsFor;
      return row
        ? new VersionBehindError({ guid, deployed: row.version, latest, holder: row.holder, waitedMs })
        : verdictOn({ row, place }, definition);
    },
  );
}

/** Looks and does what the database calls for, until no other process is working on it. */
async function perform(call: Call, ask: (journal: Journal) => Asked): Promise<Performed> {
  const journal = newJournal();
  let row: DeployedRow | undefined;
  let hasLooked = false;
  const attempt = async (now: Call): Promise<number | Busy> => {
    const version = installable(call, ask(journal));
    await openDatabase(now.database, now, {
      mayCreate: version !== undefined,
      // A refused installation leaves no empty database behind.
      beforeCreating: async () => (await import('./install.ts')).assertInstallable(now, version as number),
    });
    const looked = await look(now, ask(journal));
    if (looked instanceof Busy) return looked;
    ({ row } = looked);
    if (!hasLooked) journal.from = row?.version;
    hasLooked = true;
    const { move } = looked;
    if (move.kind === 'refuse') throw move.error;
    if (move.kind === 'rest') {
      journal.outcome = move.outcome;
      return move.version;
    }
    // What only a boot with something to do needs is loaded by it.
    const { carryOut } = await import('./carry-out.ts');
    const reached = await carryOut(now, looked, journal);
    const isOnTheWay = move.kind === 'adopt' && move.steps.length > 0 && !(reached instanceof Busy);
    return isOnTheWay ? attempt(now) : reached;
  };
  const { value: to, waitedMs } = await patiently(call, attempt);
  return { journal, row, to, waitedMs };
}

const NOTHING = { own: [], missing: [], other: [] };

/** The version at which a call would install an empty database; `undefined` if it would not, and creates none either. */
function installable({ database: { place }, definition }: Call, asked: Asked): number | undefined {
  const move = decide(asked, { row: undefined, place, survey: NOTHING }, definition);
  return move.kind === 'install' ? move.version : undefined;
}

function reportOf(
  { database }: Call,
  { from, steps, dropped, orphans, drift, backup }: Journal,
  { to, waitedMs }: Pick<Performed, 'to' | 'waitedMs'>,
): Omit<UpgradeReport, 'outcome'> {
  const { guid } = database;
  return { guid, from, to, steps, dropped, waitedMs, orphans, drift, ...(backup !== undefined && { backup }) };
}
