import { placeOf } from '../changes/apply-renames.ts';
import type { EntityChange, PropertyAttribute, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import type { PropertyDescription } from '../models/description.ts';
import { sizeOf } from '../models/property-size.ts';
import { quoteName, quoteText } from '../sql/quoting.ts';

/** The facts of a property that a database stores. All others concern only the application. */
const STORED: ReadonlySet<PropertyAttribute> = new Set<PropertyAttribute>([
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
  'comment',
  'columnTypes',
]);

/** Tells whether the columns of a property have other names. */
export function isStored({ after, changed }: PropertyChange): boolean {
  return after.columns !== undefined && changed.some(key => STORED.has(key));
}

/** Tells whether a property is neither inside a document nor stored by a pivot entity. */
export function isInTable({ columns, pivot, kind, object }: PropertyDescription): boolean {
  if (pivot) return pivot.entity === undefined;
  return columns !== undefined || (kind === 'embedded' && !object);
}

/** Tells whether the pivot table without an entity has another name or other columns. */
export function isOtherTable({ before, after }: PropertyChange): boolean {
  const [old, now] = [before.pivot, after.pivot];
  if (!old || !now || old.entity !== undefined || now.entity !== undefined) return false;
  const place = ({ table, namespace, columns, inverseColumns }: typeof old) =>
    JSON.stringify([table, namespace, columns, inverseColumns]);
  return place(old) !== place(now);
}

/** Tells whether the pivot table without an entity has columns of other types or other foreign keys. */
export function isAlteredTable({ before, after, changed }: PropertyChange): boolean {
  const [old, now] = [before.pivot, after.pivot];
  if (!old || !now || old.entity !== undefined || now.entity !== undefined) return false;
  const rules = ({ owner, target }: typeof old) =>
    JSON.stringify([owner, target].map(key => key && [key.onDelete, key.onUpdate, key.deferrable]));
  return changed.includes('columnTypes') || rules(old) !== rules(now);
}

/** Tells whether the pivot table has the name of the one before. */
export function isSameTable({ before: { pivot: old }, after: { pivot: now } }: PropertyChange): boolean {
  return old !== undefined && now !== undefined && placeOf(old) === placeOf(now);
}

/** Tells whether the other side owns the pivot table now. Its key begins with the columns of the owner. */
export function isTurned({ before: { pivot: old }, after: { pivot: now } }: PropertyChange): boolean {
  return old !== undefined && now !== undefined && old.columns.join() !== now.columns.join();
}

/** Tells whether the table between two entities got another name or other columns when the other side became its owner. */
export function isRenamedTable({ before: { pivot: old }, after: { pivot: now } }: PropertyChange): boolean {
  if (!old || !now) return false;
  const columns = (pivot: typeof old) => [...pivot.columns, ...pivot.inverseColumns].toSorted().join();
  return placeOf(old) !== placeOf(now) || columns(old) !== columns(now);
}

/** Tells whether only the foreign key changed. */
export function isKeyOnly({ changed }: PropertyChange): boolean {
  return changed.every(key => key === 'references' || !STORED.has(key));
}

/** Tells whether stored values give way to computed ones. */
export function becomesComputed({ before, after }: PropertyChange): boolean {
  return before.columns !== undefined && before.generated === undefined && after.generated !== undefined;
}

/** Tells whether a foreign key is dropped. */
export function losesKey({ before, after }: PropertyChange): boolean {
  return before.references !== undefined && after.references === undefined;
}

/** Tells whether the index that some dialects create for a relation is dropped. */
export function losesRelation({ before, after }: PropertyChange): boolean {
  return before.target !== undefined && after.target === undefined;
}

/** Types in order: each has room for all values of the types before it. */
const WIDENING: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint'],
  ['float', 'double'],
  ['character', 'string', 'text'],
];

const SIZES: ReadonlySet<PropertyAttribute> = new Set<PropertyAttribute>([
  'comment',
  'columnTypes',
  'default',
  'items',
  'nullable',
  'type',
]);

/** Types that a database converts into each other on request. It converts any type into text. */
const CASTABLE: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint', 'float', 'double', 'decimal', 'boolean'],
  ['date', 'datetime'],
  ['datetime', 'time'],
];
const TEXTS = ['character', 'string', 'text'];

