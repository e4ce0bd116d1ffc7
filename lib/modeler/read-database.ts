import type { MikroORM } from '@mikro-orm/core';
import type { OtherPart } from '../dialects/modeling.ts';
import type { LiveRelation, LiveStorage } from '../dialects/live-storage.ts';
import type { LiveTable, TableName } from '../dialects/table-changes.ts';
import { by } from '../models/description.ts';
import { HeldConnection, type Patience } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import { BOOKKEEPING } from '../store/tables.ts';
import { settleEntities, type SettledEntities } from './settle-entities.ts';

/** A database as entities, and its parts without an entity. */
export interface ReadDatabase extends SettledEntities {
  readonly others: readonly OtherPart[];
}

/** Makes entities for all tables of a database, in a transaction that is rolled back. Writes nothing. */
export async function readDatabase(database: Database, orm: MikroORM, patience: Patience): Promise<ReadDatabase> {
  const { dialect, namespace } = database;
  const [editor, modeling] = [await dialect.load.editor(), await dialect.load.modeling()];
  return HeldConnection.hold(orm, patience, async held => {
    await held.begin(['begin']);
    try {
      const sql = { execute: (text: string, params?: readonly unknown[]) => held.execute(text, params) };
      const namespaces = await modeling.namespaces(sql, namespace);
      const storage = await editor.readStorage(sql, namespaces);
      // In the order in which they take names: a server lists them in any
      const tables = storage.relations
        .filter(({ name }) => !BOOKKEEPING.includes(name))
        .map(relation => describe(relation, namespace, storage))
        .toSorted(by(table => JSON.stringify([table.namespace !== namespace, table.namespace, table.name])));
      const surroundings = await modeling.survey(sql, tables, namespaces);
      const settled = await settleEntities({ orm, held, editor, modeling, surroundings, storage, namespace }, tables);
      return { ...settled, others: surroundings.others };
    } finally {
      await held.rollback();
    }
  });
}

/** A table under the name that an entity looks for it by: without a namespace where that is the usual one. */
function describe(relation: LiveRelation, usual: string | undefined, { relations }: LiveStorage): LiveTable {
  const isUsual = ({ namespace, visible }: LiveRelation) => (usual === undefined ? visible : namespace === usual);
  const table = relation.describe({
    name: relation.name,
    namespace: isUsual(relation) ? usual : relation.namespace,
  });
  const named = (references: TableName): TableName => {
    const { name, namespace } = references;
    const target = relations.find(one => one.name === name && one.namespace === namespace);
    return target && isUsual(target) ? { name, namespace: usual } : references;
  };
  return { ...table, foreignKeys: table.foreignKeys.map(key => ({ ...key, references: named(key.references) })) };
}
