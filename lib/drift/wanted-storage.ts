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

const known = new WeakMap<SqlEntityManager, WantedStorage>();

/** Says which tables and views a version wants. No database is asked. */
export function wantedStorage({ em }: FrozenModels, namespace: string | undefined): WantedStorage {
  const storage = known.get(em) ?? readWanted(em, namespace);
  known.set(em, storage);
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

/** Where the enums are that an entity has put into a namespace of their own. */
function enumNamespaces(target: DatabaseSchema): string[] {
  const own = Object.values(target.getNativeEnums()).flatMap(({ schema }) => schema ?? []);
  return own.filter(namespace => namespace !== '*' && namespace !== target.name);
}

/** What a part is made of, as text: equal texts are the same wish. */
export function digestOf({ table, view }: WantedPart): string {
  return JSON.stringify([table?.toJSON(), view]);
}
