import { FRAGMENTS, isMeant, nameOf, tokenize } from '../../../sql/tokens.ts';
import type { ColumnDefault, KindOfValue, ValueType } from '../../modeling.ts';
import type { LiveColumn } from '../../table-changes.ts';

/** Types under the names that the catalog has for them. */
const PLAIN: Readonly<Record<string, ValueType>> = {
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  real: 'float',
  'double precision': 'double',
  numeric: 'decimal',
  'character varying': 'string',
  character: 'character',
  text: 'text',
  boolean: 'boolean',
  bytea: 'blob',
  date: 'date',
  'time without time zone': 'time',
  'time with time zone': 'time',
  'timestamp without time zone': 'datetime',
  'timestamp with time zone': 'datetime',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  interval: 'interval',
};

const NUMBERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'real', 'double precision', 'numeric']);

/** Types that the driver makes objects of, which it does not write. */
const OBJECTS: ReadonlySet<string> = new Set(['point', 'circle', 'bytea[]']);

/** A moment with more digits than a `Date` has. */
const MICROSECONDS = /^timestamp(?:\([456]\))? /;

/** Where a column is, as far as it decides what the column becomes. */
interface ColumnPlace {
  readonly inKey: boolean;
  /** Whether it is an array of arrays. */
  readonly isNested: boolean;
}

/**
 * Says what a column becomes.
 *
 * @param domains the types that domains stand for, by the domain's name as columns say it
 */
export function kindOfColumn(
  { type, items, default: byDefault }: LiveColumn,
  domains: ReadonlyMap<string, string>,
  { inKey, isNested }: ColumnPlace,
): KindOfValue {
  const base = domains.get(type);
  if (isNested || OBJECTS.has(base ?? type)) return { type: 'string', exact: type, isUnfit: true };
  if (inKey && MICROSECONDS.test(type)) {
    const warning = 'and a Date has no microseconds: updates miss the rows of this key that have some';
    return { ...kindOfType(type), warning };
  }
  if (base !== undefined) {
    const remark = 'a domain, which a new database does not have';
    return { ...kindOfType(base), exact: type, isForeign: true, remark };
  }
  // MikroORM has no word for a small number that counts by a sequence
  if (type === 'smallint' && byDefault?.startsWith('nextval(')) {
    const warning = 'and a new database has no sequence for it. Make one in onInstall()';
    return { ...kindOfType(type), anyDefault: true, warning };
  }
  const isArray = type.endsWith('[]');
  if (items && !isArray) return { type: 'enum', items, nativeEnum: unquoted(type), exact: type };
  const kind = kindOfType(type);
  return domains.has(type.replace(/(?:\[\])+$/, '')) ? { ...kind, isForeign: true } : kind;
}

function kindOfType(type: string): KindOfValue {
  const exact = shortType(type);
  if (type.endsWith('[]')) {
    const item = bare(type.slice(0, -2));
    const warning = item === 'numeric' ? 'and the driver reads its items as numbers of 15 digits' : undefined;
    return { type: 'array', exact, ofNumbers: NUMBERS.has(item) || undefined, warning };
  }
  const known = PLAIN[bare(type)];
  const [, first, second] = /\((\d+)(?:,(-?\d+))?\)/.exec(type) ?? [];
  if (known === undefined) return { type: 'string', exact };
  if (first === undefined) return { type: known, exact };
  if (known === 'decimal') return { type: known, exact, precision: Number(first), scale: Number(second ?? 0) };
  return { type: known, exact, length: Number(first) };
}

/** `timestamp(3) without time zone` without its numbers. */
function bare(type: string): string {
  return type.replace(/\([\d,-]+\)/, '');
}

/** The usual short names, as people write them. */
function shortType(type: string): string {
  return type
    .replace(/^character varying\b/, 'varchar')
    .replace(/^character\b/, 'char')
    .replace(/^timestamp(\(\d\))? with time zone/, 'timestamptz$1')
    .replace(/^timestamp(\(\d\))? without time zone/, 'timestamp$1')
    .replace(/^time(\(\d\))? with time zone/, 'timetz$1')
    .replace(/^time(\(\d\))? without time zone/, 'time$1');
}

/** A name as MikroORM takes it: it adds the quotes. */
function unquoted(type: string): string {
  const parts = tokenize(type, FRAGMENTS).filter(isMeant);
  return parts.map(token => nameOf(token) ?? token.text).join('');
}

const TEXTS: ReadonlySet<string> = new Set(['string', 'text', 'character', 'enum']);
const AMOUNTS: ReadonlySet<string> = new Set(['smallint', 'integer', 'float', 'double', 'decimal']);

/** Takes a default apart, as far as it is a plain value of the property's type. */
export function defaultOf({ default: text }: LiveColumn, { type }: KindOfValue): ColumnDefault | undefined {
  if (text === undefined) return undefined;
  const number = /^\(?'?(-?\d+(?:\.\d+)?)'?\)?(?:::[a-z ]+)?$/.exec(text)?.[1];
  if (AMOUNTS.has(type) && number !== undefined) return { value: Number(number) };
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return { value: text === 'true' };
  const literal = /^'((?:[^'\\]|'')*)'(?:::[^']+)?$/.exec(text)?.[1];
  if (TEXTS.has(type) && literal !== undefined) return { value: literal.replaceAll("''", "'") };
  return { sql: text };
}
