import type { EntityChange, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import type { PropertyDescription, StorageDescription } from '../models/description.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import { becomesComputed } from './altered-properties.ts';
import { enumerate } from './operation-calls.ts';
import type { Operation } from './operation.ts';

/** Tells whether older code keeps working, because everything it reads and writes stays as it was. */
export function isAdditive({ created, dropped, altered, moved, carried }: StorageChanges): boolean {
  // A row of a new entity in an existing table would surprise older code.
  const newcomer = created.some(
    ({ inheritance, extends: parent }) => inheritance === 'single table' && parent !== undefined,
  );
  return (
    dropped.length + carried.length === 0 &&
    !newcomer &&
    altered.every(isEntityAdditive) &&
    moved.every(isPropertyAdditive)
  );
}

function isEntityAdditive({ changed, properties, uniques, checks, triggers, policies }: EntityChange): boolean {
  return (
    changed.every(key => key === 'name') &&
    properties.dropped.length + properties.copied.length + properties.rekeyed.length === 0 &&
    properties.altered.every(isPropertyAdditive) &&
    properties.added.every(isOptional) &&
    uniques.added.every(({ columns }) => properties.added.some(added => added.nullable && isAmong(columns, added))) &&
    [checks, triggers, policies].every(({ added }) => added.length === 0) &&
    [uniques, checks, triggers, policies].every(parts => parts.dropped.length === 0)
  );
}

/** The database does not store the name of a property. */
function isPropertyAdditive({ after, changed }: PropertyChange): boolean {
  return changed.every(
    key => key === 'name' || key === 'embeddable' || (key === 'default' && after.default !== undefined),
  );
}

/** Tells whether a row may be written without a property. A version property must be counted up by every writer. */
function isOptional({
  nullable,
  default: usual,
  generated,
  version,
  columns,
  pivot,
  kind,
}: PropertyDescription): boolean {
  if (version) return false;
  if (nullable || pivot) return true;
  return usual !== undefined || generated !== undefined || (columns === undefined && kind === 'embedded');
}

/** Rows without a value for a property are never duplicates in it. */
function isAmong(columns: readonly string[], property: PropertyDescription): boolean {
  return property.columns?.some(column => columns.includes(column)) === true;
}

/** A table that a step drops, or a column. */
export interface Lost {
  readonly entity: string;
  /** `undefined` for the whole table. */
  readonly property?: string;
}

/** Lists dropped tables and columns that hold values: no views, and no generated columns. */
export function lossesOf(operations: readonly Operation[], { entities }: StorageDescription): Lost[] {
  const isView = (entity: string) => entities.some(({ name, view }) => name === entity && view !== undefined);
  const isComputed = ({ entity, property }: Lost) =>
    entities.find(({ name }) => name === entity)?.properties.find(({ name }) => name === property)?.generated !==
    undefined;
  return operations.flatMap((operation): Lost[] => {
    if (operation.kind === 'dropStorage') {
      return operation.entities.filter(entity => !isView(entity)).map(entity => ({ entity }));
    }
    if (operation.kind === 'moveProperty' && operation.isDiscarding) {
      return operation.before.map(entity => ({ entity, property: operation.property }));
    }
    const { drops, entity } = dropsOf(operation);
    return drops.map(property => ({ entity, property })).filter(one => !isComputed(one));
  });
}

function dropsOf(operation: Operation): { readonly entity: string; readonly drops: readonly string[] } {
  if (operation.kind === 'alterStorage') return { entity: operation.before, drops: operation.drops };
  if (operation.kind === 'dropProperty') return { entity: operation.entity, drops: [operation.property] };
  return { entity: '', drops: [] };
}

/** Says what operations drop; `undefined` if they drop nothing. */
export function lossOf(
  operations: readonly Operation[],
  { before, changes }: Pick<Resolution, 'before' | 'changes'>,
): string | undefined {
  const computed = changes.altered.flatMap(({ before: { name: entity }, properties }): Lost[] =>
    properties.altered.filter(becomesComputed).map(one => ({ entity, property: one.before.name })),
  );
  const lost = [...lossesOf(operations, before), ...computed].map(({ entity, property }) =>
    property === undefined ? entity : `${entity}.${property}`,
  );
  return lost.length > 0 ? `drops ${enumerate([...new Set(lost)])}` : undefined;
}
