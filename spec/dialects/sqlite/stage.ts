import type { MikroORM } from '@mikro-orm/core';
import type { CheckDef, Column, DatabaseTable, ForeignKey, IndexDef, SchemaHelper } from '@mikro-orm/sql';
import type { Change, LiveTable } from '../../../lib/dialects/table-changes.ts';
import type { EditContext, Sql } from '../../../lib/dialects/table-editor.ts';
import { sqliteEditor } from '../../../lib/dialects/sqlite/editor.ts';
import { StorageGenerator } from '../../../lib/mikro-orm/storage-generator.ts';
import { storedMetadata } from '../../../lib/mikro-orm/stored-metadata.ts';
import { type Entities, sqliteMemory, type TestDatabase } from '../../support/databases.ts';

type Row = Record<string, unknown>;

/** A database with the storage of one release, whose tables are about to be those of the next. */
export interface Stage {
  /** Sends SQL in the transaction that the changes are made in. */
  readonly sql: Sql;
  /** What was sent since the last look: SQL without what it reads. */
  written(): string[];
  /** What a table of the next release is wanted to be. */
  wanted(table?: string): DatabaseTable;
  column(name: string): Column;
  check(name: string): CheckDef;
  index(name: string): IndexDef;
  foreignKey(...columns: string[]): ForeignKey;
  context(table?: string): EditContext;
  change(...changes: Change[]): Promise<void>;
  read(table?: string): Promise<LiveTable>;
  rows(sql: string): Promise<Row[]>;
  /** What SQLite finds wrong with the file, or with the foreign keys in it. */
  faults(): Promise<unknown[]>;
  /** Everything there is: once as it is, once as a new installation makes it. */
  portraits(): Promise<{ changed: unknown; fresh: unknown }>;
}

export interface Play {
  readonly before: () => Entities;
  /** By default as before. */
  readonly after?: () => Entities;
  /** SQL that lets rows in, or whatever an application has beside its entities. */
  readonly rows?: string;
}

/** The table that is meant where none is named. */
const TABLE = 'animal';

/** Sets up a database, lets `work` change it in one transaction with foreign keys off, and throws all of it away. */
export async function onStage(
  { before, after = before, rows }: Play,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  await using database = await sqliteMemory.create();
  const old = await database.orm(before());
  for (const statement of await generatorOf(old).statements()) await database.execute(statement);
  if (rows !== undefined) await database.execute(rows);
  const orm = await database.orm(after());
  await orm.connect();
  await database.execute('pragma foreign_keys = off');
  await database.execute('begin');
  await work(stageOf(orm, database));
}

function stageOf(orm: MikroORM, database: TestDatabase): Stage {
  const schema = generatorOf(orm).getTargetSchema();
  const helper = orm.em.getPlatform().getSchemaHelper() as SchemaHelper;
  const sent: string[] = [];
  const sql: Sql = {
    async execute(statement, params) {
      sent.push(statement);
      return database.execute<Row>(statement, params);
    },
  };
  const wanted = (table = TABLE) => found(schema.getTables().find(candidate => candidate.name === table));
  const context = (table?: string) => ({ sql, helper, wanted: wanted(table) });
  return {
    sql,
    written: () =>
      sent.splice(0).filter(statement => !/^(?:select|pragma|savepoint|release|rollback)\b/.test(statement)),
    wanted,
    column: name => found(wanted().getColumn(name)),
    check: name =>
      found(
        wanted()
          .getChecks()
          .find(check => check.name === name),
      ),
    index: name =>
      found(
        wanted()
          .getIndexes()
          .find(index => index.keyName === name),
      ),
    foreignKey: (...columns) =>
      found(Object.values(wanted().getForeignKeys()).find(key => key.columnNames.join() === columns.join())),
    context,
    change: (...changes) => sqliteEditor.change(context(), { name: TABLE, namespace: undefined }, changes),
    read: async (name = TABLE) => found(await sqliteEditor.read(sql, { name, namespace: undefined })),
    rows: statement => database.execute(statement),
    faults: async () => [
      ...(await database.execute('pragma integrity_check')).filter(row => row['integrity_check'] !== 'ok'),
      ...(await database.execute('pragma foreign_key_check')),
    ],
    async portraits() {
      await using other = await sqliteMemory.create();
      for (const statement of await generatorOf(orm).statements()) await other.execute(statement);
      return { changed: await portrait(database), fresh: await portrait(other) };
    },
  };
}

function generatorOf(orm: MikroORM): StorageGenerator {
  return new StorageGenerator(orm.em, { metadata: storedMetadata(orm.em), namespace: undefined, withRoutines: false });
}

/** What the editor reads of every table, and what SQLite itself says of it. */
async function portrait(database: TestDatabase): Promise<unknown> {
  const tables = await database.execute<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name`,
  );
  const portraits: unknown[] = [];
  for (const { name } of tables) {
    // triggers are somebody's own, and not what is looked at
    const { triggers: _, ...live } = found(await sqliteEditor.read(database, { name, namespace: undefined }));
    const asked = `from pragma_table_xinfo('${name}') order by name`;
    portraits.push({
      ...live,
      // what is added later stands behind
      columns: sorted(live.columns),
      indexes: sorted(live.indexes),
      checks: sorted(live.checks),
      foreignKeys: sorted(live.foreignKeys),
      info: await database.execute(`select name, type, "notnull", dflt_value, pk, hidden ${asked}`),
      keys: await database.execute(
        `select "from", "table", "to", on_update, on_delete from pragma_foreign_key_list('${name}') order by 1, 2`,
      ),
      lists: await database.execute(
        `select l."unique", l.partial, x.name, x.desc, x.coll, x.seqno from pragma_index_list('${name}') l, ` +
          `pragma_index_xinfo(l.name) x where x.key = 1 order by l.origin, l.name not like 'sqlite%', l.name, x.seqno`,
      ),
    });
  }
  return portraits;
}

function sorted<T>(list: readonly T[]): T[] {
  return list.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the stage has no such thing');
  return value;
}
