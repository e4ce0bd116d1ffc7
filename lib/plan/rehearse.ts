import { isSchemaError, reasonOf, StepFailedError } from '../errors.ts';
import type { Call } from '../boot/call.ts';
import { frozenStorageSql } from '../boot/frozen/frozen-storage.ts';
import { findModule } from '../boot/modules/open-other.ts';
import type { PlannedStep } from '../boot/planned-steps.ts';
import { newJournal } from '../boot/report.ts';
import { runTask, withEntityManager } from '../boot/run-step.ts';
import type { Unseen } from './plan-data.ts';
import { Recorder, type Recorded } from './recorder.ts';
import type { Scratch, ScratchPlace } from '../dialects/scratch-place.ts';

/** What a step was seen to do. */
export interface Rehearsal {
  readonly operations: readonly Recorded[];
  /** The names its tables have afterwards, by the names they had; gone if they have none. */
  readonly names: ReadonlyMap<string, string | undefined>;
  readonly unseen: Unseen | undefined;
  /** In milliseconds. */
  readonly ms?: number;
}

/** The step itself, and whether nothing at all is what it starts from. */
interface RehearsedStep {
  readonly step: PlannedStep;
  readonly fromNothing: boolean;
}

const NOTHING: Rehearsal = { operations: [], names: new Map(), unseen: undefined };

/** Runs a step in an empty place that has the storage of the version before it, and nothing else. */
export async function rehearse(scratch: Scratch, call: Call, rehearsed: RehearsedStep): Promise<Rehearsal> {
  const { step, fromNothing } = rehearsed;
  const { from, method, foreignKeys } = step;
  if (!fromNothing && !call.definition.versionOf(from)) {
    const reason = `${method} cannot be tried, because version ${from} is not frozen. Add it to versions.`;
    return { ...NOTHING, unseen: { why: 'unfrozen', reason } };
  }
  const attempt = async (withOthers: boolean) =>
    scratch.inside(foreignKeys, async place => {
      try {
        const others = withOthers ? await storageOfOthers(place, call, step.to, fromNothing ? undefined : from) : NONE;
        await place.inhabit([...others.statements, ...(await storageBefore(place, call, rehearsed, others.tables))]);
      } catch (error) {
        if (withOthers) return undefined;
        return { ...NOTHING, unseen: whyUnseen(place, call, `the storage of version ${from}`, error) };
      }
      return rehearseMethod(place, call, { ...step, version: step.to });
    });
  // Where the whole storage of the others has no room next to it, their keys are enough for a step that does not read them.
  const tried = call.definition.needsAt(step.to).size > 0 ? await attempt(true) : undefined;
  return tried ?? ((await attempt(false)) as Rehearsal);
}

/** Statements, and the tables that they create. */
interface Storage {
  readonly statements: readonly string[];
  readonly tables: ReadonlySet<string>;
}

const NONE: Storage = { statements: [], tables: new Set() };

/**
 * The storage of the Schemas that a version depends on, at the versions it asks for: a step may read them.
 *
 * @param own the frozen version whose tables are there as well
 */
async function storageOfOthers(
  place: ScratchPlace,
  call: Call,
  version: number,
  own: number | undefined,
): Promise<Storage> {
  const there = inPlace(call, place);
  const reserved = new Set<string>();
  const tables = new Set<string>();
  if (own !== undefined) {
    await frozenStorageSql(place.held, there, own, all => {
      for (const { tableName } of all) reserved.add(tableName);
      return [];
    });
  }
  const isNew = ({ tableName: name }: { readonly tableName: string }) =>
    !reserved.has(name) && !tables.has(name) && tables.add(name);
  const statements: string[] = [];
  for (const [guid, needed] of call.definition.needsAt(version)) {
    const other = findModule(call, guid);
    if (!other?.definition.versionOf(needed)) continue;
    const theirs = { ...there, definition: other.definition };
    const choose: Parameters<typeof frozenStorageSql>[3] = (all, others) => [...others, ...all].filter(isNew);
    statements.push(...(await frozenStorageSql(place.held, theirs, needed, choose)));
  }
  return { statements, tables };
}

/** What a step starts from: the storage of the version before it, and the tables of other Schemas that either side refers to. */
async function storageBefore(
  place: ScratchPlace,
  call: Call,
  { step: { from, to }, fromNothing }: RehearsedStep,
  created: ReadonlySet<string>,
): Promise<readonly string[]> {
  const there = inPlace(call, place);
  const known = new Set(created);
  const isNew = ({ tableName }: { readonly tableName: string }) => !known.has(tableName) && known.add(tableName);
  const before = fromNothing
    ? []
    : await frozenStorageSql(place.held, there, from, (all, others) => [...others.filter(isNew), ...all]);
  if (!call.definition.versionOf(to)) return before;
  return [...(await frozenStorageSql(place.held, there, to, (_, others) => others.filter(isNew))), ...before];
}

/** A method to run in a place. */
interface RehearsedMethod {
  readonly method: string;
  readonly version: number;
  readonly from?: number | undefined;
}

/** Runs a method in a place that has what it needs. */
export async function rehearseMethod(place: ScratchPlace, call: Call, task: RehearsedMethod): Promise<Rehearsal> {
  const { held, guard } = place;
  const meter = await place.meter();
  const recorder = new Recorder({ meter, each: 'statement', guard });
  const quiet = { ...inPlace(call, place), onProgress: () => {} };
  let unseen: Unseen | undefined;
  try {
    await withEntityManager(held, quiet, em =>
      runTask(held, quiet, em, { ...task, deployed: task.from, journal: newJournal(), observer: recorder }),
    );
  } catch (error) {
    // a wrong definition, or a signal, has nothing to do with the step
    if (isSchemaError(error) && !(error instanceof StepFailedError)) throw error;
    unseen = whyUnseen(place, call, task.method, error);
    // it may have used entities that are not frozen
    if (!call.definition.versionOf(task.version)) unseen = { ...unseen, why: 'unfrozen' };
  }
  const outside = place.outside();
  // a step may have caught what kept it inside
  if (outside !== undefined) unseen = whyUnseen(place, call, task.method, outside);
  return { operations: recorder.operations.map(operation => asHere(place, operation)), names: meter.names(), unseen };
}

/** The call as it is made in a place. */
function inPlace(call: Call, { database }: ScratchPlace): Call {
  return { ...call, database, rehearses: call.database };
}

function whyUnseen(place: ScratchPlace, { definition }: Call, what: string, error: unknown): Unseen {
  const outside = place.outside();
  if (outside !== undefined) {
    return {
      why: 'outside',
      reason: `${what} can only be planned on the real tables (--live, or { live: true }): ${place.asHere(outside)}`,
    };
  }
  const cause = error instanceof StepFailedError ? error.cause : error;
  const reason = place.asHere(reasonOf(cause)).replace(`${definition.guid}: `, '');
  return { why: 'failed', reason: `${what} fails on an empty database: ${reason}` };
}

function asHere(place: ScratchPlace, operation: Recorded): Recorded {
  const say = (sql: string) => place.asHere(sql);
  return { ...operation, sql: operation.sql.map(say), destroys: operation.destroys.map(say) };
}
