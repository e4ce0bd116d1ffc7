import { Random } from '../values/random.ts';
import type { GeneratedRow, GeneratedTable } from './generate-rows.ts';
import type { PlannedReference, TablePlan } from './table-plan.ts';

type MadeTables = ReadonlyMap<string, GeneratedTable>;

/**
 * Fills those relations of a row that are part of its key or of a unique constraint, from existing rows.
 *
 * @returns false if there is no row to refer to
 */
export function referNow(made: GeneratedTable, tables: MadeTables, row: GeneratedRow, random: Random): boolean {
  const { plan } = made;
  const identity = new Set([...plan.table.key, ...plan.unique.flat()]);
  const fixed = new Set<string>();
  const early = plan.references.filter(({ columns }) => columns.some(column => identity.has(column)));
  return early
    .filter(
      reference => !leadsHere(plan, reference) || reference.columns.some(column => plan.table.key.includes(column)),
    )
    .toSorted((one, other) => other.columns.length - one.columns.length)
    .every(reference => refer(made, tables, { row, reference, random, fixed }));
}

function leadsHere({ table }: TablePlan, { targets }: PlannedReference): boolean {
  return targets.some(one => one.table === table.title);
}

/** Fills all other relations, and drops rows that cannot refer to any row. */
export function referAll(tables: MadeTables, seed: number): void {
  for (const made of tables.values()) {
    const { plan, rows } = made;
    const identity = new Set([...plan.table.key, ...plan.unique.flat()]);
    const late = plan.references
      .filter(
        one =>
          !one.columns.some(column => identity.has(column)) ||
          (leadsHere(plan, one) && !one.columns.some(column => plan.table.key.includes(column))),
      )
      .toSorted((one, other) => other.columns.length - one.columns.length);
    const taken = plan.unique.map(() => new Set<string>());
    for (const [index, row] of rows.entries()) {
      const isThere = [0, 1, 2, 3, 4, 5, 6, 7].some(tries => {
        const random = new Random(seed, plan.table.title, 'relations', index, tries);
        const fixed = new Set(plan.references.filter(one => !late.includes(one)).flatMap(({ columns }) => columns));
        const isReferred = late.every(reference => refer(made, tables, { row, reference, random, fixed }));
        const keys = plan.unique.map(set => tuple(plan, row, set));
        if (!isReferred || keys.some((key, at) => key !== undefined && taken[at]?.has(key))) return false;
        for (const [at, key] of keys.entries()) if (key !== undefined) taken[at]?.add(key);
        return true;
      });
      row.isDropped = !isThere;
    }
  }
  dropOrphans(tables);
}

interface Relating {
  readonly row: GeneratedRow;
  readonly reference: PlannedReference;
  readonly random: Random;
  /** Columns that another relation has filled. */
  readonly fixed: Set<string>;
}

function refer({ plan }: GeneratedTable, tables: MadeTables, { row, reference, random, fixed }: Relating): boolean {
  const { columns, target, targets, naming, nullable } = reference;
  const places = columns.map(column => plan.columns.findIndex(one => one.name === column));
  const canBeNull =
    places.every((_, at) => !fixed.has(columns[at] as string)) &&
    columns.every(column => mayBeNull(plan, column, row.entity));
  const isPart = places.some(
    at =>
      plan.columns[at]?.props.size !== 0 &&
      row.entity !== undefined &&
      plan.isShared &&
      !plan.columns[at]?.props.has(row.entity),
  );
  const empty = () => {
    for (const [at, place] of places.entries()) if (!fixed.has(columns[at] as string)) row.cells[place] = 'null';
    if (naming !== undefined) row.cells[plan.columns.findIndex(one => one.name === naming)] = 'null';
    return true;
  };
  if (isPart || (canBeNull && random.chance(0.2))) return empty();
  const choice = random.pick(targets);
  const others = tables.get(choice.table);
  const found =
    others &&
    random.shuffled(others.rows).find(other => {
      if (other.isDropped || (choice.classes && !choice.classes.has(other.entity ?? ''))) return false;
      return target.every((column, at) => {
        const cell = cellAt(others.plan, other, column);
        return cell !== 'null' && (!fixed.has(columns[at] as string) || cell === row.cells[places[at] as number]);
      });
    });
  if (!found || !others) {
    const isPartly = nullable.some(column => !fixed.has(column));
    return canBeNull || isPartly ? empty() : false;
  }
  for (const [at, place] of places.entries()) {
    row.cells[place] = cellAt(others.plan, found, target[at] as string);
    fixed.add(columns[at] as string);
  }
  if (naming !== undefined) row.cells[plan.columns.findIndex(one => one.name === naming)] = JSON.stringify(choice.name);
  return true;
}

