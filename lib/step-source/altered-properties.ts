import type { PropertyDescription } from '../models/description.ts';
import type { PropertyAttribute, PropertyChange } from '../changes/storage-changes.ts';
import { placeOf } from '../changes/apply-renames.ts';

/** What of a property is told to a database; all else is told to nobody but the application. */
export const stored: ReadonlySet<PropertyAttribute> = new Set<PropertyAttribute>([
  'kind',
  'type',
  'items',
  'nativeEnum',
  'array',
  'nullable',
  'default',
  'autoincrement',
  'version',
  'generated',
  'collation',
  'references',
  'columnTypes',
]);

/** Tells whether the columns of a property are not what they were. */
export function isStored({ after, changed }: PropertyChange): boolean {
  return after.columns !== undefined && changed.some(key => stored.has(key));
}

/** Tells whether a property is neither inside a document nor behind an entity of its own. */
export function isInTable({ columns, pivot, kind, object }: PropertyDescription): boolean {
  if (pivot) return pivot.entity === undefined;
  return columns !== undefined || (kind === 'embedded' && !object);
}

/** Tells whether the table between two entities, which is nobody's, has another name or other columns. */
export function isOtherTable({ before, after }: PropertyChange): boolean {
  const [old, now] = [before.pivot, after.pivot];
  if (!old || !now || old.entity !== undefined || now.entity !== undefined) return false;
  const place = ({ table, namespace, columns, inverseColumns }: typeof old) =>
    JSON.stringify([table, namespace, columns, inverseColumns]);
  return place(old) !== place(now);
}

/** Tells whether the table between two entities, which is nobody's, has columns of other types or other foreign keys. */
export function isAlteredTable({ before, after, changed }: PropertyChange): boolean {
  const [old, now] = [before.pivot, after.pivot];
  if (!old || !now || old.entity !== undefined || now.entity !== undefined) return false;
  const rules = ({ owner, target }: typeof old) =>
    JSON.stringify([owner, target].map(key => key && [key.onDelete, key.onUpdate, key.deferrable]));
  return changed.includes('columnTypes') || rules(old) !== rules(now);
}

/** Tells whether the table between two entities has the name of the one that was there. */
export function isSameTable({ before: { pivot: old }, after: { pivot: now } }: PropertyChange): boolean {
  return old !== undefined && now !== undefined && placeOf(old) === placeOf(now);
}

/** Tells whether nothing changed but the foreign key. */
export function isKeyOnly({ changed }: PropertyChange): boolean {
  return changed.every(key => key === 'references' || !stored.has(key));
}

/** Tells whether a foreign key goes. */
export function losesKey({ before, after }: PropertyChange): boolean {
  return before.references !== undefined && after.references === undefined;
}

/** Tells whether the index goes that some dialects make for a relation. */
export function losesRelation({ before, after }: PropertyChange): boolean {
  return before.target !== undefined && after.target === undefined;
}
