import { needsFirst } from '../../needs-first.ts';
import type { FrozenModels } from '../../drift/wanted-storage.ts';
import type { DumpedTable } from '../../dump/values/dumped-tables.ts';
import { referAll, referNow } from './refer-rows.ts';
import { narrowedPlans } from '../values/narrowed-plans.ts';
import { Random } from '../values/random.ts';
import { planTables, type PlannedColumn, type TablePlan } from './table-plan.ts';

/** The number of rows, and their values. */
export interface RowsOptions {
  /** The same seed gives the same rows on every dialect and machine, but for digits of a second that a column does not keep. */
  readonly seed: number;
  /** Rows of each table, or of single tables by the name of their entity. Default: 20. */
  readonly rows?: number | Readonly<Record<string, number>> | undefined;
  /** Rows of tables that `rows` does not name. Default: 20. */
  readonly others?: number | undefined;
  /** Leaves out the values at the edges of each type. Default: false. */
  readonly plain?: boolean | undefined;
  /** The versions that steps lead to: the rows keep to what these allow. */
  readonly next?: readonly FrozenModels[] | undefined;
}

/** A row: the JSON text of each value, in the order of the table's columns. */
export interface GeneratedRow {
  /** The entity it is. */
  readonly entity: string | undefined;
  readonly cells: string[];
  isDropped: boolean;
}

/** The rows of a table. */
export interface GeneratedTable {
  readonly plan: TablePlan;
  readonly table: DumpedTable;
  readonly rows: GeneratedRow[];
}

/** A table that has no rows. */
export interface Unfilled {
  readonly table: string;
  readonly why: string;
}

/** Rows of all tables of a version. Each relation refers to a row among them. */
export interface GeneratedRows {
  readonly options: RowsOptions;
  readonly tables: readonly GeneratedTable[];
  readonly unfilled: readonly Unfilled[];
}

const DEFAULT_ROWS = 20;
const TRIES = 40;
/** The number of the row with all possible nulls, and the number of values at the edges that come first. */
const [NULL_ROW, FIRST_SPECIAL] = [2, 4];
/** The reason for an empty table if the database refused no row. */
export const NOTHING_TO_REFER_TO = 'the tables that its rows refer to have no rows, or its keys allow no more rows';

/** Makes rows for all tables of a version, without any database. Views get none. */
export function generateRows(models: FrozenModels, namespace: string | undefined, options: RowsOptions): GeneratedRows {
  const tables = new Map<string, GeneratedTable>();
  const unfilled: Unfilled[] = [];
  const later = (options.next ?? []).map(version => planTables(version, namespace));
  for (const plan of inOrder(narrowedPlans(planTables(models, namespace), later))) {
    const missing = plan.columns.find(column => !canFill(plan, column));
    const made = { plan, table: plan.table, rows: [] as GeneratedRow[] };
    tables.set(plan.table.title, made);
    if (missing)
      unfilled.push({
        table: plan.table.title,
        why: `dejavu can make no values for ${missing.name} of the type ${missing.type}`,
      });
    else makeRows(made, tables, options);
  }
  referAll(tables, options.seed);
  for (const { table, rows } of tables.values())
    if (rows.length === 0 && !unfilled.some(one => one.table === table.title))
      unfilled.push({
        table: table.title,
        why: NOTHING_TO_REFER_TO,
      });
  return { options, tables: [...tables.values()], unfilled };
}

function canFill(
  { references, discriminator, parent, table }: TablePlan,
  { name, values, nullable }: PlannedColumn,
): boolean {
  const isGiven = name === discriminator || (parent !== undefined && table.key.includes(name));
  const isReferring = references.some(({ columns, naming }) => columns.includes(name) || naming === name);
  return isGiven || isReferring || values !== undefined || nullable;
}

/** Sorts tables: a table comes after those whose keys are part of its key. */
function inOrder(plans: readonly TablePlan[]): readonly TablePlan[] {
  const byTitle = new Map(plans.map(plan => [plan.table.title, plan]));
  return needsFirst(plans, plan => neededBy(plan).flatMap(title => byTitle.get(title) ?? []));
}

function neededBy({ parent, references, table, unique }: TablePlan): string[] {
  const identity = new Set([...table.key, ...unique.flat()]);
  const early = references.filter(({ columns }) => columns.some(column => identity.has(column)));
  return [...(parent === undefined ? [] : [parent]), ...early.flatMap(({ targets }) => targets.map(one => one.table))];
}

/** The number of rows to make for a table. */
function wantedCount({ rows = {}, others = DEFAULT_ROWS }: RowsOptions, { table }: TablePlan): number {
  if (typeof rows === 'number') return rows;
  return table.entities.map(name => rows[name]).find(count => count !== undefined) ?? others;
}

function makeRows(made: GeneratedTable, tables: ReadonlyMap<string, GeneratedTable>, options: RowsOptions): void {
  const { plan, rows } = made;
  const taken = plan.unique.map(() => new Set<string>());
  const parents = plan.parent === undefined ? undefined : parentRows(plan, tables.get(plan.parent));
  const count = parents?.length ?? wantedCount(options, plan);
  for (let index = 0; index < count; index += 1) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const row = makeRow(plan, options, { index, tries, parent: parents?.[index] });
      if (!referNow(made, tables, row, new Random(options.seed, plan.table.title, 'key', index, tries))) continue;
      const keys = plan.unique.map(set => keyOf(plan, row, set));
      if (keys.some((key, at) => key !== undefined && taken[at]?.has(key))) continue;
      for (const [at, key] of keys.entries()) if (key !== undefined) taken[at]?.add(key);
      rows.push(row);
      break;
    }
  }
}

