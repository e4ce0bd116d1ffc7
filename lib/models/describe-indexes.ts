import { RawQueryFragment, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { by, compact, filled, type IndexDescription, type Json } from './description.ts';
import { isToOne } from './describe-properties.ts';
import { tableOf, type Reading } from './metadata-reading.ts';
import { sqlText } from './sql-text.ts';

type IndexDefinition = EntityMetadata['indexes'][number] & { deferMode?: string };

/**
 * Describes the indexes of a table, whether they were asked for at a property or at the entity. The plain index on a
 * to-one relation is none of them: some dialects make it by themselves, and then its origin is unknown.
 */
export function describeIndexes(meta: EntityMetadata, columns: readonly EntityProperty[], reading: Reading) {
  const onProperties = columns
    .filter(prop => prop.index && !isToOne(prop))
    .map(prop => indexOf(prop.fieldNames, prop.index));
  const onEntity = meta.indexes.map(index => describeIndex(meta, index, reading));
  const relations = new Set(columns.filter(isToOne).map(prop => prop.fieldNames.join()));
  return inOrder([
    ...onProperties,
    ...onEntity.filter(index => !isPlain(index) || !relations.has(index.columns.join())),
  ]);
}

/** Describes the unique constraints of a table, whether they were asked for at a property or at the entity. */
export function describeUniques(meta: EntityMetadata, columns: readonly EntityProperty[], reading: Reading) {
  const onProperties = columns
    .filter(prop => prop.unique && !(prop.primary && !meta.compositePK))
    .map(prop => indexOf(prop.fieldNames, prop.unique, prop.deferMode));
  return inOrder([...onProperties, ...meta.uniques.map(unique => describeIndex(meta, unique, reading))]);
}

function indexOf(
  columns: readonly string[],
  name: string | boolean | undefined,
  deferrable?: string,
): IndexDescription {
  return compact<IndexDescription>({ columns, deferrable, hints: typeof name === 'string' && { name } });
}

function describeIndex(meta: EntityMetadata, index: IndexDefinition, { platform }: Reading): IndexDescription {
  const ordered = index.columns ?? [];
  const named =
    index.properties === undefined || index.properties.length === 0 ? ordered.map(part => part.name) : index.properties;
  return compact<IndexDescription>({
    columns: columnsOf(meta, named),
    expression: sqlText(expressionOf(meta, index), platform),
    where: typeof index.where === 'string' ? sqlText(index.where, platform) : jsonOf(index.where),
    type: index.type,
    order: ordered.length > 0 && jsonOf(ordered.map(part => ({ ...part, name: columnsOf(meta, part.name).join() }))),
    include: index.include !== undefined && columnsOf(meta, index.include),
    options: jsonOf(index.options),
    deferrable: index.deferMode,
    fillFactor: index.fillFactor,
    invisible: index.invisible === true || undefined,
    disabled: index.disabled === true || undefined,
    clustered: index.clustered === true || undefined,
    hints: index.name !== undefined && { name: index.name },
  });
}

/** An expression is handed the index's name; a stand-in keeps the meaning free of it. */
function expressionOf(meta: EntityMetadata, { expression }: IndexDefinition): unknown {
  if (typeof expression !== 'function') return expression;
  return expression(meta.createSchemaColumnMappingObject(), tableOf(meta), 'index');
}

/** Columns of properties, in order. Inside an embedded one the name goes on with dots, inside JSON it stays so. */
function columnsOf(meta: EntityMetadata, names: string | readonly string[]): string[] {
  const columns = [names].flat().flatMap(name => {
    const prop = propertyOf(meta, name);
    if (prop) return prop.embeddedPath ? [prop.embeddedPath.join('.')] : prop.fieldNames;
    const [root = '', ...rest] = name.split('.');
    return [[propertyOf(meta, root)?.fieldNames[0] ?? root, ...rest].join('.')];
  });
  return [...new Set(columns)];
}

function propertyOf(meta: EntityMetadata, name: string): EntityProperty | undefined {
  const properties: Record<string, EntityProperty> = meta.properties;
  const [root = '', ...rest] = name.split('.');
  return rest.reduce<EntityProperty | undefined>(
    (prop, part) => prop?.embeddedProps?.[part],
    properties[name] ?? properties[root],
  );
}

function isPlain({ columns: _columns, hints: _hints, ...more }: IndexDescription): boolean {
  return filled(more) === undefined;
}

/** Sorted, and each once: the same index may be asked for in several ways. With another name it is another index. */
function inOrder(indexes: readonly IndexDescription[]): readonly IndexDescription[] | undefined {
  const once = new Map(indexes.map(index => [identityOf(index), index]));
  return filled([...once.values()].toSorted(by(identityOf)));
}

function identityOf(index: IndexDescription): string {
  return JSON.stringify([meaningOf(index), index.hints?.name ?? '']);
}

function meaningOf({ hints: _hints, ...meaning }: IndexDescription): string {
  return JSON.stringify(meaning);
}

/** Plain data out of what may hold dates, patterns and raw SQL, also as keys. */
export function jsonOf(value: unknown): Json | undefined {
  const raw = RawQueryFragment.getKnownFragment(value);
  if (raw) return { sql: raw.sql, params: jsonOf(raw.params) ?? [] };
  if (Array.isArray(value)) return value.map(item => jsonOf(item) ?? null);
  if (value instanceof RegExp) return String(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  }
  const entries = Reflect.ownKeys(value).map((key): [string, Json | undefined] => [
    typeof key === 'string' ? key : (RawQueryFragment.getKnownFragment(key)?.sql ?? String(key)),
    jsonOf(Reflect.get(value, key)),
  ]);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
