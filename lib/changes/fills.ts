import type { EntityDescription, PropertyDescription } from '../models/description.ts';
import { Imports } from '../source-code/import-lines.ts';
import { onOneLine } from '../source-code/layout.ts';
import { literal, stringLiteral } from '../source-code/literals.ts';
import { findChange, wrong } from './answer-targets.ts';
import { isReplaced, needsValue } from './property-shape.ts';
import { propertyPath, type Answer, type AnswerFill, type Question } from './questions.ts';
import type { EntityChange, PropertyCarry, PropertyChange, PropertyMove, StorageChanges } from './storage-changes.ts';
import { withParts } from './tables/carried-properties.ts';

/**
 * Finds the properties for which existing rows need a value: those that are not nullable and have no default.
 *
 * @param isOpen tells whether a new property may be the new name of another one
 * @param hasFill tells whether the value is already known
 */
export function fillQuestions(
  { after, properties }: EntityChange,
  isOpen: (property: PropertyDescription) => boolean,
  hasFill: (property: PropertyDescription) => boolean,
): Question[] {
  const added = properties.added
    .filter(property => needsValue(property) && !isOpen(property))
    .map(property => ({ property, isNew: true }));
  const altered = properties.altered
    .filter(asksForValues)
    .map(change => ({ property: change.after, isNew: isReplaced(change) }));
  return [...added, ...altered]
    .filter(({ property }) => !hasFill(property))
    .map(({ property, isNew }) => fillQuestion(after, property, isNew));
}

/** Finds the properties that moved to another entity and need a value for rows with null. */
export function moveQuestions(moved: readonly PropertyMove[], hasFill: (path: string) => boolean): Question[] {
  return moved
    .filter(move => asksForValues(move) && !hasFill(`${move.to.name}.${move.after.name}`))
    .map(({ to, after }) => fillQuestion(to, after, false));
}

/** Finds the properties that moved to another table of their tree and need a value for rows that get none. */
export function carryQuestions(carried: readonly PropertyCarry[], hasFill: (path: string) => boolean): Question[] {
  return carried.flatMap(({ from, to, direction }) =>
    to.flatMap(target =>
      withParts(target)
        .filter(now => {
          const wasNullable = from.flatMap(withParts).some(old => old.name === now.name && old.nullable);
          return (
            (direction === 'up' || wasNullable) && needsValue(now) && !hasFill(`${target.entity.name}.${now.name}`)
          );
        })
        .map(now => fillQuestion(target.entity, now, direction === 'up')),
    ),
  );
}

/** Tells whether rows may have no value for a property, because it was nullable or held something else before. */
function asksForValues(change: PropertyChange): boolean {
  const { after, changed } = change;
  if (isReplaced(change)) return needsValue(after);
  return (
    changed.includes('nullable') && !after.nullable && after.columns !== undefined && after.generated === undefined
  );
}

function fillQuestion(entity: EntityDescription, property: PropertyDescription, isNew: boolean): Question {
  const path = propertyPath(entity.name, property.name);
  const why = isNew ? 'is new and not nullable' : 'is no longer nullable';
  const who = isNew ? 'existing rows' : 'rows with null';
  const fill = (given: AnswerFill): Answer => ({ kind: 'fill', path, fill: given });
  return {
    kind: 'fill',
    path,
    text: `${entity.name}.${property.name} ${why}. Which value do ${who} get?`,
    choices: [
      { label: 'the same value in all rows', answer: fill({ value: '' }), input: valueHint(property) },
      { label: 'a value computed from the row', answer: fill({ sql: '' }), input: 'an SQL expression' },
      { label: 'leave empty: the table has no rows yet, or I will fill it in the step', answer: fill('none') },
    ],
  };
}

/** The value of a property in existing rows: source of a value, or SQL over the row; `'none'` leaves it to the step. */
export type FillSource =
  | { readonly source: string }
  | { readonly sql: string }
  | { readonly from: string }
  /** Columns of the same table, in order. */
  | { readonly columns: readonly string[] }
  | 'none';

/** Returns the values that are copied from other columns. */
export function copyFills({ altered }: StorageChanges): [path: string, fill: FillSource][] {
  return altered.flatMap(({ after, properties: { copied } }) =>
    copied.map((one): [string, FillSource] => [
      `${after.name}.${one.after.name}`,
      { columns: one.before.columns ?? [] },
    ]),
  );
}

/**
 * Adds the value that an answer gives to existing rows.
 *
 * @param fills by `Animal.legs`, with new names
 * @throws {@link AnswerError} for a property that needs no value, and for a value of another type
 */
export function addFill(
  answer: Extract<Answer, { kind: 'fill' }>,
  changes: StorageChanges,
  fills: Map<string, FillSource>,
): void {
  const { entity, name, open } = findFillable(answer, changes);
  const property = open.find(one => one.name === name);
  if (!property) throw wrong(answer, `'${answer.path}' is neither new nor changed`, fillableNames(open));
  const path = `${entity.name}.${name}`;
  if (fills.has(path))
    throw wrong(answer, `'${answer.path}' already gets the values of another property`, 'Leave this flag out');
  fills.set(path, fillOf(answer, property));
}

/** Lists the properties that can be filled, for an answer that names another one. */
function fillableNames(open: readonly PropertyDescription[]): string {
  return open.length > 0
    ? `Properties to fill: ${open.map(({ name }) => name).join(', ')}`
    : 'No property needs a value';
}

