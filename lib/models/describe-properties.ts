import {
  ReferenceKind,
  Type,
  types,
  type Dictionary,
  type EntityClass,
  type EntityMetadata,
  type EntityProperty,
} from '@mikro-orm/core';
import {
  by,
  compact,
  filled,
  type Discriminator,
  type PivotDescription,
  type PropertyDescription,
  type PropertyHints,
  type PropertyKind,
  type ReferenceDescription,
} from './description.ts';
import type { Reading } from './metadata-reading.ts';
import { defaultText, sqlText } from './sql-text.ts';
import { isPivotOfRelation } from '../mikro-orm/stored-metadata.ts';

/** Where a property stands, if it is not at the top of an entity. */
interface Place {
  /** What comes before its name: `address.` */
  readonly path: string;
  /** Its value is part of a JSON document and has no column. */
  readonly inObject: boolean;
  /** Everything here may be null, because what it belongs to may be absent. */
  readonly nullable: boolean;
  /** No constraints, because a view keeps none. */
  readonly inView: boolean;
}

/** Describes a property of an entity, and those inside it if it is an embedded one. */
export function describeProperty(prop: EntityProperty, reading: Reading, place: Place): PropertyDescription[] {
  switch (prop.kind) {
    case ReferenceKind.EMBEDDED:
      return describeEmbedded(prop, reading, place);
    case ReferenceKind.MANY_TO_MANY:
      return [describeManyToMany(prop, reading, place)];
    case ReferenceKind.MANY_TO_ONE:
    case ReferenceKind.ONE_TO_ONE:
      return [describeToOne(prop, reading, place)];
    default:
      return [describeScalar(prop, reading, place)];
  }
}

/** Tells whether a property is stored separately: in a column, a key in a document, or a pivot table. */
export function isStored(prop: EntityProperty): boolean {
  if (prop.kind === ReferenceKind.ONE_TO_MANY || prop.formula) return false;
  if (prop.kind === ReferenceKind.EMBEDDED && prop.persist === false && holdsStored(prop)) return true;
  // Discovery marks what lives inside a JSON document as not persisted, since the whole document is.
  if (prop.persist === false && prop.userDefined !== false) return false;
  if (prop.kind === ReferenceKind.MANY_TO_MANY || prop.kind === ReferenceKind.ONE_TO_ONE) return prop.owner;
  return prop.persist !== false || prop.embedded !== undefined;
}

/** Tells whether an embedded property that is not stored itself has properties in columns that are. */
export function holdsStored(prop: EntityProperty): boolean {
  if (prop.object === true || prop.array === true) return false;
  return Object.values(prop.embeddedProps ?? {}).some(isStored);
}

/** Tells whether a property is a to-one relation. */
export function isToOne(prop: EntityProperty): boolean {
  return prop.kind === ReferenceKind.MANY_TO_ONE || prop.kind === ReferenceKind.ONE_TO_ONE;
}

function describeScalar(prop: EntityProperty, reading: Reading, place: Place): PropertyDescription {
  const items = prop.items && (prop.nativeEnumName ? prop.items : prop.items.toSorted(by(String)));
  return compact<PropertyDescription>({
    ...basics(prop, items ? 'enum' : 'scalar', reading, place),
    type: items ? undefined : logicalType(prop),
    items,
    nativeEnum: prop.nativeEnumName,
    array: items && prop.array,
    default: defaultOf(prop, reading),
    autoincrement: prop.autoincrement,
    version: prop.version,
    generated: sqlText(prop.generated, reading.platform),
    collation: prop.collation,
  });
}

function describeToOne(prop: EntityProperty, reading: Reading, place: Place): PropertyDescription {
  return compact<PropertyDescription>({
    ...basics(prop, prop.kind === ReferenceKind.ONE_TO_ONE ? '1:1' : 'm:1', reading, place),
    ...pointing(prop, reading),
    default: defaultOf(prop, reading),
    references: place.inObject || place.inView ? undefined : describeReference(prop, reading),
  });
}

function describeManyToMany(prop: EntityProperty, reading: Reading, place: Place): PropertyDescription {
  const pivot = reading.metadata.get(prop.pivotEntity);
  return compact<PropertyDescription>({
    name: place.path + prop.name,
    kind: 'm:n',
    ...pointing(prop, reading),
    pivot: describePivot(prop, reading),
    hints: isPivotOfRelation(pivot) && { columnTypes: pivotColumns(prop, pivot).flatMap(keyTypes) },
  });
}

/** A pivot table that holds keys of several entities has a column for all of them, which is no relation. */
function pivotColumns({ polymorphic }: EntityProperty, { props }: EntityMetadata): EntityProperty[] {
  return polymorphic ? props.filter(part => part.persist !== false) : props.filter(isToOne);
}