function mayBeNull(plan: TablePlan, column: string, entity: string | undefined): boolean {
  const planned = plan.columns.find(({ name }) => name === column);
  const prop =
    entity !== undefined && plan.isShared ? planned?.props.get(entity) : [...(planned?.props.values() ?? [])][0];
  return planned?.nullable === true && (prop === undefined || prop.nullable === true);
}

function cellAt(plan: TablePlan, row: GeneratedRow, column: string): string {
  return row.cells[plan.columns.findIndex(({ name }) => name === column)] ?? 'null';
}

function tuple(plan: TablePlan, row: GeneratedRow, columns: readonly string[]): string | undefined {
  const cells = columns.map(column => cellAt(plan, row, column));
  return cells.includes('null') ? undefined : cells.join();
}

/** Removes dropped rows. Relations to them become null if they may be null. Otherwise their rows are removed too. */
export function dropOrphans(tables: MadeTables): void {
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (const { plan, rows } of tables.values()) {
      for (const row of rows.filter(({ isDropped }) => !isDropped)) {
        const lost = plan.references.filter(one => isLost(tables, plan, row, one));
        const child = plan.parent !== undefined && !hasParent(tables, plan, row);
        for (const { columns, naming } of lost) {
          const free = columns.filter(column => mayBeNull(plan, column, row.entity));
          if (free.length === 0) row.isDropped = true;
          for (const column of [...free, ...(naming === undefined ? [] : [naming])])
            row.cells[plan.columns.findIndex(({ name }) => name === column)] = 'null';
        }
        if (child) row.isDropped = true;
        if (lost.length > 0 || child) isStable = false;
      }
      if (dropPartless(tables, plan, rows)) isStable = false;
    }
  }
  for (const { rows } of tables.values()) rows.splice(0, rows.length, ...rows.filter(({ isDropped }) => !isDropped));
}

function isLost(
  tables: MadeTables,
  plan: TablePlan,
  row: GeneratedRow,
  { columns, target, targets, naming }: PlannedReference,
): boolean {
  const key = tuple(plan, row, columns);
  if (key === undefined) return false;
  const name = naming === undefined ? undefined : cellAt(plan, row, naming);
  return !targets.some(one => {
    if (name !== undefined && name !== JSON.stringify(one.name)) return false;
    const others = tables.get(one.table);
    return others?.rows.some(other => !other.isDropped && tuple(others.plan, other, target) === key);
  });
}

function hasParent(tables: MadeTables, plan: TablePlan, row: GeneratedRow): boolean {
  const parent = tables.get(plan.parent ?? '');
  const key = tuple(plan, row, plan.table.key);
  return parent?.rows.some(other => !other.isDropped && tuple(parent.plan, other, parent.table.key) === key) ?? false;
}

/** A row of an entity in several tables is in all of them or in none. */
function dropPartless(tables: MadeTables, plan: TablePlan, rows: readonly GeneratedRow[]): boolean {
  let isDropped = false;
  for (const { plan: child, rows: parts } of tables.values()) {
    if (child.parent !== plan.table.title) continue;
    const there = new Set(parts.filter(part => !part.isDropped).map(part => tuple(child, part, child.table.key)));
    const own = new Set(child.classes.map(({ name }) => name));
    for (const row of rows) {
      if (row.isDropped || row.entity === undefined || !own.has(row.entity)) continue;
      if (there.has(tuple(plan, row, plan.table.key))) continue;
      row.isDropped = true;
      isDropped = true;
    }
  }
  return isDropped;
}
