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

export function isJson({ base }: TypeParts): boolean {
  return base === 'json' || base === 'jsonb';
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
  if (isEnum) return `${column}::text${from.endsWith('[]') ? '[]' : ''}::${to}`;
  if (isText(wanted)) return undefined;
  if (isNumber(old) && wanted.base === 'boolean') return `${column} <> 0`;
  if (old.base === 'boolean' && isNumber(wanted)) return `${column}::integer::${to}`;
  if (isJson(wanted) && !isJson(old) && !isText(old)) return `to_${wanted.base}(${column})`;
  return `${column}::${to}`;
}
