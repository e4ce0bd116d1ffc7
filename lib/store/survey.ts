import type { EntityMetadata } from '@mikro-orm/core';
import { outsideKeys, type Claim } from '../mikro-orm/stored-metadata.ts';
import { HeldConnection, type Patience, type Row } from './connection.ts';
import { ask, type Database } from './database.ts';
import { SchemaDefinitionError } from '../errors.ts';
import type { CatalogTable, Dialect } from '../dialects/dialect.ts';
import { storedName } from '../models/stored-names.ts';
import { StorageGenerator } from '../mikro-orm/storage-generator.ts';
import { BOOKKEEPING } from './tables.ts';
import { sameName } from '../sql/same-names.ts';
import { withoutSemicolon } from '../sql/statements.ts';

/** The tables of a database, by name. */
export interface Survey {
  /** This Schema's tables that are there. */
  readonly own: readonly string[];
  /** This Schema's tables that are not. */
  readonly missing: readonly string[];
  /** Tables that belong to no entity of this ORM. */
  readonly other: readonly string[];
}

/** The tables of a database, and what the tables of a Schema need of it. */
interface StorageSurvey extends Survey {
  /** Foreign keys of this Schema to tables of other Schemas that are not there. */
  readonly dangling: readonly DanglingKey[];
}

/** A foreign key to a table that is not there. */
interface DanglingKey {
  /** The property, as in `Keeper.animal`. */
  readonly property: string;
  readonly table: string;
}

/** Lists the tables, in one statement. Writes nothing. */
export async function surveyStorage(
  database: Database,
  claim: Claim,
  where: HeldConnection | Patience,
): Promise<StorageSurvey> {
  const sql = database.dialect.listTables(namespacesOf(database, claim));
  const rows = where instanceof HeldConnection ? await where.execute(sql) : await ask(database, where, sql);
  return surveyOf(database, claim, rows.map(parse));
}

/** What {@link surveyStorage} finds in a database without tables. Asks none. */
export function surveyNothing(database: Database, claim: Claim): StorageSurvey {
  return surveyOf(database, claim, []);
}

function namespacesOf(database: Database, claim: Claim): readonly (string | undefined)[] {
  const all = [...tablesOf(database, claim.metadata), ...bookkeeping(database)];
  return [...new Set(all.map(({ namespace }) => namespace))];
}

function surveyOf(database: Database, claim: Claim, there: readonly CatalogTable[]): StorageSurvey {
  const all = tablesOf(database, claim.metadata);
  const known = [...tablesOf(database, database.orm.getMetadata().getAll().values()), ...bookkeeping(database)];
  const namespaces = namespacesOf(database, claim);
  const isThere = (table: OwnTable) => there.some(entry => isSame(table, entry));
  const strangers = there.filter(entry => entry.asked && !known.some(table => isSame(table, entry)));
  return {
    own: all.filter(isThere).map(show).toSorted(),
    missing: all
      .filter(table => !isThere(table))
      .map(show)
      .toSorted(),
    other: strangers.map(entry => (entry.visible ? entry.name : show(entry))).toSorted(),
    dangling: outsideKeys(database.orm.em, claim)
      .map(({ property, target }) => ({ property, table: tableOf(database, target) }))
      // Tables of other namespaces are not in the list.
      .filter(({ table }) => namespaces.includes(table.namespace) && !isThere(table))
      .map(({ property, table }) => ({ property, table: show(table) })),
  };
}

/** @throws {@link SchemaDefinitionError} if a foreign key of the Schema leads to a table that no Schema created */
export function assertNoDangling({ guid, place }: Database, { dangling: [key] }: StorageSurvey): void {
  if (!key) return;
  throw new SchemaDefinitionError(
    `${key.property} refers to the table ${key.table}, which this Schema does not create and ${place} does not have. If another Schema creates it, declare that Schema, so that it comes first: \`dependsOn = { <its guid>: 1 }\`. Otherwise create the table, and call again.`,
    { guid },
  );
}

/** Writes the statements that create the storage behind the entities; of the tables named only, if names are given. */
export async function createStorageSql(
  database: Database,
  claim: Claim,
  only?: ReadonlySet<string>,
): Promise<readonly string[]> {
  const wanted = claim.metadata.filter(meta => !only || only.has(nameOfTable(database, meta)));
  if (wanted.length === 0) return [];
  const { orm, namespace } = database;
  return new StorageGenerator(orm.em, { metadata: wanted, namespace, withRoutines: claim.isRest }).statements();
}

/** Creates the storage behind the entities, in the transaction under way. */
export async function createStorage(
  held: HeldConnection,
  database: Database,
  claim: Claim,
  only?: ReadonlySet<string>,
): Promise<void> {
  const statements = await createStorageSql(database, claim, only);
  await held.executeBatch(await withoutNamespacesThatAreThere(held, database.dialect, statements));
}

/** `create schema if not exists` asks for a right on the database even where the namespace is there already. */
export async function withoutNamespacesThatAreThere(
  held: Pick<HeldConnection, 'execute'>,
  { listNamespaces, quoteName }: Dialect,
  statements: readonly string[],
): Promise<readonly string[]> {
  if (listNamespaces === undefined || !statements.some(isCreateNamespace)) return statements;
  const rows = await held.execute(listNamespaces);
  const there = new Set(rows.map(row => `create schema if not exists ${quoteName(String(row.name))}`));
  return statements.filter(statement => !there.has(withoutSemicolon(statement)));
}

function isCreateNamespace(statement: string): boolean {
  return statement.startsWith('create schema if not exists ');
}

interface OwnTable {
  readonly name: string;
  readonly namespace: string | undefined;
}

function tableOf(database: Database, meta: EntityMetadata): OwnTable {
  const name = storedName(database.orm.em.getPlatform(), meta.tableName);
  return { name, namespace: meta.schema && meta.schema !== '*' ? meta.schema : database.namespace };
}

/** A table as a survey calls it. */
export function nameOfTable(database: Database, meta: EntityMetadata): string {
  return show(tableOf(database, meta));
}

function tablesOf(database: Database, metadata: Iterable<EntityMetadata>): OwnTable[] {
  return [...metadata]
    .filter(meta => meta.tableName && !meta.embeddable && !meta.virtual && !BOOKKEEPING.includes(meta.tableName))
    .map(meta => tableOf(database, meta));
}

function bookkeeping(database: Database): OwnTable[] {
  return BOOKKEEPING.map(name => ({ name, namespace: database.namespace }));
}

function parse(row: Row): CatalogTable {
  return {
    name: String(row.name),
    namespace: row.namespace === null ? undefined : String(row.namespace),
    visible: Number(row.visible) === 1,
    asked: Number(row.asked) === 1,
  };
}

function isSame(own: OwnTable, entry: CatalogTable): boolean {
  // SQLite has no namespaces, and takes `Animal` and `animal` for one name, but not `É` and `é`
  if (entry.namespace === undefined) return sameName(own.name, entry.name);
  if (own.name !== entry.name) return false;
  return own.namespace === undefined ? entry.visible : own.namespace === entry.namespace;
}

function show(table: OwnTable): string {
  return table.namespace === undefined ? table.name : `${table.namespace}.${table.name}`;
}
