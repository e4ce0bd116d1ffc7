import { isBytes, isFloat, isText, type TypeParts } from '../alter-table/column-types.ts';
import type { Unreadable } from './readable.ts';

/** An expression that is true for a value that is too long for a type of texts, or that is no text. */
export function misfitAsText(value: string, from: TypeParts, { modifiers: [length] }: TypeParts): string | undefined {
  // Their text is how PostgreSQL shows them, and not what they say.
  if (isBytes(from)) return `${value} is not null`;
  const isShorter = !isText(from) || (from.modifiers[0] ?? Infinity) > (length ?? Infinity);
  return length === undefined || !isShorter
    ? undefined
    : `pg_catalog.char_length(${value}::pg_catalog.text) > ${length}`;
}

/** An expression that is true for a text that another type does not read, or reads only in part. */
export function misfitOfText(value: string, to: TypeParts, type: string, unreadable: Unreadable): string {
  const text = `${value}::pg_catalog.text`;
  const unread = unreadable(text, type);
  const [other, lost] = partsLost(text, to, type) ?? [];
  if (lost === undefined) return unread;
  const unknown = other === undefined ? '' : ` or ${unreadable(text, other)}`;
  // The second may be asked only of what the first lets pass.
  return `case when ${unread}${unknown} then true else ${lost} end`;
}

/** What a type would leave out of a text that it reads, and the type that reads all of it. */
function partsLost(text: string, to: TypeParts, type: string): readonly [string | undefined, string] | undefined {
  const { base, modifiers } = to;
  const list = base.endsWith('[]') ? '[]' : '';
  if (isFloat({ ...to, base: base.slice(0, base.length - list.length) }))
    return [
      `numeric${list}`,
      `${text}::numeric${list} operator(pg_catalog.<>) ${text}::${type}::pg_catalog.text::numeric${list}`,
    ];
  if (isBytes(to)) return [undefined, `pg_catalog.strpos(${text}, E'\\\\') > 0`];
  if (base === 'jsonb') return [undefined, repeatsKeys(text)];
  if (base === 'date') return ['timestamp', `${text}::timestamp <> ${text}::pg_catalog.date::timestamp`];
  const precise = modifiers.length > 0 && !/^(bit|character)/.test(base) ? isRounded(text, base, type) : '';
  if (base === 'time without time zone')
    return [undefined, [`not ${text} ~ ${TIME_ALONE}`, precise].filter(Boolean).join(' or ')];
  return precise ? [undefined, precise] : undefined;
}

/** What an extension compares by is its own affair: of its types the texts are compared. */
function isRounded(text: string, base: string, type: string): string {
  const isBuiltIn = /^(numeric|time|interval)/.test(base);
  if (isBuiltIn) return `${text}::${base} operator(pg_catalog.<>) ${text}::${type}`;
  return `${text}::${base}::pg_catalog.text <> ${text}::${type}::pg_catalog.text`;
}

/** A date or a zone in front of a time, or behind it, is read and forgotten. */
const TIME_ALONE = String.raw`E'^\\s*\\d{1,2}:\\d{2}(:\\d{2}([.,]\\d+)?)?(\\s*[aApP][mM])?\\s*$'`;

/** Of keys that are equal `jsonb` keeps the last. */
export function repeatsKeys(text: string): string {
  return `${keysIn(text)} <> ${keysIn(`${text}::pg_catalog.jsonb::pg_catalog.text`)}`;
}

/** How many keys stand in a text of JSON: without its strings, each has its colon. */
function keysIn(json: string): string {
  const bare = String.raw`pg_catalog.regexp_replace(${json}, E'"([^"\\\\]|\\\\.)*"', '', 'g')`;
  return `(pg_catalog.char_length(${bare}) - pg_catalog.char_length(pg_catalog.replace(${bare}, ':', '')))`;
}