/** Tells whether a database can convert the values. Assumes so for a custom type. */
export function isCastable({ before: { type: old }, after: { type: now } }: PropertyChange): boolean {
  const known = [...CASTABLE.flat(), ...TEXTS, 'uuid', 'json', 'blob'];
  if (old === now || ![old, now].every(type => type !== undefined && known.includes(type))) return true;
  return (
    now === 'json' ||
    [old, now].some(type => TEXTS.includes(type ?? '')) ||
    CASTABLE.some(types => types.includes(old ?? '') && types.includes(now ?? ''))
  );
}

/** Tells whether all old values are still allowed, and nothing else changed. */
export function isLoosening(change: PropertyChange): boolean {
  const { before, after, changed } = change;
  const isSize = changed.every(key => SIZES.has(key) || !STORED.has(key));
  return isSize && (after.nullable === true || before.nullable === undefined) && !mayNotFit(change);
}

/** Tells whether some values may no longer fit, or may mean something else. */
export function mayNotFit({ before, after, changed }: PropertyChange): boolean {
  if (before.kind !== after.kind) return !isLooser(before, after);
  return changed.some(key => {
    if (key === 'items') return !before.items?.every(item => after.items?.includes(item));
    if (key === 'type') return !isWider(before.type, after.type);
    if (key === 'columnTypes') return after.kind === 'scalar' && !changed.includes('type') && isTighter(before, after);
    return key === 'array' || key === 'target';
  });
}

/** A list of values may have only one. A key and an enum value are ordinary values. */
function isLooser(before: PropertyDescription, after: PropertyDescription): boolean {
  if (before.kind === '1:1' && after.kind === 'm:1') return before.target === after.target;
  if (after.kind !== 'scalar') return false;
  if (before.kind === 'enum') return isWider('character', after.type) && before.items?.every(isText) === true;
  return before.kind === 'm:1' || before.kind === '1:1';
}

function isText(item: string | number): boolean {
  return typeof item === 'string';
}

function isWider(old: string | undefined, now: string | undefined): boolean {
  return WIDENING.some(types => types.includes(old ?? '') && types.indexOf(now ?? '') > types.indexOf(old ?? ''));
}

/** Tells whether values of two types can be compared directly. */
export function isAkin(one: PropertyDescription, other: PropertyDescription): boolean {
  const isAmong = (types: readonly string[]) => types.includes(one.type ?? '') && types.includes(other.type ?? '');
  return one.type === other.type || WIDENING.some(isAmong);
}

/** A column type given by the user is unknown here. */
function isTighter(before: PropertyDescription, after: PropertyDescription): boolean {
  const [was, is] = [sizeOf(before), sizeOf(after)];
  return was.join() === is.join() || was.some((size, index) => size > (is[index] ?? 0));
}

/** The changes of a discriminator, where entities are removed or get other values. */
interface DiscriminatorChange {
  readonly column: string;
  /** Values that rows may contain, and that no longer belong to an entity. */
  readonly gone: readonly string[];
  /** Those of them whose entity is removed too. */
  readonly homeless: readonly string[];
  /** New values by old ones, where the entity is the same. */
  readonly moved: ReadonlyMap<string, string>;
}

export function discriminatorChange({ before, after }: EntityChange, { altered }: StorageChanges): DiscriminatorChange {
  const nameNow = (name: string) => altered.find(one => one.before.name === name)?.after.name ?? name;
  const [old, now] = [before.discriminator?.values ?? {}, after.discriminator?.values ?? {}];
  const gone = after.discriminator ? Object.keys(old).filter(value => !(value in now)) : [];
  const moved = new Map<string, string>();
  for (const value of gone) {
    const other = Object.keys(now).find(candidate => now[candidate] === nameNow(old[value] ?? ''));
    if (other !== undefined && !(other in old)) moved.set(value, other);
  }
  return {
    column: after.discriminator?.column ?? '',
    gone,
    homeless: gone.filter(value => !moved.has(value)),
    moved,
  };
}

/** Writes SQL that gives rows their new discriminator value; `undefined` for a property that is no discriminator. */
export function newValues({ after }: PropertyChange, { column, moved }: DiscriminatorChange): string | undefined {
  if (moved.size === 0 || after.columns?.join() !== column) return undefined;
  const cases = [...moved].map(([old, now]) => `when ${quoteText(old)} then ${quoteText(now)}`);
  return `case ${quoteName(column)} ${cases.join(' ')} else ${quoteName(column)} end`;
}
