import type { Meaning } from '../../table-editor.ts';

/**
 * How the values of a column are stored. MikroORM stores a `Date` as milliseconds since 1970, whichever type its column is
 * called, and a moment, date or time that is a string in JavaScript as that text.
 */
export type ValueKind =
  | 'integer'
  | 'boolean'
  | 'real'
  | 'decimal'
  | 'text'
  | 'blob'
  | 'json'
  | 'moment'
  | 'moment as text'
  | 'date'
  | 'time'
  | 'interval'
  | 'anything';

/** Reads from a declared type, and from what the application makes of it where that is known, how values are stored. */
export function kindOf(declared: string, meaning?: Meaning): ValueKind {
  const kind = kindOfType(declared.toLowerCase());
  if (meaning === undefined) return kind;
  if (meaning.isCustom) return HAVE_MEANING.has(kind) ? 'anything' : kind;
  if (kind === 'integer' && meaning.runtimeType === 'boolean') return 'boolean';
  if (!MOMENTS.has(kind)) return kind;
  if (meaning.runtimeType === 'Date') return 'moment';
  return kind === 'moment' ? 'moment as text' : kind;
}

const MOMENTS: ReadonlySet<ValueKind> = new Set<ValueKind>(['moment', 'date', 'time']);

/** What a type of the application's own may store in any other way. */
const HAVE_MEANING: ReadonlySet<ValueKind> = new Set<ValueKind>([...MOMENTS, 'json', 'interval']);

// Before SQLite's own rules, by which an `interval` is an integer and a `datetime` a number.
// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
function kindOfType(type: string): ValueKind {
  if (/^(?:datetime|timestamp)/.test(type)) return 'moment';
  if (/^date\b/.test(type)) return 'date';
  if (/^time\b/.test(type)) return 'time';
  if (/^interval\b/.test(type)) return 'interval';
  if (/^jsonb?\b/.test(type)) return 'json';
  if (type.includes('int')) return 'integer';
  if (/char|clob|text/.test(type)) return 'text';
  if (type.includes('blob')) return 'blob';
  if (/real|floa|doub/.test(type)) return 'real';
  return /^(?:numeric|decimal)\b/.test(type) ? 'decimal' : 'anything';
}
