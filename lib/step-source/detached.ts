import type { PropertyDescription } from '../models/description.ts';
import type { StorageChanges, EntityChange, PropertyChange } from '../changes/storage-changes.ts';
import { isMoved } from './constraint-operations.ts';
import { isAlteredTable } from './altered-properties.ts';
import { isAkin } from './room.ts';

/**
 * Tells whether the foreign key of a relation goes before anything is altered, and comes back when all is done: it is to be
 * another one, and what is altered under a new name forgets what it had; or PostgreSQL would not have it meanwhile.
 *
 * @param others whose key becomes another kind of value: {@link rekeyed}
 */
export function isDetached(change: EntityChange, one: PropertyChange, others: ReadonlySet<string>): boolean {
  const { before, after, changed } = one;
  if (isAlteredTable(one)) {
    return isMoved(change, one) || others.has(change.after.name) || pointsTo(after, others);
  }
  if (before.references && after.references) {
    return pointsTo(after, others) || (changed.includes('references') && isMoved(change, one));
  }
  // the key of a child with a table of its own points to its parent
  const { inheritance, extends: parent = '' } = change.after;
  return inheritance === 'table per type' && after.primary === true && others.has(parent);
}

/**
 * Entities whose key becomes another kind of value, by their new names: a text that was a number. While one side has it and
 * the other has not, PostgreSQL takes no foreign key between them.
 */
export function rekeyed({ altered }: StorageChanges): ReadonlySet<string> {
  const found = new Set<string>();
  const isFound = ({ after, properties }: EntityChange) =>
    !found.has(after.name) &&
    properties.altered.some(one => one.after.primary && (isOtherKind(one) || pointsTo(one.after, found)));
  for (let more = altered.filter(isFound); more.length > 0; more = altered.filter(isFound))
    for (const { after } of more) found.add(after.name);
  return found;
}

function pointsTo({ target }: PropertyDescription, entities: ReadonlySet<string>): boolean {
  return [target ?? []].flat().some(name => entities.has(name));
}

function isOtherKind({ before, after, changed }: PropertyChange): boolean {
  return before.kind === 'scalar' && after.kind === 'scalar' && changed.includes('type') && !isAkin(before, after);
}
