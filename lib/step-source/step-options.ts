import type { EntityChange, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import type { PropertyDescription, StorageDescription } from '../models/description.ts';
import { enumerate } from './operation-calls.ts';
import type { Operation } from './operation.ts';

/** Tells whether code that knows nothing of the changes goes on working: all it reads and writes is as it was. */
export function isAdditive({ created, dropped, altered, moved }: StorageChanges): boolean {
  // Another entity in a table that is there is a row that nobody expects.
  const newcomer = created.some(
    ({ inheritance, extends: parent }) => inheritance === 'single table' && parent !== undefined,
  );
  return dropped.length === 0 && !newcomer && altered.every(isEntityAdditive) && moved.every(isPropertyAdditive);
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

/** What a property is called in the application, a database is not told. */
function isPropertyAdditive({ after, changed }: PropertyChange): boolean {
  return changed.every(
    key => key === 'name' || key === 'embeddable' || (key === 'default' && after.default !== undefined),
  );
}

/** Tells whether a row may be written without it; a version has to be counted up by everybody. */
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

/** Rows that leave a property out are never equal in it. */
function isAmong(columns: readonly string[], property: PropertyDescription): boolean {
  return property.columns?.some(column => columns.includes(column)) === true;
}

/** What a way back drops, in words; `undefined` if it drops nothing. */
export function lossOf(operations: readonly Operation[], { entities }: StorageDescription): string | undefined {
  const isView = (entity: string) => entities.some(({ name, view }) => name === entity && view !== undefined);
  const isComputed = (entity: string, property: string) =>
    entities.find(({ name }) => name === entity)?.properties.find(({ name }) => name === property)?.generated !==
    undefined;
  const lost = operations.flatMap(operation => {
    if (operation.kind === 'dropStorage') return operation.entities.filter(entity => !isView(entity));
    if (operation.kind === 'alterStorage') return operation.drops.map(property => `${operation.before}.${property}`);
    if (operation.kind !== 'dropProperty' || isComputed(operation.entity, operation.property)) return [];
    return [`${operation.entity}.${operation.property}`];
  });
  return lost.length > 0 ? `drops ${enumerate(lost)}` : undefined;
}
