import { EntitySchema, p } from '@mikro-orm/core';
import type { KindOfValue } from '../dialects/modeling.ts';
import type {
  CollectionModel,
  EntityModel,
  IndexModel,
  PropertyModel,
  RelationModel,
  ValueModel,
} from './entity-model.ts';

/** Makes entities as `defineEntity` does, to compare them with a storage and to write them. */
export function buildEntities(models: readonly EntityModel[]): EntitySchema[] {
  const built = new Map<string, EntitySchema>();
  for (const model of models)
    built.set(
      model.className,
      build(model, name => built.get(name)),
    );
  return [...built.values()];
}

type Find = (className: string) => EntitySchema | undefined;

function build(model: EntityModel, find: Find): EntitySchema {
  const properties = [
    ...model.properties.map(property => [property.name, propertyOptions(property, find)]),
    ...model.collections.map(collection => [collection.name, collectionOptions(collection, find)]),
  ];
  const options = { name: model.className, ...entityOptions(model), properties: Object.fromEntries(properties) };
  return new EntitySchema({ ...options, ...entityLists(model) } as never);
}

/** The options of an entity, without lists and properties. */
export function entityOptions({ tableName, schema, comment }: EntityModel): object {
  return defined({ tableName, schema, comment });
}

/** The lists of an entity. */
export function entityLists({
  indexes,
  checks,
}: EntityModel): Partial<Record<'indexes' | 'uniques' | 'checks', object[]>> {
  return {
    ...listed('indexes', indexes.filter(isIndex).map(indexOptions)),
    ...listed('uniques', indexes.filter(index => !isIndex(index)).map(indexOptions)),
    ...listed(
      'checks',
      checks.map(({ name, expression }) => defined({ name, expression })),
    ),
  };
}

/** A unique index that only its statement describes is created as an index. */
function isIndex(index: IndexModel): boolean {
  return !index.unique || 'expression' in index;
}

function indexOptions(index: IndexModel): object {
  return 'expression' in index
    ? { name: index.name, expression: index.expression }
    : { name: index.name, properties: [...index.properties] };
}

/** The options of a property: `type`, `kind` and `entity`, which are no plain data, and all others. */
export function propertyOptions(property: PropertyModel, find: Find): Readonly<Record<string, unknown>> {
  const { primary, nullable, comment, index, unique, columnTypes, ignored } = property;
  return {
    ...(property.relation === undefined ? valueOptions(property) : relationOptions(property, find)),
    ...defined({
      primary: primary || undefined,
      nullable: nullable || undefined,
      comment,
      index,
      unique,
      columnTypes: columnTypes && [...columnTypes],
      ignoreSchemaChanges: ignored.length > 0 ? [...ignored] : undefined,
    }),
  };
}

function valueOptions({ kind, fieldName, autoincrement, generated, collation, ...property }: ValueModel): object {
  const given = property.default;
  return {
    ...kindOptions(kind),
    ...defined({
      fieldName,
      autoincrement,
      generated,
      collation,
      ...(generated === undefined && given && ('sql' in given ? { defaultRaw: given.sql } : { default: given.value })),
    }),
  };
}

/** The options that a call of `p` begins with. */
function kindOptions({ type, length, precision, scale, items, nativeEnum, ofNumbers }: KindOfValue): object {
  return {
    ...optionsOf(type, items ?? [], ofNumbers === true),
    ...defined({ length, precision, scale, nativeEnumName: nativeEnum }),
  };
}

function optionsOf(type: KindOfValue['type'], items: readonly string[], ofNumbers: boolean): object {
  if (type === 'enum') return p.enum([...items])['~options'];
  if (ofNumbers) return p.array(item => (item === null ? item : Number(item)))['~options'];
  const begin = p[type] as () => { readonly '~options': object };
  return begin()['~options'];
}

function relationOptions(relation: RelationModel, find: Find): object {
  const { fieldNames, referencedColumns, deleteRule, updateRule, deferMode, foreignKeyName } = relation;
  return {
    kind: relation.relation === 'oneToOne' ? '1:1' : 'm:1',
    entity: () => find(relation.target),
    ...(relation.relation === 'oneToOne' && { owner: true }),
    ...defined({
      fieldNames: fieldNames && [...fieldNames],
      referencedColumnNames: referencedColumns && [...referencedColumns],
      deleteRule,
      updateRule,
      deferMode,
      foreignKeyName,
    }),
  };
}

/** The options of a many-to-many: `kind` and `entity`, which are no plain data, and all others. */
export function collectionOptions(collection: CollectionModel, find: Find): Readonly<Record<string, unknown>> {
  const { target, pivotEntity, pivotTable, joinColumns, inverseJoinColumns, deleteRule, updateRule, index } =
    collection;
  const begin = { kind: 'm:n', entity: () => find(target), owner: true };
  if (pivotEntity !== undefined) return { ...begin, pivotEntity: () => find(pivotEntity) };
  return {
    ...begin,
    pivotTable,
    joinColumns: [...joinColumns],
    inverseJoinColumns: [...inverseJoinColumns],
    ...defined({
      deleteRule: deleteRule === 'cascade' ? undefined : deleteRule,
      updateRule: updateRule === 'cascade' ? undefined : updateRule,
    }),
    index,
  };
}

function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function listed(name: string, items: readonly object[]): object {
  return items.length === 0 ? {} : { [name]: items };
}
