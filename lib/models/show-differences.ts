import { SchemaDefinitionError } from '../errors.ts';
import type {
  CheckDescription,
  EntityDescription,
  IndexDescription,
  PolicyDescription,
  PropertyDescription,
  ReferenceDescription,
  StorageDescription,
  TriggerDescription,
} from './description.ts';
import { canonical, meaningOf } from './fingerprint.ts';
import { sizeOf } from './property-size.ts';

/** What the two sides are called in a sentence: `['the frozen version 3', 'the live entities']`. */
type SideNames = readonly [string, string];

/**
 * Tells in sentences in which two descriptions mean different storage, entity by entity; none if they mean the same.
 * Hints are not looked at.
 *
 * @example
 * differences(frozen, live, ['the frozen version 3', 'the live entities'])
 * // ['Animal.legs is in the frozen version 3 only', 'Animal.name has default \'Leo\' in the live entities only']
 */
export function differences(
  a: StorageDescription,
  b: StorageDescription,
  sides: SideNames = ['the first', 'the second'],
): string[] {
  const [left, right] = [meaningOf(a).entities, meaningOf(b).entities];
  return pairs(left, right, entity => entity.name).flatMap(([name, one, other]) =>
    one && other ? entityDifferences(one, other, sides) : [onlyIn(`${name} is`, one, sides)],
  );
}

/**
 * Tells in sentences in which two descriptions differ as storage on the driver at hand: in what they mean, and in what the
 * driver makes of it (column types, lengths, precision, scale). Names of indexes and comments are not looked at.
 */
export function storageDifferences(a: StorageDescription, b: StorageDescription, sides: SideNames): string[] {
  const properties = pairs(a.entities, b.entities, entity => entity.name).flatMap(([name, one, other]) =>
    pairs(one?.properties ?? [], other?.properties ?? [], prop => prop.name).map(
      ([prop, mine, yours]) => [`${name}.${prop}`, mine, yours] as const,
    ),
  );
  return [
    ...differences(a, b, sides),
    ...properties.flatMap(([name, mine, yours]) => (mine && yours ? columnDifferences(name, mine, yours, sides) : [])),
  ];
}

/** In what a driver makes another column of a property that means the same. */
function columnDifferences(name: string, mine: PropertyDescription, yours: PropertyDescription, sides: SideNames) {
  const isOther = (['kind', 'type', 'array', 'nativeEnum', 'target', 'embeddable'] as const).some(
    key => canonical(mine[key]) !== canonical(yours[key]),
  );
  // That difference is listed already, and has other columns.
  if (isOther) return [];
  const tell = (has: string, left: unknown, right: unknown) =>
    canonical(left) !== canonical(right)
      ? [`${name} ${has} ${show(left)} in ${sides[0]} and ${show(right)} in ${sides[1]}`]
      : [];
  const types = tell('is', mine.hints?.columnTypes ?? 'nothing', yours.hints?.columnTypes ?? 'nothing');
  const [[length, digits, scale], [otherLength, otherDigits, otherScale]] = [sizeOf(mine), sizeOf(yours)];
  const sizes = [
    ...tell('has length', length, otherLength),
    ...tell('has precision', digits + scale, otherDigits + otherScale),
    ...tell('has scale', scale, otherScale),
  ];
  return [
    ...(types.length > 0 ? types : sizes),
    ...tell('is for the application', mine.hints?.runtimeType ?? 'Date', yours.hints?.runtimeType ?? 'Date'),
    ...tell('has', mine.hints?.extra ?? 'nothing', yours.hints?.extra ?? 'nothing'),
  ];
}

function entityDifferences(one: EntityDescription, other: EntityDescription, sides: SideNames): string[] {
  const { name } = one;
  const properties = pairs(one.properties, other.properties, prop => prop.name).flatMap(([prop, mine, yours]) =>
    mine && yours
      ? attributeDifferences(`${name}.${prop}`, mine, yours, sides)
      : [onlyIn(`${name}.${prop} is`, mine, sides)],
  );
  const { properties: _mine, ...itself } = one;
  const { properties: _yours, ...otherSelf } = other;
  return [
    ...attributeDifferences(name, itself, otherSelf, sides),
    ...properties,
    ...partDifferences(name, one.indexes, other.indexes, nameIndex('index'), sides),
    ...partDifferences(name, one.uniques, other.uniques, nameIndex('unique constraint'), sides),
    ...partDifferences(name, one.checks, other.checks, nameCheck, sides),
    ...partDifferences(name, one.triggers, other.triggers, nameTrigger, sides),
    ...partDifferences(name, one.policies, other.policies, namePolicy, sides),
  ];
}

