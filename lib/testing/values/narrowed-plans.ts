import type { TransferColumn } from '../../dialects/row-transfer.ts';
import type { PlannedColumn, TablePlan } from '../rows/table-plan.ts';

/**
 * Plans rows that later versions accept too. It avoids all rows that a step may refuse: values that do not fit a type, a check
 * or a list of a later version, nulls, and duplicates.
 */
export function narrowedPlans(
  plans: readonly TablePlan[],
  later: readonly (readonly TablePlan[])[],
): readonly TablePlan[] {
  return plans.map(plan => later.reduce(narrowedTo, plan));
}

function narrowedTo(plan: TablePlan, later: readonly TablePlan[]): TablePlan {
  const next = later.find(({ table }) => table.title === plan.table.title) ?? later.find(other => isAlike(plan, other));
  if (!next) return plan;
  const pairs = new Map(plan.columns.map(column => [column.name, columnIn(next, column)]));
  const mayBeNull = (name: string) => pairs.get(name)?.nullable ?? true;
  const nameOf = (name: string) => [...pairs].find(([, other]) => other?.name === name)?.[0];
  const unique = next.unique.map(set => set.flatMap(name => nameOf(name) ?? []));
  return {
    ...plan,
    columns: plan.columns.map(column =>
      narrowedColumn({ plan, column }, { plan: next, column: pairs.get(column.name) }),
    ),
    references: plan.references.map(one => ({ ...one, nullable: one.nullable.filter(mayBeNull) })),
    unique: [...plan.unique, ...unique.filter((set, at) => set.length === next.unique[at]?.length)],
  };
}

/** Whether rows of the same entity stand in two tables: it has another name now. */
function isAlike({ table: { entities } }: TablePlan, other: TablePlan): boolean {
  return entities.some(name => other.table.entities.includes(name));
}

/** The same column, or that of the same property. */
function columnIn({ columns }: TablePlan, { name, props }: PlannedColumn): PlannedColumn | undefined {
  return (
    columns.find(other => other.name === name) ??
    columns.find(other => [...props].some(([entity, prop]) => other.props.get(entity)?.name === prop.name))
  );
}

interface ColumnOf<T> {
  readonly plan: TablePlan;
  readonly column: T;
}

function narrowedColumn(now: ColumnOf<PlannedColumn>, then: ColumnOf<PlannedColumn | undefined>): PlannedColumn {
  const { column } = now;
  const { column: later } = then;
  if (!later) return column;
  const [from, to] = [describedIn(now.plan, column.name), describedIn(then.plan, later.name)];
  const nullable = column.nullable && later.nullable;
  if (!from || !to || !column.values) return { ...column, nullable };
  const allowed =
    from.kind === to.kind ? (listed(from, to) ?? later.mined) : (CONVERTED[`${from.kind} ${to.kind}`] ?? []);
  const values = from.kind === to.kind ? (later.values ?? column.values) : column.values;
  if (allowed.length === 0) return { ...column, nullable, values };
  // What a version between has left of the values counts, if any of that is allowed.
  const both = column.isMinedOnly ? column.mined.filter(cell => allowed.includes(cell)) : [];
  return { ...column, nullable, values, mined: both.length > 0 ? both : allowed, isMinedOnly: true };
}

function describedIn({ table }: TablePlan, name: string): TransferColumn | undefined {
  return table.columns.find(column => column.name === name);
}

/** What a list allows, of an enum that is new or shorter than it was; `undefined` without a list. */
function listed(now: TransferColumn, { kind, items }: TransferColumn): readonly string[] | undefined {
  if (!items || (kind !== 'text' && kind !== 'integer')) return undefined;
  const kept = items.filter(item => now.items?.includes(item) ?? true);
  return kept.map(item => (kind === 'integer' ? item : JSON.stringify(item)));
}

const WHOLE = ['0', '1', '42'];
const AS_TEXTS = WHOLE.map(value => JSON.stringify(value));

/** Values that a column of one type may have, so that another type has room for them. */
const CONVERTED: Readonly<Record<string, readonly string[]>> = {
  'integer boolean': ['0', '1'],
  'real integer': WHOLE,
  'decimal integer': AS_TEXTS,
  'text integer': AS_TEXTS,
  'text real': AS_TEXTS,
  'text decimal': AS_TEXTS,
};
