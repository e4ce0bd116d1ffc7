import type { PropertyDescription } from '../models/description.ts';
import type { PropertyChange } from './storage-changes.ts';

/** Where the values of a property are: in so many columns, in a table between, in a document, or in what is inside of it. */
export function shapeOf({ columns, pivot, key }: PropertyDescription): string {
  if (pivot) return 'table';
  if (columns) return `${columns.length} columns`;
  return key === undefined ? 'inside' : 'document';
}

/** Tells whether what a property holds has to be moved by hand: its values have another place, or another form. */
export function isReplaced({ before, after, changed }: PropertyChange): boolean {
  if (shapeOf(before) !== shapeOf(after)) return true;
  if (before.pivot && after.pivot) return changed.includes('target') || before.pivot.order !== after.pivot.order;
  return before.kind !== after.kind && (before.kind === 'embedded' || after.kind === 'embedded');
}

/** Tells whether rows that are there would have nothing to put into a new property. */
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

/** Those that are not inside another of them: an embedded one speaks for what it holds. */
export function outermost(properties: readonly PropertyDescription[]): PropertyDescription[] {
  return properties.filter(({ name }) => !properties.some(other => name.startsWith(`${other.name}.`)));
}

/** The path of the embedded property that another is inside of; empty at the top. */
export function holderOf(name: string): string {
  return name.split('.').slice(0, -1).join('.');
}

/** Tells whether a property is a relation to one of some entities. */
export function pointsTo({ target }: PropertyDescription, names: ReadonlySet<string>): boolean {
  return [target ?? []].flat().some(name => names.has(name));
}