interface RowBeginning {
  readonly index: number;
  readonly tries: number;
  readonly parent: { readonly entity: string | undefined; readonly key: readonly string[] } | undefined;
}

function makeRow(plan: TablePlan, options: RowsOptions, { index, tries, parent }: RowBeginning): GeneratedRow {
  const { columns, classes, discriminator, table } = plan;
  const { seed } = options;
  const entity = parent ? parent.entity : classes.length > 0 ? classes[index % classes.length] : undefined;
  const name = typeof entity === 'string' ? entity : entity?.name;
  const absent = new Map<string, boolean>();
  const cells = columns.map((column, at) => {
    const random = new Random(seed, table.title, column.name, index, tries);
    const inKey = table.key.indexOf(column.name);
    if (parent && inKey >= 0) return parent.key[inKey] as string;
    if (column.name === discriminator)
      return JSON.stringify(String(classes.find(one => one.name === name)?.meta.discriminatorValue ?? name));
    if (column.name === table.counter) return String(index + 1 + (index > 2 ? 100 : 0) + tries * 1000);
    return cellOf(plan, column, { at, index, random, entity: name, absent, plain: options.plain === true, tries });
  });
  return { entity: name, cells, isDropped: false };
}

interface CellPlace {
  readonly at: number;
  readonly index: number;
  readonly random: Random;
  readonly entity: string | undefined;
  /** Embedded values that are absent, by their path. */
  readonly absent: Map<string, boolean>;
  readonly plain: boolean;
  readonly tries: number;
}

function cellOf(plan: TablePlan, column: PlannedColumn, place: CellPlace): string {
  const { at, index, random, entity, plain, tries } = place;
  const { values, mined, nullable } = column;
  if (!values) return 'null';
  if (!belongs(plan, column, entity)) return 'null';
  const { special } = values;
  const turn = tries === 0 && !plain ? specialTurn(index) : undefined;
  const isFirst = turn !== undefined && turn < FIRST_SPECIAL;
  const isNull = isAbsent(column, place) || (!isFirst && random.chance(0.2)) || index === NULL_ROW;
  if (nullable && mayBeNull(plan, column, entity) && isNull) return 'null';
  if (mined.length > 0 && (column.isMinedOnly || random.chance(0.6))) return random.pick(mined);
  if (plain || tries > TRIES / 2) return values.plain(random);
  if (turn === undefined || special.length === 0) return values.random(random);
  // The first are the ones that matter most, in another order for each column.
  const which = isFirst ? (turn + at) % Math.min(FIRST_SPECIAL, special.length) : (turn + at) % special.length;
  return special[which] as string;
}

/** The value at the edges that a row gets; `undefined` for any other value. */
function specialTurn(index: number): number | undefined {
  if (index === NULL_ROW || index % 3 === 1) return undefined;
  return index < NULL_ROW ? index : index - 1 - Math.floor((index + 1) / 3);
}

/** Whether the entity of a row has a column: entities that share a table have only their own. */
function belongs({ isShared }: TablePlan, { props }: PlannedColumn, entity: string | undefined): boolean {
  return entity === undefined || !isShared || props.size === 0 || props.has(entity);
}

/** A column that only some entities have may be null although theirs is not. */
function mayBeNull({ isShared }: TablePlan, { props }: PlannedColumn, entity: string | undefined): boolean {
  const prop = entity !== undefined && isShared ? props.get(entity) : [...props.values()][0];
  return prop?.nullable !== false || prop.embedded !== undefined;
}

/** The columns of an embedded value that may be absent are null together. */
function isAbsent({ props }: PlannedColumn, { absent, random, index, entity }: CellPlace): boolean {
  const prop = (entity === undefined ? undefined : props.get(entity)) ?? [...props.values()][0];
  const path = prop?.embedded?.[0];
  if (path === undefined) return false;
  const known = absent.get(path) ?? (index === 2 || random.chance(0.25));
  absent.set(path, known);
  return known;
}

/** The values of some columns as one text; `undefined` if one is null, which is unlike any other. */
function keyOf({ columns }: TablePlan, { cells }: GeneratedRow, names: readonly string[]): string | undefined {
  const values = names.map(name => cells[columns.findIndex(column => column.name === name)] ?? 'null');
  return values.includes('null') ? undefined : values.join();
}

function parentRows(plan: TablePlan, parent: GeneratedTable | undefined) {
  const own = new Set(plan.classes.map(({ name }) => name));
  const isOwn = ({ entity }: GeneratedRow) => entity !== undefined && own.has(entity);
  return (parent?.rows ?? []).filter(isOwn).map(row => ({
    entity: row.entity,
    key:
      parent?.table.key.map(
        name => row.cells[parent.plan.columns.findIndex(column => column.name === name)] as string,
      ) ?? [],
  }));
}

/**
 * Makes new values for a row that the database refused, except for keys, relations and values that others refer to. They are
 * simpler after each refusal.
 */
export function makeAgain(
  { plan }: GeneratedTable,
  row: GeneratedRow,
  options: RowsOptions,
  at: number,
  tries: number,
): GeneratedRow {
  const { columns, table, unique, references, discriminator } = plan;
  const kept = new Set([...table.key, ...unique.flat(), ...references.flatMap(one => one.columns), discriminator]);
  const absent = new Map<string, boolean>();
  const cells = columns.map((column, index) => {
    if (kept.has(column.name) || !column.values) return row.cells[index] as string;
    const random = new Random(options.seed, table.title, column.name, at, 'again', tries);
    const place = { at: index, index: at + 3, random, entity: row.entity, absent, plain: tries > 10, tries: 1 };
    const isNull = tries > 25 && column.nullable && mayBeNull(plan, column, row.entity);
    return isNull ? 'null' : cellOf(plan, column, place);
  });
  return { ...row, cells };
}
