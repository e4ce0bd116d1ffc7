import type { PropertyDescription } from '../models/description.ts';
import type { PropertyAttribute, PropertyChange } from '../changes/storage-changes.ts';
import { sizeOf } from '../changes/property-shape.ts';
import { stored } from './altered-properties.ts';

/** Types, each of which has room for the values of those before it. */
const widening: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint'],
  ['float', 'double'],
  ['character', 'string', 'text'],
];

const sizes: ReadonlySet<PropertyAttribute> = new Set<PropertyAttribute>([
  'columnTypes',
  'default',
  'items',
  'nullable',
  'type',
]);

/** Types that a database makes into each other when it is told to; into a text it makes whatever it has. */
const castable: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint', 'float', 'double', 'decimal', 'boolean'],
  ['date', 'datetime'],
  ['datetime', 'time'],
];
const texts = ['character', 'string', 'text'];

/** Tells whether a database knows how to make new values out of old ones; of a custom type it is hoped. */
export function isCastable({ before: { type: old }, after: { type: now } }: PropertyChange): boolean {
  const known = [...castable.flat(), ...texts, 'uuid', 'json', 'blob'];
  if (old === now || ![old, now].every(type => type !== undefined && known.includes(type))) return true;
  return (
    now === 'json' ||
    [old, now].some(type => texts.includes(type ?? '')) ||
    castable.some(types => types.includes(old ?? '') && types.includes(now ?? ''))
  );
}

/** Tells whether whatever was allowed is allowed still, and nothing else changed. */
export function isLoosening(change: PropertyChange): boolean {
  const { before, after, changed } = change;
  const isSize = changed.every(key => sizes.has(key) || !stored.has(key));
  return isSize && (after.nullable === true || before.nullable === undefined) && !mayNotFit(change);
}

/** Tells whether there may be values that have no room any more, or that mean something else. */
export function mayNotFit({ before, after, changed }: PropertyChange): boolean {
  if (before.kind !== after.kind) return !isLooser(before, after);
  return changed.some(key => {
    if (key === 'items') return !before.items?.every(item => after.items?.includes(item));
    if (key === 'type') return !isWider(before.type, after.type);
    if (key === 'columnTypes') return after.kind === 'scalar' && !changed.includes('type') && isTighter(before, after);
    return key === 'array' || key === 'target';
  });
}

/** One of many may be the only one; a key, or an allowed value, is a value like any other. */
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
  return widening.some(types => types.includes(old ?? '') && types.indexOf(now ?? '') > types.indexOf(old ?? ''));
}

/** Tells whether values of two types can be compared as they are. */
export function isAkin(one: PropertyDescription, other: PropertyDescription): boolean {
  const isAmong = (types: readonly string[]) => types.includes(one.type ?? '') && types.includes(other.type ?? '');
  return one.type === other.type || widening.some(isAmong);
}

/** Of a column type that somebody chose nothing is known. */
function isTighter(before: PropertyDescription, after: PropertyDescription): boolean {
  const [was, is] = [sizeOf(before), sizeOf(after)];
  return was.join() === is.join() || was.some((size, index) => size > (is[index] ?? 0));
}
