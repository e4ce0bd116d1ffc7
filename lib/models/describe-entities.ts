import { isRaw, ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import {
  by,
  compact,
  filled,
  type CheckDescription,
  type EntityDescription,
  type PolicyDescription,
  type StorageDescription,
  type TriggerDescription,
  type ViewDescription,
} from './description.ts';
import { describeIndexes, describeUniques, jsonOf } from './describe-indexes.ts';
import { describeProperty, isStored, namesByValue } from './describe-properties.ts';
import { isSkipped, isSkippedColumn, readingOf, tableOf, type EntitySource, type Reading } from './metadata-reading.ts';
import { isOutsider, isPivotOfRelation } from '../mikro-orm/stored-metadata.ts';
import { sqlText } from './sql-text.ts';

/**
 * Describes what the entities of an ORM mean as storage, from their metadata alone: no database is asked. Embeddables,
 * virtual entities and abstract bases have no separate storage and are found in the entities that use them.
 *
 * @param filter chooses among the entities; all by default.
 */
export function describeEntities(
  source: EntitySource,
  filter: (meta: EntityMetadata) => boolean = () => true,
): StorageDescription {
  const reading = readingOf(source);
  const entities = [...reading.metadata]
    .filter(meta => hasStorage(meta) && !isSkipped(meta, reading) && filter(meta))
    .map(meta => describeEntity(meta, reading))
    .toSorted(by(entity => entity.name));
  return { entities };
}

/** Tells whether an entity is stored: in a separate table, or in the table of another. */
export function hasStorage(meta: EntityMetadata): boolean {
  if (meta.embeddable || meta.virtual || isOutsider(meta) || isPivotOfRelation(meta)) return false;
  return !meta.abstract || meta.root.inheritanceType !== undefined;
}

function describeEntity(meta: EntityMetadata, reading: Reading): EntityDescription {
  const parent = parentOf(meta, reading);
  const single = meta.root.inheritanceType === 'sti';
  const place = { path: '', inObject: false, nullable: single && parent !== undefined, inView: isView(meta) };
  const own = ownProperties(meta, reading);
  const described = compact<EntityDescription>({
    name: meta.className,
    table: meta.tableName,
    namespace: meta.schema,
    extends: parent?.className,
    inheritance: single ? 'single table' : meta.root.inheritanceType && 'table per type',
    discriminator: single &&
      parent === undefined && {
        column: columnOf(meta, String(meta.discriminatorColumn)),
        values: namesByValue(meta.discriminatorMap ?? {}, reading),
      },
    properties: own
      .flatMap(prop => describeProperty(prop, reading, place))
      .filter(({ columns }) => !isSkippedColumn(columns, meta, reading))
      .toSorted(by(prop => prop.name)),
    view: isView(meta) && describeView(meta, reading),
    hints: meta.comment !== undefined && { comment: meta.comment },
  });
  // The root of a single table speaks for all of it.
  return single && parent ? described : { ...described, ...describeTable(meta, reading) };
}

/** What belongs to the table as a whole. */
function describeTable(meta: EntityMetadata, reading: Reading): Partial<EntityDescription> {
  const keys = meta.getPrimaryProps().flatMap(prop => prop.fieldNames);
  const columns = tableProperties(meta).filter(
    prop =>
      prop.persist !== false &&
      prop.fieldNames &&
      !isInObject(prop, meta) &&
      !isSkippedColumn(prop.fieldNames, meta, reading),
  );
  if (isView(meta) && !meta.materialized) return compact<Partial<EntityDescription>>({ primaryKey: filled(keys) });
  const indexes = {
    primaryKey: filled(keys),
    indexes: describeIndexes(meta, columns, reading),
    uniques: describeUniques(meta, columns, reading),
  };
  if (isView(meta)) return compact<Partial<EntityDescription>>(indexes);
  return compact<Partial<EntityDescription>>({
    ...indexes,
    checks: describeChecks(meta, columns, reading),
    triggers: describeTriggers(meta.tableName, meta, reading),
    policies: describePolicies(meta, reading),
    rowLevelSecurity: meta.rowLevelSecurity,
    partitions: meta.partitionBy && jsonOf(partitionsOf(meta)),
  });
}

/** The entity this one shares its row with. */
export function parentOf(meta: EntityMetadata, { metadata }: Reading): EntityMetadata | undefined {
  if (meta.root === meta || meta.root.inheritanceType === undefined) return undefined;
  for (let base = Object.getPrototypeOf(meta.class); typeof base === 'function'; base = Object.getPrototypeOf(base)) {
    const found = metadata.find(base);
    if (found && found !== meta && found.root === meta.root) return found;
  }
  return meta.root;
}

/** The properties described with this entity: each is, once, with the entity that declares it. */
function ownProperties(meta: EntityMetadata, reading: Reading): EntityProperty[] {
  const isElsewhere = (prop: EntityProperty) =>
    prop.kind === ReferenceKind.MANY_TO_MANY && isSkipped(reading.metadata.get(prop.pivotEntity), reading);
  const props = tableProperties(meta).filter(prop => !prop.embedded && isStored(prop) && !isElsewhere(prop));
  if (meta.root.inheritanceType !== 'sti') return props;
  // The root of a single table has its children's properties as well, marked as inherited.
  const inherited = new Set<string>();
  for (let base = parentOf(meta, reading); base; base = parentOf(base, reading)) {
    for (const prop of base.props) if (!prop.inherited && isStored(prop)) inherited.add(placeOf(prop));
  }
  return props.filter(prop => !prop.inherited && !inherited.has(placeOf(prop)));
}

function placeOf(prop: EntityProperty): string {
  return [prop.name, ...(prop.fieldNames ?? [])].join();
}

/** The properties kept in the entity's own table: those of a type's own table do not include its parent's. */
function tableProperties(meta: EntityMetadata): EntityProperty[] {
  if (!meta.tptParent || !meta.ownProps) return meta.props;
  const own = meta.ownProps;
  const keys = meta.getPrimaryProps().filter(key => !own.includes(key));
  // The parent counts, and its child takes over the number.
  return [...keys.map(key => ({ ...key, autoincrement: false })), ...own, ...pivotsOfChild(meta)];
}

/** The many-to-many relations of a parent have a table for each of its children. */
function pivotsOfChild({ props, ownProps = [], tptParent }: EntityMetadata): EntityProperty[] {
  const inherited: Record<string, EntityProperty> = tptParent?.properties ?? {};
  return props.filter(
    prop =>
      prop.kind === ReferenceKind.MANY_TO_MANY &&
      prop.pivotTable !== undefined &&
      prop.pivotTable !== inherited[prop.name]?.pivotTable &&
      !ownProps.includes(prop),
  );
}

function isInObject(prop: EntityProperty, meta: EntityMetadata): boolean {
  const properties: Record<string, EntityProperty> = meta.properties;
  const holder = prop.embedded && properties[prop.embedded[0]];
  return holder !== undefined && (holder.object === true || holder.array === true || isInObject(holder, meta));
}

function columnOf(meta: EntityMetadata, name: string): string {
  const properties: Record<string, EntityProperty> = meta.properties;
  return properties[name]?.fieldNames[0] ?? name;
}

/** Tells whether an entity is a view. */
export function isView(meta: EntityMetadata): boolean {
  return Boolean(meta.view);
}

/** What a view selects, as SQL in one spelling. */
export function describeView(meta: EntityMetadata, { platform, em }: Reading): ViewDescription {
  const { expression } = meta;
  const answer: unknown = typeof expression === 'function' ? expression(em, {}, {}) : expression;
  return compact<ViewDescription>({
    expression: sqlText(isQuery(answer) ? answer.getFormattedQuery() : answer, platform) ?? '',
    materialized: meta.materialized === true || undefined,
    withoutData: meta.withData === false || undefined,
  });
}

function isQuery(value: unknown): value is { getFormattedQuery(): string } {
  return typeof value === 'object' && value !== null && !isRaw(value) && 'getFormattedQuery' in value;
}

function describeChecks(meta: EntityMetadata, columns: readonly EntityProperty[], { platform }: Reading) {
  const byName = new Map<string | undefined, EntityProperty>(columns.map(prop => [prop.name, prop]));
  const checks = meta.checks
    // In a separate table, a child has no inherited column, and no check of it.
    .filter(({ property }) => property === undefined || byName.has(property) || meta.tptParent === undefined)
    .map(check => ({ check, expression: sqlText(check.expression, platform) ?? '' }))
    .filter(({ check, expression }) => !enumChecks(byName.get(check.property)).has(expression))
    .map(({ check, expression }) =>
      compact<CheckDescription>({
        expression,
        hints: filled(compact<NonNullable<CheckDescription['hints']>>({ name: check.name, property: check.property })),
      }),
    );
  // Two that say the same are two to the database, unless they have one name.
  const distinct = new Map(checks.map(check => [JSON.stringify([check.expression, check.hints?.name]), check]));
  return filled([...distinct.values()].toSorted(by(check => `${check.expression}\0${check.hints?.name ?? ''}`)));

  /** The checks that dialects and releases of MikroORM make of an enum's items. */
  function enumChecks(prop: EntityProperty | undefined): Set<string | undefined> {
    const [name] = prop?.fieldNames ?? [];
    if (!prop?.items || name === undefined) return new Set();
    const column = platform.quoteIdentifier(name);
    const items = prop.items.map(item => platform.quoteValue(String(item)));
    const spellings = [
      `${column} in (${items.join(', ')})`,
      `${column} in ('${prop.items.join("', '")}')`,
      `${column} <@ array[${items.map(item => `${item}::text`).join(', ')}]`,
    ];
    return new Set(spellings.map(spelling => sqlText(spelling, platform)));
  }
}

/** What the first releases of MikroORM 7 knew nothing of. */
type LaterMetadata = Partial<Pick<EntityMetadata, 'triggers' | 'policies'>>;

function describeTriggers(table: string, { triggers = [] }: LaterMetadata, { platform, naming }: Reading) {
  const described = triggers.map(({ name, timing, events, forEach = 'row', when, body, expression }) => {
    const isUsual = name === undefined || name === naming.indexName(table, events, 'trigger');
    return compact<TriggerDescription>({
      timing,
      events: events.toSorted(),
      forEach,
      when: sqlText(when, platform),
      name: isUsual ? undefined : name,
      body: sqlText(body ?? expression, platform),
      hints: isUsual && name !== undefined && { name },
    });
  });
  return filled(described.toSorted(by(trigger => JSON.stringify(trigger))));
}

function describePolicies({ policies = [] }: LaterMetadata, { platform }: Reading) {
  const described = policies.map(policy =>
    compact<PolicyDescription>({
      command: policy.command ?? 'all',
      type: policy.type ?? 'permissive',
      roles: policy.roles && filled(policy.roles.toSorted()),
      using: sqlText(policy.using, platform),
      check: sqlText(policy.check, platform),
      hints: policy.name !== undefined && { name: policy.name },
    }),
  );
  return filled(described.toSorted(by(policy => JSON.stringify(policy))));
}

function partitionsOf(meta: EntityMetadata): unknown {
  const expression: unknown = meta.partitionBy?.expression;
  const evaluated: unknown =
    typeof expression === 'function' ? expression(meta.createSchemaColumnMappingObject(), tableOf(meta)) : expression;
  return { ...meta.partitionBy, expression: evaluated };
}
