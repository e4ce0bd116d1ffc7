import type { Call } from '../boot/call.ts';
import { frozenStorageSql } from '../boot/frozen/frozen-storage.ts';
import { sqlName, showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { wantedStorage, type WantedPart } from '../drift/wanted-storage.ts';
import { reasonOf } from '../errors.ts';
import type { OperationContext } from '../operations/context.ts';
import { changesFor } from '../operations/table/derive-changes.ts';
import type { HeldConnection } from '../store/connection.ts';
import { nameOfTable } from '../store/survey.ts';
import { whyNot } from './assess-repair.ts';
import type { OpenedVersion } from './opened-versions.ts';
import { recordSql } from './recorded-sql.ts';

/** A difference, and the statements that end it. */
export interface Repaired {
  readonly difference: Difference;
  readonly sql: readonly string[];
}

/** A difference that a person has to decide about. */
export interface Unrepaired extends Repaired {
  readonly why: string;
}

/** What a repair works with. */
interface RepairWork {
  readonly held: HeldConnection;
  readonly call: Call;
  readonly version: number;
  readonly opened: OpenedVersion;
  readonly dryRun: boolean;
}

/** Whether it is about a table or view as a whole. */
export function isWhole({ path }: Difference): boolean {
  return path.length === 1;
}

/** Creates the tables and views that are not there, together: they may refer to each other. */
export async function createMissing({ held, call, version, dryRun }: RepairWork, found: readonly Difference[]) {
  const { database } = call;
  const missing = found.filter(({ kind }) => kind === 'missing').map(({ path: [table = ''] }) => table);
  const statementsFor = (names: readonly string[]) =>
    frozenStorageSql(held, call, version, all => all.filter(meta => names.includes(nameOfTable(database, meta))));
  if (missing.length > 0 && !dryRun) await held.executeBatch(await statementsFor(missing));
  const outcomes: (Repaired | Unrepaired)[] = [];
  for (const difference of found) {
    const [table = ''] = difference.path;
    if (difference.kind === 'missing') outcomes.push({ difference, sql: await statementsFor([table]) });
    else {
      const { kind, name, namespace } = difference.live as {
        kind: string;
        name: string;
        namespace: string | undefined;
      };
      const sql = [`drop ${kind} ${sqlName(database.dialect, { name, namespace })}`];
      outcomes.push({ difference, sql, why: 'it belongs to another version, and repair drops nothing' });
    }
  }
  return outcomes;
}

/** The order of additions, so that each finds the parts it needs. */
const ORDER = ['column', 'primary key', 'check', 'foreign key', 'index'];

function rank({ path: [, part = ''] }: Difference): number {
  return ORDER.includes(part) ? ORDER.indexOf(part) : ORDER.length;
}

/** Adds missing parts to tables. */
export async function repairTables(work: RepairWork, found: readonly Difference[]) {
  const { context, models } = work.opened;
  const { parts } = wantedStorage(models, context.namespace);
  const outcomes: (Repaired | Unrepaired)[] = [];
  for (const difference of found.toSorted((one, other) => rank(one) - rank(other))) {
    const part = parts.get(difference.path[0] ?? '');
    outcomes.push(
      part?.table
        ? await repairPart(work, difference, part)
        : { difference, sql: [], why: 'only a step creates a view' },
    );
  }
  return outcomes;
}

/** Adds one part in a savepoint: a part that the database refuses is left to a person. */
async function repairPart(
  work: RepairWork,
  difference: Difference,
  { name, table }: WantedPart,
): Promise<Repaired | Unrepaired> {
  const { held, call, opened, dryRun } = work;
  const { editor, guid, namespace } = opened.context;
  const plain = { execute: (statement: string, params?: readonly unknown[]) => held.execute(statement, params) };
  const helper = opened.helper;
  const wanted = table as NonNullable<typeof table>;
  const live = await editor.read(plain, name);
  if (!live) return { difference, sql: [], why: `the table ${showName(name)} does not exist` };
  const context: OperationContext = {
    guid,
    namespace,
    editor,
    sql: plain,
    dialect: call.database.dialect,
    renamed: new WeakMap(),
    frozen: [],
    signal: call.signal ?? new AbortController().signal,
    sides: () => [],
    onProgress: () => {},
  };
  const changes = changesFor(wanted, [difference]);
  const { fix } = difference;
  let why: string | undefined;
  let written: readonly string[] = [];
  await held.execute('savepoint dejavu_repair');
  try {
    // The rows have to allow the same, whether it is added or only validated
    why = await whyNot(context, live, difference, fix === undefined ? changes[0] : changes.at(-1));
    const recorded = recordSql(plain, { send: why === undefined && !dryRun });
    ({ written } = recorded);
    if (fix !== undefined) await recorded.sql.execute(fix);
    else if (changes.length > 0) await editor.change({ sql: recorded.sql, helper, wanted }, name, changes);
    await held.execute('release savepoint dejavu_repair');
  } catch (error) {
    await held.execute('rollback to savepoint dejavu_repair');
    await held.execute('release savepoint dejavu_repair');
    why ??= `the database refused it: ${reasonOf(error)}`;
  }
  return why === undefined ? { difference, sql: written } : { difference, sql: written, why };
}
