import type { PropertyDescription } from '../models/description.ts';
import type { PropertyChange } from './storage-changes.ts';

/** Where the values of a property are stored: in a number of columns, in a table between entities, in a document, or inside. */
export function shapeOf({ columns, pivot, key }: PropertyDescription): string {
  if (pivot) return 'table';
  if (columns) return `${columns.length} columns`;
  return key === undefined ? 'inside' : 'document';
}

/** Tells whether the values of a property have to be moved by hand, because their place or form changed. */
export function isReplaced({ before, after, changed }: PropertyChange): boolean {
  if (shapeOf(before) !== shapeOf(after)) return true;
  if (before.pivot && after.pivot) return changed.includes('target') || before.pivot.order !== after.pivot.order;
  return before.kind !== after.kind && (before.kind === 'embedded' || after.kind === 'embedded');
}

/** Tells whether existing rows would have no value for a new property. */
export function needsValue(property: PropertyDescription): boolean {
  const { columns, nullable, default: fallback, generated, autoincrement, version } = property;
  return (
    columns !== undefined &&
    !nullable &&
    fallback === undefined &&
    generated === undefined &&
    !autoincrement &&
    !version
  );
}

/** Leaves out properties inside another one: an embedded property stands for its contents. */
export function outermost(properties: readonly PropertyDescription[]): PropertyDescription[] {
  return properties.filter(({ name }) => !properties.some(other => name.startsWith(`${other.name}.`)));
}

/** Returns the path of the embedded property that contains another; empty at the top. */
export function holderOf(name: string): string {
  return name.split('.').slice(0, -1).join('.');
}

/** Tells whether a property is a relation to one of several entities. */
export function pointsTo({ target }: PropertyDescription, names: ReadonlySet<string>): boolean {
  return [target ?? []].flat().some(name => names.has(name));
}