/** What an attribute is called where it has a value. */
const NOUNS: Readonly<Record<string, string>> = {
  table: 'table',
  namespace: 'namespace',
  extends: 'parent',
  inheritance: 'inheritance',
  discriminator: 'discriminator',
  primaryKey: 'primary key',
  rowLevelSecurity: 'row level security',
  partitions: 'partitions',
  view: 'view',
  kind: 'kind',
  type: 'type',
  items: 'allowed values',
  nativeEnum: 'native enum',
  columns: 'column',
  key: 'key',
  default: 'default',
  generated: 'expression',
  collation: 'collation',
  embeddable: 'embeddable',
  target: 'target',
  references: 'foreign key',
  pivot: 'pivot table',
};

/** What a property is where an attribute is set. */
const ADJECTIVES: Readonly<Record<string, string>> = {
  nullable: 'nullable',
  primary: 'part of the primary key',
  autoincrement: 'counted up by the database',
  version: 'the version property',
  array: 'an array',
  object: 'kept as JSON',
};

function showReference(reference: unknown): string {
  const { table, namespace, columns, onDelete, onUpdate, deferrable } = reference as ReferenceDescription;
  const said = [`to ${namespace === undefined ? '' : `${namespace}.`}${table} (${columns.join(', ')})`];
  if (onDelete !== undefined) said.push(`on delete ${onDelete}`);
  if (onUpdate !== undefined) said.push(`on update ${onUpdate}`);
  if (deferrable !== undefined) said.push(`checked ${deferrable}`);
  return said.join(' ');
}

function attributeDifferences(
  name: string,
  one: PropertyDescription | Omit<EntityDescription, 'properties'>,
  other: PropertyDescription | Omit<EntityDescription, 'properties'>,
  sides: SideNames,
): string[] {
  const mine: Readonly<Record<string, unknown>> = { ...one };
  const yours: Readonly<Record<string, unknown>> = { ...other };
  const keys = [...Object.keys(ADJECTIVES), ...Object.keys(NOUNS)];
  return keys.flatMap(key => {
    const [left, right] = [mine[key], yours[key]];
    if (canonical(left) === canonical(right)) return [];
    if (ADJECTIVES[key] !== undefined) return [onlyIn(`${name} is ${ADJECTIVES[key]}`, left, sides)];
    const has = `${name} has ${NOUNS[key]}`;
    const showPart = key === 'references' ? showReference : show;
    if (left === undefined || right === undefined) return [onlyIn(`${has} ${showPart(left ?? right)}`, left, sides)];
    return [`${has} ${showPart(left)} in ${sides[0]} and ${showPart(right)} in ${sides[1]}`];
  });
}

/** Differences between two lists of parts, each of which is there or not. */
function partDifferences<T>(
  name: string,
  one: readonly T[] | undefined,
  other: readonly T[] | undefined,
  call: (part: T) => string,
  sides: SideNames,
): string[] {
  return pairs(one ?? [], other ?? [], canonical)
    .filter(([, mine, yours]) => mine === undefined || yours === undefined)
    .map(([, mine, yours]) => onlyIn(`${name}: the ${call((mine ?? yours) as T)} is`, mine, sides));
}

function nameIndex(noun: string): (index: IndexDescription) => string {
  return ({ columns, expression, ...more }) => `${noun} on ${expression ?? columns.join(', ')}${inBrackets(more)}`;
}

function nameCheck({ expression }: CheckDescription): string {
  return `check (${expression})`;
}

function nameTrigger({ timing, events, ...more }: TriggerDescription): string {
  return `trigger ${timing} ${events.join(' or ')}${inBrackets(more)}`;
}

function namePolicy({ command, ...more }: PolicyDescription): string {
  return `policy for ${command}${inBrackets(more)}`;
}

function inBrackets(more: object): string {
  const said = Object.entries(more).map(([key, value]) => `${key} ${show(value)}`);
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function onlyIn(said: string, left: unknown, [one, other]: SideNames): string {
  return `${said} in ${left === undefined ? other : one} only`;
}

/** Items of both lists by the same key, in the order of the keys. */
function pairs<T>(
  one: readonly T[],
  other: readonly T[],
  key: (item: T) => string,
): [string, T | undefined, T | undefined][] {
  const byKey = (items: readonly T[]) => new Map(items.map(item => [key(item), item]));
  const [left, right] = [byKey(one), byKey(other)];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].toSorted().map(name => [name, left.get(name), right.get(name)]);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join(', ');
  return typeof value === 'string' ? value : canonical(value);
}

/**
 * Refuses entities that differ at every import: a default that is computed when its file is imported makes a new version of
 * every start.
 *
 * @param first what one process read, or one import of the files.
 * @param second what another did.
 * @throws {@link SchemaDefinitionError} naming what differs.
 */
export function assertStable(first: StorageDescription, second: StorageDescription): void {
  const found = differences(first, second, ['the first reading', 'the second']);
  if (found.length === 0) return;
  const shown = found.slice(0, 3).join('; ');
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  throw new SchemaDefinitionError(
    `the entities differ each time their files are imported: ${shown}${more}. Compute the value in onCreate, or in the database with defaultRaw.`,
  );
}