/** The types of the columns that point to a key, and the lengths that a driver keeps to itself. */
function keyTypes(prop: EntityProperty): string[] {
  const lengths = keyLengths(prop);
  return prop.columnTypes.map((type, index) => {
    const length = lengths.length === prop.columnTypes.length ? lengths[index] : prop.length;
    return length === undefined || type.includes('(') ? type : `${type}(${length})`;
  });
}

/** The length of each column that points to a key: MikroORM knows that of one of them. */
function keyLengths({
  targetMeta,
  referencedColumnNames,
  length,
  columnTypes,
}: EntityProperty): (number | undefined)[] {
  if (!targetMeta || columnTypes.length === 1) return [length];
  const byName = new Map(
    targetMeta.getPrimaryProps().flatMap(part => {
      const lengths = isToOne(part) && part.targetMeta !== targetMeta ? keyLengths(part) : [part.length];
      return part.fieldNames.map((name, index) => [name, lengths[index]] as const);
    }),
  );
  return referencedColumnNames.map(name => byName.get(name));
}

function describeEmbedded(prop: EntityProperty, reading: Reading, place: Place): PropertyDescription[] {
  const { columns, ...itself } = basics(prop, 'embedded', reading, place);
  const object = place.inObject || prop.object === true || prop.array === true;
  const embeddable = reading.metadata.find(prop.embeddable);
  const described = compact<PropertyDescription>({
    ...itself,
    embeddable: prop.type,
    array: prop.array,
    object: object || undefined,
    columns: object ? columns : undefined,
    default: defaultOf(prop, reading),
    discriminator: embeddable && embeddableVariants(embeddable),
  });
  const inside: Place = {
    path: `${described.name}.`,
    inObject: object,
    nullable: described.nullable === true && !object,
    inView: place.inView,
  };
  const nested = Object.entries(prop.embeddedProps ?? {})
    .filter(([key, part]) => isStored(part) && embeddable?.properties[key as never]?.persist !== false)
    .flatMap(([key, part]) => describeProperty({ ...part, name: key }, reading, inside));
  return [described, ...nested];
}

/** A version property starts with the dialect's first value, unless it has a default. */
function defaultOf(prop: EntityProperty, { platform }: Reading): string | undefined {
  return prop.version && !('default' in prop) ? undefined : defaultText(prop, platform);
}

/** What all kinds have in common. */
function basics(prop: EntityProperty, kind: PropertyKind, reading: Reading, place: Place): PropertyDescription {
  return compact<PropertyDescription>({
    name: place.path + prop.name,
    kind,
    columns: place.inObject ? undefined : prop.fieldNames,
    key: place.inObject && prop.fieldNames[0],
    nullable: prop.nullable || (place.nullable && !prop.primary) || undefined,
    primary: prop.primary,
    hints: place.inObject ? undefined : filled(hintsOf(prop, reading)),
  });
}

function hintsOf(prop: EntityProperty, reading: Reading): PropertyHints {
  return compact<PropertyHints>({
    columnTypes: prop.columnTypes && filled(isToSeveral(prop) ? keyTypes(prop) : columnTypesOf(prop, reading)),
    length: prop.length,
    precision: prop.precision,
    scale: prop.scale,
    unsigned: prop.unsigned,
    runtimeType: isMoment(prop) && OTHER_FORMS.has(prop.runtimeType) && prop.runtimeType,
    comment: prop.comment,
    extra: prop.extra,
    foreignKey: prop.foreignKeyName,
    index: isToOne(prop) && prop.index,
    implicit: (prop.userDefined === false && !prop.embedded) || undefined,
  });
}

/** Tells whether a relation points to a key of several columns. */
function isToSeveral(prop: EntityProperty): boolean {
  return isToOne(prop) && prop.polymorphic !== true && prop.columnTypes.length > 1;
}

/** Asked for by `runtimeType()`. Of a column type that MikroORM does not know it says `unknown`, and stores a Date. */
const OTHER_FORMS: ReadonlySet<string> = new Set(['string', 'number']);

/** A date with a time that no custom type converts: the driver stores it as the application has it. */
function isMoment(prop: EntityProperty): boolean {
  return !prop.customType && !prop.items && logicalType(prop) === 'datetime';
}

/** A column that counts is called by its type alone: `int`, also where a driver has its own name for both, as `serial`. */
function columnTypesOf(prop: EntityProperty, { platform }: Reading): string[] {
  const { autoincrement, columnTypes } = prop;
  return autoincrement === true ? columnTypes.map(type => platform.normalizeColumnType(type, prop)) : columnTypes;
}

