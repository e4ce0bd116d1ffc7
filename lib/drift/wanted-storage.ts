import { Type, type MetadataStorage } from '@mikro-orm/core';
import type { DatabaseSchema, DatabaseTable, DatabaseView, SchemaHelper, SqlEntityManager } from '@mikro-orm/sql';
import type { TableName } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { tableOf } from '../mikro-orm/storage-generator.ts';
import { storedMetadata } from '../mikro-orm/stored-metadata.ts';
import { storedName } from '../models/stored-names.ts';
import { targetSchema } from '../operations/table/wanted.ts';

/** The entities of a version, alive. */
export interface FrozenModels {
  readonly em: SqlEntityManager;
}

/** A table or view that a version wants. */
export interface WantedPart {
  readonly name: TableName;
  readonly table: DatabaseTable | undefined;
  readonly view: DatabaseView | undefined;
}

/** All that a version wants, by the names that people read. */
export interface WantedStorage {
  readonly parts: ReadonlyMap<string, WantedPart>;
  readonly helper: SchemaHelper;
  readonly namespaces: readonly (string | undefined)[];
}

/** By namespace, since an ORM of a version may be asked for several. */
const known = new WeakMap<MetadataStorage, Map<string | undefined, WantedStorage>>();

/** Says which tables and views a version wants. No database is asked. */
export function wantedStorage({ em }: FrozenModels, namespace: string | undefined): WantedStorage {
  const metadata = em.getMetadata();
  const byNamespace = known.get(metadata) ?? new Map<string | undefined, WantedStorage>();
  known.set(metadata, byNamespace);
  const storage = byNamespace.get(namespace) ?? readWanted(em, namespace);
  byNamespace.set(namespace, storage);
  return storage;
}

function readWanted(em: SqlEntityManager, namespace: string | undefined): WantedStorage {
  const target = targetSchema(em, namespace);
  const parts = storedMetadata(em).flatMap((meta): WantedPart[] => {
    const { tableName, schema } = meta;
    const own = schema && schema !== '*' ? schema : undefined;
    const table = tableOf(target, meta);
    const view = target.getViews().find(one => one.name === tableName && one.schema === (own ?? target.name));
    // An application may have told MikroORM to leave a table alone
    return table || view
      ? [{ name: { name: storedName(em.getPlatform(), tableName), namespace: own ?? namespace }, table, view }]
      : [];
  });
  return {
    parts: new Map(parts.map(part => [showName(part.name), part])),
    helper: em.getPlatform().getSchemaHelper() as SchemaHelper,
    namespaces: [...new Set([namespace, ...parts.map(({ name }) => name.namespace), ...enumNamespaces(target)])],
  };
}

/** Where the enums are that an entity has put into a separate namespace. */
function enumNamespaces(target: DatabaseSchema): string[] {
  const own = Object.values(target.getNativeEnums()).flatMap(({ schema }) => schema ?? []);
  return own.filter(namespace => namespace !== '*' && namespace !== target.name);
}

/** Whether two versions want the same of a table or view. If that is unknown, they do not. */
export function isSameWish(one: WantedPart, other: WantedPart): boolean {
  return isSame(one.view, other.view) && isSame(one.table && partsOf(one.table), other.table && partsOf(other.table));
}

function partsOf(table: DatabaseTable): Record<string, unknown> {
  const { name, schema, comment, collation, rlsEnabled, rlsForced } = table;
  const [columns, indexes, checks] = [table.getColumns(), table.getIndexes(), table.getChecks()];
  const [foreignKeys, triggers, policies] = [table.getForeignKeys(), table.getTriggers(), table.getPolicies()];
  return {
    name,
    schema,
    comment,
    collation,
    partitioning: table.getPartitioning(),
    rlsEnabled,
    rlsForced,
    columns,
    indexes,
    checks,
    foreignKeys,
    triggers,
    policies,
  };
}

/** Compares data. What there is of MikroORM's own classes in it, the types of columns, is the same if its class is. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Type || other instanceof Type) return one.constructor === other.constructor;
  for (const key in one) if (!isSame(Reflect.get(one, key), Reflect.get(other, key))) return false;
  for (const key in other) if (!(key in one) && Reflect.get(other, key) !== undefined) return false;
  return true;
}
