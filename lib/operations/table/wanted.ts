import { ReferenceKind, types, type EntityMetadata, type EntityProperty, type MetadataStorage } from '@mikro-orm/core';
import type {
  CheckDef,
  Column,
  DatabaseSchema,
  DatabaseTable,
  ForeignKey,
  IndexDef,
  SchemaHelper,
  SqlEntityManager,
} from '@mikro-orm/sql';
import { OperationError } from '../../errors.ts';
import { StorageGenerator, tableOf } from '../../mikro-orm/storage-generator.ts';
import { storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import type { TableName } from '../../dialects/table-changes.ts';
import { resolveEntity, type OperationContext, type TableContext } from '../context.ts';
import type { EditContext, Meaning } from '../../dialects/table-editor.ts';
import { showName } from '../../dialects/table-names.ts';

/** An entity as its metadata wants it to be stored. */
export interface Wanted {
  readonly em: SqlEntityManager;
  readonly meta: EntityMetadata;
  /** Undefined for a view, which has no table. */
  readonly table: DatabaseTable;
  readonly name: TableName;
}

/** The parts that belong to one property alone. */
export interface Parts {
  readonly columns: readonly Column[];
  readonly indexes: readonly IndexDef[];
  readonly checks: readonly CheckDef[];
  readonly foreignKeys: readonly ForeignKey[];
  /** The table that joins both sides of a many-to-many. */
  readonly pivot: Wanted | undefined;
}

/** By namespace, since the tenants of one ORM share its metadata. */
const schemas = new WeakMap<MetadataStorage, Map<string | undefined, DatabaseSchema>>();

/** Reads what an entity wants, with its defaults as SQL that may hold quotes. */
export function wantedOf(context: OperationContext, entity: object): Wanted {
  const { em, meta } = resolveEntity(context, entity);
  // entities in separate tables have one each; those in one table share that of the first
  return wantedTable(context, em, meta.root.inheritanceType === 'tpt' ? meta : meta.root);
}

/** {@link wantedOf}, for one whose metadata is known already. */
export function wantedTable(
  { guid, namespace, renamed }: TableContext,
  em: SqlEntityManager,
  meta: EntityMetadata,
): Wanted {
  const storage = em.getMetadata();
  const own = meta.schema && meta.schema !== '*' ? meta.schema : undefined;
  const table = tableOf(targetSchema(em, namespace), meta);
  if (!table && !meta.view) {
    throw new OperationError(`${meta.className} is not stored in a table. Pass the entity that is.`, { guid });
  }
  const name = { name: meta.tableName, namespace: own ?? namespace };
  return { em, meta, table: table as DatabaseTable, name: renamed.get(storage)?.get(showName(name)) ?? name };
}

/** All tables and views that entities want, as MikroORM's own schema tools describe them. */
export function targetSchema(em: SqlEntityManager, namespace: string | undefined): DatabaseSchema {
  const storage = em.getMetadata();
  const known = schemas.get(storage) ?? new Map<string | undefined, DatabaseSchema>();
  schemas.set(storage, known);
  const metadata = storedMetadata(em);
  const schema =
    known.get(namespace) ?? new StorageGenerator(em, { metadata, namespace, withRoutines: false }).getTargetSchema();
  known.set(namespace, schema);
  return schema;
}

/** What the entities of one side want of a table that is there, also if it was renamed in this step. */
export function wantedInTable(
  { namespace, renamed }: TableContext,
  em: SqlEntityManager,
  { name }: TableName,
): Pick<Wanted, 'em' | 'table' | 'name'>[] {
  const names = renamed.get(em.getMetadata());
  return targetSchema(em, namespace)
    .getTables()
    .map(table => {
      const declared = { name: table.name, namespace: table.schema ?? namespace };
      return { em, table, name: names?.get(showName(declared)) ?? declared };
    })
    .filter(wanted => wanted.name.name === name);
}

/** What the dialect's editor needs to know of it, and of the entity as it was. */
export function editContext(context: TableContext, { em, meta, table }: Wanted, before?: Wanted): EditContext {
  return {
    sql: context.sql,
    helper: em.getPlatform().getSchemaHelper() as SchemaHelper,
    wanted: table,
    meaning: meaningsOf(meta),
    meant: before && meaningsOf(before.meta),
  };
}

const BUILT_IN: ReadonlySet<unknown> = new Set(Object.values(types));

function meaningsOf({ props }: EntityMetadata): (column: string) => Meaning | undefined {
  return column => {
    const prop = props.find(({ kind, fieldNames }) => kind === ReferenceKind.SCALAR && fieldNames?.includes(column));
    if (!prop) return undefined;
    const isCustom = prop.customType !== undefined && !BUILT_IN.has(prop.customType.constructor);
    return { runtimeType: prop.runtimeType, isCustom, counts: prop.autoincrement === true };
  };
}

/**
 * Finds what belongs to one property: its columns, and the indexes, checks and foreign keys over no other columns.
 *
 * @throws {@link OperationError} for a property the entity does not have, or that is not stored
 */
export function partsOf(context: OperationContext, wanted: Wanted, property: string): Parts {
  const { guid } = context;
  const { em, meta, table } = wanted;
  const prop = propertyOf(context, wanted, property);
  if (prop.pivotTable && prop.owner) {
    const pivot = wantedTable(context, em, em.getMetadata().find(prop.pivotEntity) as EntityMetadata);
    return { columns: [], indexes: [], checks: [], foreignKeys: [], pivot };
  }
  const names = columnNames(prop);
  const columns = table.getColumns().filter(column => names.includes(column.name));
  if (columns.length === 0) {
    throw new OperationError(`${meta.className}.${property} has no column. Pass the owning side of the relation.`, {
      guid,
    });
  }
  const within = (others: readonly (string | undefined)[]) =>
    others.length > 0 && others.every(name => name !== undefined && names.includes(name));
  return {
    columns,
    indexes: table.getIndexes().filter(index => !index.primary && within(index.columnNames)),
    checks: table.getChecks().filter(check => within([check.columnName])),
    foreignKeys: Object.values(table.getForeignKeys()).filter(key => within(key.columnNames)),
    pivot: undefined,
  };
}

/** All that belongs to a table. */
export function partsOfTable({ table }: Pick<Wanted, 'table'>): Parts {
  return {
    columns: table.getColumns(),
    indexes: table.getIndexes().filter(index => !index.primary),
    checks: table.getChecks(),
    foreignKeys: Object.values(table.getForeignKeys()),
    pivot: undefined,
  };
}

/** @throws {@link OperationError} for a property the entity does not have */
export function propertyOf({ guid }: OperationContext, wanted: Wanted, property: string): EntityProperty {
  const prop = findProperty(wanted, property);
  if (prop) return prop;
  const { meta } = wanted;
  const known = Object.keys(meta.properties).join(', ');
  throw new OperationError(`${meta.className} has no property ${property}. Its properties are ${known}.`, { guid });
}

/** Finds a property, or one inside an embedded one: `home.city`. */
export function findProperty({ meta }: Wanted, property: string): EntityProperty | undefined {
  const properties: Record<string, EntityProperty> = meta.properties;
  const [first = '', ...rest] = property.split('.');
  const own = properties[property] ?? inherited(meta, property) ?? properties[first];
  if (own?.name !== first) return own;
  return rest.reduce<EntityProperty | undefined>(
    (prop, part) => (prop?.embeddedProps as Record<string, EntityProperty> | undefined)?.[part],
    own,
  );
}

/** The columns behind a property: several for an embedded one, and for a reference to a composite key. */
export function columnNames(prop: EntityProperty): string[] {
  const embedded = Object.values(prop.embeddedProps ?? {});
  if (embedded.length > 0 && !prop.object) return embedded.flatMap(columnNames);
  return prop.fieldNames ?? [];
}

/** A property of one of the entities that share a table. */
function inherited(meta: EntityMetadata, property: string): EntityProperty | undefined {
  const props = meta.root.props;
  return props.find(prop => prop.name === property);
}
