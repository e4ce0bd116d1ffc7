import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import type { Call, CallOptions, UpgradeOptions } from '../boot/call.ts';
import { patiently } from '../boot/look.ts';
import { planSteps } from '../boot/planned-steps.ts';
import { HeldConnection } from '../store/connection.ts';
import { isMissing } from '../store/opening/local-files.ts';
import { translate } from '../store/opening/translate.ts';
import { Busy } from '../store/poll.ts';
import { assemble, type CountRows } from './assemble.ts';
import type { Plan, StepPlan } from './plan-data.ts';
import type { RowCount } from '../dialects/table-touches.ts';
import { hasOnInstall, installSql } from './install-sql.ts';
import { runLive } from './live.ts';
import { rehearse, rehearseMethod, type Rehearsal } from './rehearse.ts';
import { findRoute, startsFromNothing, type Route } from './route.ts';
import type { Scratch } from '../dialects/scratch-place.ts';

/** The options of `plan()`. */
export interface PlanOptions extends CallOptions, Pick<UpgradeOptions, 'install' | 'adopt'> {
  /**
   * Runs the whole plan on the database itself, with its rows, and rolls it back. It holds the locks of all steps until the
   * last one is done. Sequences of PostgreSQL keep their new values.
   *
   * @defaultValue `false`
   */
  readonly live?: boolean | undefined;
}

/**
 * Shows what `upgrade()` would do to a database, or `downgrade()` if `target` is below its version: the steps, the operations
 * and their SQL, the tables they lock or rewrite, the rows in them, the data they destroy, and the steps without a way back.
 *
 * Runs each step in an empty database of the frozen version before it: in memory on SQLite, in a transaction that is rolled
 * back on PostgreSQL. Only reads the database itself. Other effects of a step (files, network) really happen.
 *
 * @param target - the version to plan for; by default `latest`
 * @throws the errors of `upgrade()` and `downgrade()` before their first step; {@link PermissionDeniedError} if this role may
 * not create a namespace on PostgreSQL; with `live` also the errors of the steps
 */
export async function plan(schema: Schema, target?: number, options: PlanOptions = {}): Promise<Plan> {
  const call = openSchema(schema).call(options, 'plan');
  if (options.live) {
    const { value } = await patiently(call, async () => {
      const route = await findRoute(call, target);
      // where nothing is, there is nothing to run it on
      if (isIdle(route) || isMissing(call.database.orm)) return made(call, route, { live: false });
      const rehearsals = await runLive(call, route);
      return rehearsals instanceof Busy ? rehearsals : made(call, route, { live: true, rehearsals });
    });
    return value;
  }
  try {
    return await made(call, await findRoute(call, target), { live: false });
  } catch (error) {
    throw translate(call.database, error);
  }
}

/**
 * Plans every step from the baseline to `latest`, whichever version the database is at: what its history was made of.
 * Rows are counted in the tables that are there now.
 *
 * @throws what {@link plan} throws
 */
export async function planHistory(schema: Schema, options: CallOptions = {}): Promise<StepPlan[]> {
  const call = openSchema(schema).call(options, 'plan');
  const { definition } = call;
  const { baseline: from, latest: to } = definition;
  const steps = planSteps(definition, { version: from, compatible: definition.compatibleAt(from) }, to);
  const route: Route = { row: undefined, outcome: 'upgrade', from, to, adopt: undefined, steps };
  if (steps.length === 0) return [];
  try {
    const isFirst = from === 0 && !definition.versionOf(0);
    const seen = await rehearseSteps(call, route, isFirst);
    return await assemble(call, route, seen, { countRows: names => countIfThere(call, names), live: false });
  } catch (error) {
    throw translate(call.database, error);
  }
}

function isIdle({ outcome, steps }: Route): boolean {
  return outcome !== 'install' && steps.length === 0;
}

async function made(
  call: Call,
  route: Route,
  { live, rehearsals }: { live: boolean; rehearsals?: readonly Rehearsal[] },
): Promise<Plan> {
  const { guid, place } = call.database;
  const { name: dialect } = call.database.dialect;
  const { outcome, from, to, adopt } = route;
  const seen = rehearsals ?? (isIdle(route) ? [] : await rehearseAll(call, route));
  const countRows: CountRows = names => countIfThere(call, names);
  const steps = isIdle(route) ? [] : await assemble(call, route, seen, { countRows, live });
  return { guid, database: place, dialect, from, to, outcome, adopt, live, steps };
}

async function rehearseAll(call: Call, route: Route): Promise<Rehearsal[]> {
  if (route.outcome === 'install') return [await rehearseInstall(call, route.to)];
  return rehearseSteps(call, route, await startsFromNothing(call, route));
}

/** @param nothing whether the first step starts from a database without storage. */
async function rehearseSteps(call: Call, route: Route, nothing: boolean): Promise<Rehearsal[]> {
  return withScratch(call, async scratch => {
    const rehearsals: Rehearsal[] = [];
    for (const step of route.steps) {
      rehearsals.push(await rehearse(scratch, call, { step, fromNothing: nothing && step === route.steps[0] }));
    }
    return rehearsals;
  });
}

/** What creates the storage is written without a database; the rows that come with it are what `onInstall` adds. */
async function rehearseInstall(call: Call, version: number): Promise<Rehearsal> {
  const created = await withHeld(call, held => installSql(held, call, version));
  const nothing = { operations: created, names: new Map(), unseen: undefined };
  if (!hasOnInstall(call, version)) return nothing;
  return withScratch(call, scratch =>
    scratch.inside('off', async place => {
      const storage = await installSql(place.held, { ...call, database: place.database }, version);
      await place.inhabit(storage.slice(1).flatMap(({ sql }) => sql));
      const rows = await rehearseMethod(place, call, { method: 'onInstall', version });
      return { ...rows, operations: [...created, ...rows.operations] };
    }),
  );
}

async function withScratch<T>(call: Call, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const open = await call.database.dialect.load.scratch();
  return open(call.database, call, work);
}

async function countIfThere(call: Call, names: readonly string[]): Promise<ReadonlyMap<string, RowCount>> {
  return isMissing(call.database.orm) ? new Map() : countHere(call, names);
}

async function countHere(call: Call, names: readonly string[]): Promise<ReadonlyMap<string, RowCount>> {
  if (names.length === 0) return new Map();
  const { database } = call;
  const metering = await database.dialect.load.metering();
  return HeldConnection.hold(database.orm, call, held => metering.countRows(held, database, names));
}

/** The database itself, or a scratch one where there is no file yet. */
async function withHeld<T>(call: Call, work: (held: HeldConnection) => Promise<T>): Promise<T> {
  if (!isMissing(call.database.orm)) return inTransaction(call, work);
  return withScratch(call, scratch => scratch.inside('off', ({ held }) => work(held)));
}

/** A transaction in which nothing is done: frozen entities are opened in one. */
async function inTransaction<T>(call: Call, work: (held: HeldConnection) => Promise<T>): Promise<T> {
  return HeldConnection.hold(call.database.orm, call, async held => {
    await held.begin(['begin']);
    try {
      return await work(held);
    } finally {
      await held.rollback();
    }
  });
}
