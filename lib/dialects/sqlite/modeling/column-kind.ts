import type { LiveColumn } from '../../table-changes.ts';
import type { KindOfValue } from '../../modeling.ts';

/** How the values of a column are stored, where its declared type does not decide. */
export interface StoredValues {
  /** The storage classes among them: `text`, `integer`, `real`, `blob`. */
  readonly classes: ReadonlySet<string>;
  /** The highest number, without its sign. */
  readonly highest: number;
}

const UNKNOWN: StoredValues = { classes: new Set(), highest: 0 };

/** A moment after this many milliseconds is in 1973; as seconds, it is in the year 5138. */
const SECONDS = 100_000_000_000;

/** Whether what a column holds is not clear from its declared type. */
export function isDoubtful({ type, generated }: LiveColumn): boolean {
  return generated === undefined && /^(?:date|time|timestamp|bool|uuid|guid|json|tinyint\s*\(\s*1\s*\))/i.test(type);
}

/** What a column looked at becomes. */
interface ColumnFacts {
  readonly stored: StoredValues;
  readonly hasDefault: boolean;
  readonly declared: string;
}

type BareKind = Omit<KindOfValue, 'exact'>;

/** What declared types become, the first that fits. The others are as SQLite's own rules for affinity say. */
const RULES: readonly (readonly [type: RegExp, answer: (looked: ColumnFacts) => BareKind])[] = [
  [/^$/, () => ({ type: 'string', isForeign: true })],
  [/^bool|^tinyint\s*\(\s*1\s*\)/, truth],
  [/^(?:datetime|timestamp)/, moment],
  [/^date/, ({ stored }) => ({ type: ofText(stored, 'date') })],
  [/^time/, ({ stored }) => ({ type: ofText(stored, 'time') })],
  [/^(?:uuid|guid)/, ({ stored }) => ({ type: stored.classes.has('blob') ? 'blob' : 'uuid' })],
  [/^json/, ({ stored }) => ({ type: hasOnly(stored, 'text') ? 'json' : 'blob' })],
  [/^(?:big\s?int|int8|unsigned big int)/, () => ({ type: 'bigint' })],
  [/int/, () => ({ type: 'integer' })],
  [/clob|text/, () => ({ type: 'text' })],
  [/char/, () => ({ type: 'string' })],
  [/blob|binary/, () => ({ type: 'blob' })],
  [/real|floa|doub/, () => ({ type: 'double' })],
  [/^(?:dec|num|money)/, amount],
];

/**
 * Says what a column of a declared type becomes. SQLite stores any value in nearly any column, so that the stored values
 * decide where a type of MikroORM would write them in another form.
 *
 * @see https://www.sqlite.org/datatype3.html#determination_of_column_affinity
 */
export function kindOfColumn({ type, default: byDefault }: LiveColumn, stored: StoredValues = UNKNOWN): KindOfValue {
  const declared = type.toLowerCase();
  const [, answer] = RULES.find(([rule]) => rule.test(declared)) ?? [];
  const looked = { stored, hasDefault: byDefault !== undefined, declared };
  return { ...(answer?.(looked) ?? { type: 'string' }), exact: type };
}

function truth({ stored }: ColumnFacts): BareKind {
  if (hasOnly(stored, 'integer') && stored.highest <= 1) return { type: 'boolean' };
  return { type: stored.classes.has('text') ? 'string' : 'integer' };
}

/** MikroORM stores a moment as milliseconds. */
function moment({ stored: { classes, highest }, hasDefault }: ColumnFacts): BareKind {
  // A default such as current_timestamp is text
  const isText = classes.has('text') || (hasDefault && classes.size === 0);
  if (isText) return { type: 'string', remark: 'its values are text' };
  if (classes.has('real')) return { type: 'double', remark: 'its values are days' };
  if (highest > 0 && highest < SECONDS) return { type: 'integer', remark: 'its values are seconds' };
  return { type: 'datetime' };
}

function ofText(stored: StoredValues, type: 'date' | 'time'): KindOfValue['type'] {
  if (hasOnly(stored, 'text')) return type;
  return stored.classes.has('text') ? 'string' : 'integer';
}

function amount({ declared }: ColumnFacts): BareKind {
  const [, first, second] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(declared) ?? [];
  return first === undefined
    ? { type: 'decimal' }
    : { type: 'decimal', precision: Number(first), scale: Number(second ?? 0) };
}

function hasOnly({ classes }: StoredValues, storageClass: string): boolean {
  return [...classes].every(one => one === storageClass);
}
