import type { EntityMetadata } from '@mikro-orm/core';
import type { Column, DatabaseTable, SqlEntityManager } from '@mikro-orm/sql';
import type { TransferColumn, TransferTable } from '../../dialects/row-transfer.ts';
import { wantedStorage, type FrozenModels } from '../../drift/wanted-storage.ts';
import type { TableName } from '../../dialects/table-changes.ts';
import { isOutsider, isPivotOfRelation, storedMetadata } from '../../mikro-orm/stored-metadata.ts';
import { by } from '../../models/description.ts';
import { storedName } from '../../models/stored-names.ts';
import { columnKinds } from './column-kinds.ts';

/** A foreign key, by the names of columns. */
interface TableReference {
  readonly columns: readonly string[];
  /** The table's name in the manifest. */
  readonly table: string;
  readonly target: readonly string[];
  /** The table, if it belongs to another Schema: its rows are in no dump of this one. */
  readonly outside?: TableName | undefined;
  /** Those of the columns that may be null. */
  readonly nullable: readonly string[];
}

/** A table of a version whose rows go into a dump. */
export interface DumpedTable extends TransferTable {
  /** Names it in the manifest: with the namespace that its entity asks for, never that of the database. */
  readonly title: string;
  /** The namespace it is created in, if the dialect has any. */
  readonly home: string | undefined;
  /** Those that are stored in it. */
  readonly entities: readonly string[];
  /** The entity whose rows these are, with those of all that extend it; `undefined` for a join table without an entity. */
  readonly entity: string | undefined;
  /** The entity at the top, where each type has a table: a row then has a part in several tables. */
  readonly top: string | undefined;
  readonly references: readonly TableReference[];
}

/** The tables of a version, by title, with how their values stand in a dump. No database is asked. */
export function dumpedTables(models: FrozenModels, namespace: string | undefined): readonly DumpedTable[] {
  const { em } = models;
  const { parts } = wantedStorage(models, namespace);
  const metas = storedMetadata(em);
  const tables = [...parts.values()].flatMap(({ name, table }): DumpedTable[] => {
    const own = metas.filter(meta => isStoredIn(em, meta, name, namespace));
    return table && !own.some(({ view }) => view)
      ? [describe(em, table, { ...name, own, namespaceOf: own[0]?.schema })]
      : [];
  });
  const sorted = tables.toSorted(by(({ title }) => title));
  return sorted.map(table => ({
    ...table,
    references: table.references.map(one => {
      const title = titleFor(sorted, one.table);
      return title === undefined ? { ...one, ...outsideOf(em, one.table, namespace) } : { ...one, table: title };
    }),
  }));
}

/** A foreign key names a table in its namespace, even in that of the database. `undefined` for one of another Schema. */
function titleFor(tables: readonly DumpedTable[], name: string): string | undefined {
  return tables.find(table => table.name === name || `${table.home}.${table.name}` === name)?.title;
}

/** A table of another Schema: a foreign key names it in its namespace, even in that of the database. */
function outsideOf(
  em: SqlEntityManager,
  table: string,
  namespace: string | undefined,
): Required<Pick<TableReference, 'table' | 'outside'>> {
  const platform = em.getPlatform();
  const outsiders = [...em.getMetadata().getAll().values()].filter(isOutsider).map(({ tableName, schema }) => ({
    name: storedName(platform, tableName),
    own: schema && schema !== '*' ? schema : undefined,
  }));
  const found =
    outsiders.find(({ name, own }) => own !== undefined && table === `${own}.${name}`) ??
    outsiders.find(({ name, own }) => own === undefined && (table === name || table.endsWith(`.${name}`)));
  const { name, own } = found ?? { name: table, own: undefined };
  return { table: titleOf(own, name), outside: { name, namespace: own ?? namespace } };
}

/** Tells whether an entity is stored in a table: another namespace may have one of the same name. */
export function isStoredIn(
  em: SqlEntityManager,
  { tableName, schema }: EntityMetadata,
  table: TableName,
  namespace: string | undefined,
): boolean {
  const own = schema && schema !== '*' ? schema : namespace;
  return storedName(em.getPlatform(), tableName) === table.name && own === table.namespace;
}

interface TablePlace {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly own: readonly EntityMetadata[];
  readonly namespaceOf: string | undefined;
}

function describe(
  em: SqlEntityManager,
  table: DatabaseTable,
  { name, namespace, own, namespaceOf }: TablePlace,
): DumpedTable {
  const all = [...em.getMetadata().getAll().values()];
  // Those in one table with others are children of the first.
  const inside = all.filter(meta =>
    own.some(one => meta === one || (meta.root === one && one.inheritanceType !== 'tpt')),
  );
  const kinds = columnKinds(inside);
  const columns = table
    .getColumns()
    .filter(column => isStored(column))
    .map((column): TransferColumn => ({
      name: column.name,
      type: column.type,
      items: column.enumItems,
      nullable: column.nullable,
      ...(kinds.get(column.name) ?? { kind: 'other' }),
    }));
  const counter = table.getColumns().find(column => column.autoincrement)?.name;
  return {
    title: titleOf(namespaceOf, name),
    home: table.schema,
    name,
    namespace,
    columns,
    key: table.getPrimaryKey()?.columnNames ?? columns.map(column => column.name),
    counter,
    entities: inside.filter(meta => !isPivotOfRelation(meta)).map(({ className }) => className),
    ...namesOf(own),
    references: Object.values(table.getForeignKeys()).map(key => ({
      columns: key.columnNames,
      table: key.referencedTableName,
      target: key.referencedColumnNames,
      nullable: key.columnNames.filter(column => table.getColumn(column)?.nullable === true),
    })),
  };
}

/** How people call the rows of a table. */
function namesOf([first]: readonly EntityMetadata[]): Pick<DumpedTable, 'entity' | 'top'> {
  if (!first || isPivotOfRelation(first)) return { entity: undefined, top: undefined };
  const isPart = first.root.inheritanceType === 'tpt';
  return { entity: first.className, top: isPart ? first.root.className : undefined };
}

/** The database computes generated columns again. An identity column may be called generated too, and is stored. */
function isStored({ generated }: Column): boolean {
  return !generated || /identity/i.test(generated);
}

function titleOf(namespace: string | undefined, name: string): string {
  return namespace && namespace !== '*' ? `${namespace}.${name}` : name;
}