/** Finds the entity that an answer names, and its properties that can be filled. */
function findFillable(answer: Answer, { altered, ...changes }: StorageChanges) {
  const fillable: {
    readonly before: EntityDescription;
    readonly after: EntityDescription;
    open: PropertyDescription[];
  }[] = altered.map(({ before, after, properties }) => ({
    before,
    after,
    open: [...properties.added, ...properties.altered.map(one => one.after)].filter(isFillable),
  }));
  const arrived = [
    ...changes.moved.map(({ to, after: property }) => ({ entity: to, properties: [property] })),
    ...changes.carried.flatMap(({ to }) =>
      to.map(target => ({ entity: target.entity, properties: withParts(target).filter(isFillable) })),
    ),
  ];
  for (const { entity: to, properties } of arrived) {
    const same = fillable.find(one => one.after === to);
    if (same) same.open.push(...properties);
    else fillable.push({ before: to, after: to, open: properties });
  }
  const { change, name } = findChange(fillable, answer, one => one.after.name);
  return { entity: change.after, name, open: change.open };
}

function isFillable({ columns, kind }: PropertyDescription): boolean {
  return columns !== undefined || kind === 'embedded';
}

function fillOf(answer: Extract<Answer, { kind: 'fill' }>, property: PropertyDescription): FillSource {
  const { fill } = answer;
  if (fill === 'none' || 'sql' in fill) return fill;
  const read = readValue(fill.value, property);
  if ('source' in read) return read;
  throw wrong(
    answer,
    fill.value === '' ? `the value of ${answer.path} is missing` : `'${fill.value}' is not a value of ${answer.path}`,
    `Expected: ${read.expected}`,
  );
}

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [-128n, 127n],
  smallint: [-32_768n, 32_767n],
  mediumint: [-8_388_608n, 8_388_607n],
  integer: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** The source of a value, or a description of the expected text. */
type ReadValue = { readonly source: string } | { readonly expected: string };

/** Reads a value of a property from text, by the type of the property. */
function readValue(text: string, property: PropertyDescription): ReadValue {
  const { type = '', items, kind } = property;
  if (property.array) return json(text);
  if (items) {
    const item = items.find(candidate => String(candidate) === text);
    if (item === undefined) return { expected: `one of ${items.join(', ')}` };
    return { source: typeof item === 'string' ? stringLiteral(item) : String(item) };
  }
  if (kind === 'embedded' && property.object) return json(text);
  if (kind !== 'scalar') return key(text);
  switch (type) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'integer':
    case 'bigint':
      return whole(text, type);
    case 'float':
    case 'double':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? { source: String(Number(text)) }
        : { expected: 'a number' };
    case 'decimal':
      return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? { source: stringLiteral(text) } : { expected: 'a decimal number' };
    case 'boolean':
      return /^(?:true|false)$/.test(text) ? { source: text } : { expected: 'true or false' };
    case 'datetime':
      return isMoment(text)
        ? { source: `new Date(${stringLiteral(text)})` }
        : { expected: 'a date and time, such as 2026-01-31T12:00:00Z' };
    case 'date':
      return isDay(text) ? { source: stringLiteral(text) } : { expected: 'a date, such as 2026-01-31' };
    case 'time':
      return isTime(text) ? { source: stringLiteral(text) } : { expected: 'a time, such as 12:00:00' };
    case 'uuid':
      return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
        ? { source: stringLiteral(text) }
        : { expected: 'a UUID' };
    case 'string':
    case 'text':
    case 'character':
      return { source: stringLiteral(text) };
    case 'json':
    case 'array':
      return json(text);
    default:
      // A custom type may have any values: JSON is taken as data, and any other text as a string.
      return 'source' in json(text) ? json(text) : { source: stringLiteral(text) };
  }
}

/** Describes the text that a property expects, for a question. */
function valueHint(property: PropertyDescription): string {
  const read = readValue('\0', property);
  if ('expected' in read) return read.expected;
  return 'text';
}

function whole(text: string, type: string): ReadValue {
  const [least, most] = RANGES[type] ?? [0n, 0n];
  const expected = `a whole number from ${least} to ${most}`;
  if (!/^[+-]?\d+$/.test(text)) return { expected: 'a whole number' };
  const value = BigInt(text.replace('+', ''));
  if (value < least || value > most) return { expected };
  return { source: type === 'bigint' ? `${value}n` : String(value) };
}

/** Reads the key of another entity: a number, or text. */
function key(text: string): ReadValue {
  if (text === '\0' || text === '') return { expected: 'the key of an existing row' };
  return /^-?(?:0|[1-9]\d{0,14})$/.test(text) ? { source: text } : { source: stringLiteral(text) };
}

function json(text: string): ReadValue {
  try {
    const piece = literal(JSON.parse(text), new Imports());
    return piece === undefined ? { expected: 'JSON' } : { source: onOneLine(piece) };
  } catch {
    return { expected: 'JSON' };
  }
}

/** A day, or a moment of it with the zone it is meant in: without one, it would be another moment on every machine. */
function isMoment(text: string): boolean {
  const [, day = '', time = '00:00'] = /^([^T]*)(?:T(.*)(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  return isDay(day) && isTime(time) && !Number.isNaN(Date.parse(text));
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/.test(text);
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
