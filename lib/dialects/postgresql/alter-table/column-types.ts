/** The types whose values keep to what can be counted. */
const INTEGERS = ['smallint', 'integer', 'bigint'];
const NUMBERS = [...INTEGERS, 'numeric', 'real', 'double precision'];
const TEXTS = ['text', 'character varying', 'character'];

/** What a type is, as PostgreSQL spells it, apart from its precision. */
export interface TypeParts {
  /** As in `timestamp with time zone`. */
  readonly base: string;
  /** A length, a precision, or a precision and a scale. */
  readonly modifiers: readonly number[];
}

/** Takes a type apart: `numeric(10,2)`, `timestamp(3) with time zone`. */
export function partsOfType(type: string): TypeParts {
  const [, before = type, modifiers, after = ''] = /^([^("]+)\(([\d,-]+)\)(.*)$/.exec(type) ?? [];
  return { base: before + after, modifiers: modifiers?.split(',').map(Number) ?? [] };
}

export function isText({ base }: TypeParts): boolean {
  return TEXTS.includes(base);
}

export function isNumber({ base }: TypeParts): boolean {
  return NUMBERS.includes(base);
}

export function isInteger({ base }: TypeParts): boolean {
  return INTEGERS.includes(base);
}

/** Whether a type's numbers are rounded to so many digits. */
export function isFloat({ base }: TypeParts): boolean {
  return base === 'real' || base === 'double precision';
}

/** Whether a type holds bytes, or lists of them. */
export function isBytes({ base }: TypeParts): boolean {
  return base === 'bytea' || base === 'bytea[]';
}

/** Whether a type of the same kind keeps less: `varchar(10)` of `varchar(20)`, `timestamp(0)` of `timestamp`. */
export function isNarrower(from: TypeParts, to: TypeParts): boolean {
  return to.modifiers.some((modifier, index) => modifier < (from.modifiers[index] ?? Infinity));
}

/** Whether a type of the same kind keeps all. */
export function isWider(from: TypeParts, to: TypeParts): boolean {
  // More digits behind the point leave fewer before it, and bits are padded.
  const isLevel = /^(numeric|bit)(\[\])?$/.test(to.base) && to.modifiers.length > 0;
  return from.base === to.base && !isLevel && !isNarrower(from, to);
}

export function isJson({ base }: TypeParts): boolean {
  return base === 'json' || base === 'jsonb';
}

/** Whether what a cast makes depends on where the session is: a moment gets a zone, or loses it. */
export function dependsOnZone(from: string, to: string): boolean {
  const isRead = isText(partsOfType(from)) && partsOfType(to).base.startsWith('timestamp');
  return from !== to && ([from, to].some(type => type.includes('with time zone')) || isRead);
}

/**
 * The expression that makes a value of one type out of one of another, as far as that can be meant without saying so.
 *
 * @param column - as SQL says it
 * @param isEnum - whether the new type is a native enum, or lists of one
 * @returns `undefined` where PostgreSQL's own way is the careful one: an assignment complains of a text that is too long,
 * a cast cuts it
 */
export function castSql(column: string, from: string, to: string, isEnum = false): string | undefined {
  const [old, wanted] = [partsOfType(from), partsOfType(to)];
  if (isEnum) return `${column}::pg_catalog.text${from.endsWith('[]') ? '[]' : ''}::${to}`;
  if (isText(wanted)) return undefined;
  if (isText(old) && wanted.base === 'timestamp without time zone') return `${column}::timestamptz::${to}`;
  // A cast to `numeric` would round
  const [item = ''] = old.base.split('[]');
  if (isFloat({ ...old, base: item }) && wanted.base.startsWith('numeric'))
    return `${column}::pg_catalog.text${old.base.slice(item.length)}::${to}`;
  if (old.base === 'json' && wanted.base !== 'jsonb') return `${column}::pg_catalog.text::${to}`;
  if (isNumber(old) && wanted.base === 'boolean') return `${column}::numeric <> 0::numeric`;
  if (old.base === 'boolean' && isNumber(wanted)) return `${column}::integer::${to}`;
  if (isJson(wanted) && !isJson(old) && !isText(old)) return `to_${wanted.base}(${column})`;
  return `${column}::${to}`;
}