function pointing(prop: EntityProperty, reading: Reading): Pick<PropertyDescription, 'target' | 'discriminator'> {
  if (!prop.polymorphic) return { target: prop.targetMeta?.className ?? prop.type };
  const targets = (prop.polymorphTargets ?? [prop.targetMeta]).map(meta => meta?.className ?? prop.type);
  return compact<Pick<PropertyDescription, 'target' | 'discriminator'>>({
    target: targets.length > 1 ? targets.toSorted() : targets[0],
    discriminator: prop.discriminatorColumn !== undefined && {
      column: prop.discriminatorColumn,
      values: namesByValue(prop.discriminatorMap ?? {}, reading),
    },
  });
}

/** Entity names by discriminator value. */
export function namesByValue(map: Dictionary<EntityClass>, { metadata }: Reading): Record<string, string> {
  const names = Object.entries(map).map(([value, target]): [string, string] => [value, metadata.get(target).className]);
  return Object.fromEntries(names.toSorted(by(([value]) => value)));
}

/** The embeddables a polymorphic property may hold, by the value that tells them apart. */
function embeddableVariants(embeddable: EntityMetadata): Discriminator | undefined {
  if (!embeddable.polymorphs || embeddable.discriminatorColumn === undefined) return undefined;
  const variants = embeddable.polymorphs.map((variant): [string, string] => [
    String(variant.discriminatorValue ?? variant.className),
    variant.className,
  ]);
  return {
    column: embeddable.discriminatorColumn,
    values: Object.fromEntries(variants.toSorted(by(([value]) => value))),
  };
}

function describeReference(prop: EntityProperty, { rules }: Reading): ReferenceDescription | undefined {
  const target = prop.targetMeta;
  if (!target || prop.polymorphic || !prop.createForeignKeyConstraint) return undefined;
  if (rules.createForeignKeyConstraints === false) return undefined;
  return compact<ReferenceDescription>({
    table: target.tableName,
    namespace: target.root.schema,
    columns: prop.referencedColumnNames,
    onDelete: actionOf(prop.deleteRule ?? rules.defaultDeleteRule),
    onUpdate: actionOf(prop.updateRule ?? rules.defaultUpdateRule),
    deferrable: prop.deferMode,
  });
}

/** Without a declared action, a database takes none. */
function actionOf(rule: string | undefined): string | undefined {
  const action = rule?.toLowerCase();
  return action === 'no action' ? undefined : action;
}

function describePivot(prop: EntityProperty, reading: Reading): PivotDescription {
  const pivot = reading.metadata.get(prop.pivotEntity);
  const side = (columns: readonly string[]) => {
    const relation = pivot.relations.find(
      part => isToOne(part) && part.persist !== false && part.fieldNames.join() === columns.join(),
    );
    return relation && describeReference(relation, reading);
  };
  const byItself = isPivotOfRelation(pivot);
  return compact<PivotDescription>({
    table: pivot.tableName,
    namespace: pivot.schema,
    entity: !byItself && pivot.className,
    columns: prop.joinColumns,
    inverseColumns: prop.inverseJoinColumns,
    // Of several that share a table, only the first one has the name.
    order: prop.fixedOrder && (prop.fixedOrderColumn ?? pivot.primaryKeys[0]),
    owner: byItself && side(prop.joinColumns),
    target: byItself && side(prop.inverseJoinColumns),
  });
}

/** Spellings of one type, in lower case. */
const SPELLINGS: Readonly<Record<string, string>> = {
  bool: 'boolean',
  buffer: 'blob',
  bytea: 'blob',
  char: 'character',
  'character varying': 'string',
  'double precision': 'double',
  int: 'integer',
  jsonb: 'json',
  number: 'integer',
  numeric: 'decimal',
  object: 'json',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  varchar: 'string',
};

/**
 * The type a property has for the application, independent of the dialect and the spelling:
 * `p.integer()`, `'number'` and `Number` are all `integer`. A custom type is known by its class name.
 */
export function logicalType(prop: Pick<EntityProperty, 'type'> & Partial<Pick<EntityProperty, 'customType'>>): string {
  const custom = prop.customType;
  if (custom) return Type.getOrmType(custom.constructor) ?? custom.constructor.name;
  const name = String(prop.type ?? 'unknown').replace(/\(.*\)$/, '');
  // The one spelling that means something else in capitals: JavaScript's Date has a time.
  if (name === 'Date') return 'datetime';
  if (name.endsWith('[]')) return 'array';
  const lower = name.toLowerCase();
  const spelling = Object.hasOwn(SPELLINGS, lower) ? SPELLINGS[lower] : undefined;
  return spelling ?? (Object.hasOwn(types, lower) ? lower : name);
}
