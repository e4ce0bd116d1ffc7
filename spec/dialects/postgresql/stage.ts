import { afterAll } from '@jest/globals';
import { defineEntity, type EntityProperty, type MikroORM, p } from '@mikro-orm/core';
import type {
  CheckDef,
  Column,
  DatabaseTable,
  ForeignKey,
  IndexDef,
  SchemaHelper,
  SqlEntityManager,
} from '@mikro-orm/sql';
import type { Change, LiveColumn, LiveTable } from '../../../lib/dialects/table-changes.ts';
import type { EditContext, Sql } from '../../../lib/dialects/table-editor.ts';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import type { Row } from '../../../lib/store/connection.ts';
import { StorageGenerator } from '../../../lib/mikro-orm/storage-generator.ts';
import { storedMetadata } from '../../../lib/mikro-orm/stored-metadata.ts';
import { type Entities, postgresql } from '../../support/databases.ts';

/** A database with the storage of one release, whose tables are about to be those of the next. */
export interface Stage {
  /** Sends SQL in the transaction that the changes are made in. */
  readonly sql: Sql;
  /** What a table of the next release is wanted to be. */
  wanted(table?: string): DatabaseTable;
  column(name: string, table?: string): Column;
  context(table?: string): EditContext;
  /** Changes a table as it is called now into what the next release calls it. */
  /** The first of its kind that the next release declares. */
  index(table?: string): IndexDef;
  check(table?: string): CheckDef;
  foreignKey(table?: string): ForeignKey;
  change(changes: readonly Change[], table?: string, wanted?: string): Promise<void>;
  read(table?: string): Promise<LiveTable>;
  /** How a column differs from the wanted one. */
  difference(column: string, table?: string): Promise<string | undefined>;
  /** How the index of that name differs from the first that the next release declares. */
  indexDifference(name: string, table?: string): Promise<string | undefined>;
  /** What is true for a value of a column that does not fit the wanted one. */
  misfit(column: string, table?: string): Promise<string | undefined>;
  rows(sql: string): Promise<Row[]>;
  /** Everything of the namespace that has a name, as it is. */
  portrait(): Promise<Portrait>;
  /** The same as a new installation of the next release has it, which takes the place of what was there. */
  freshPortrait(): Promise<Portrait>;
}

export type Portrait = Readonly<Record<string, unknown>>;

export interface Play {
  readonly before: () => Entities;
  /** By default as before. */
  readonly after?: () => Entities;
  /** SQL that lets rows in, and whatever else is there. */
  readonly rows?: string;
  /** Where the tables stand; by default where none is named. */
  readonly namespace?: string;
}

/** A release that has nothing but animals, with a key and these properties, which are made anew for each ORM. */
export function animals(properties: () => Record<string, unknown> = () => ({}), options: object = {}) {
  return () => [
    defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), ...(properties() as Record<string, EntityProperty>) },
      ...options,
    }),
  ];
}

/** The table that is meant where none is named. */
const TABLE = 'animal';

const database = postgresql.create();
afterAll(async () => (await database).drop());

/** Creates the storage of a release, lets `work` change it in the same transaction, and takes all of it back. */
export async function onStage(
  { before, after = before, rows, namespace }: Play,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const make = async (entities: Entities) =>
    (await database).orm(entities, namespace === undefined ? {} : { schema: namespace });
  const old = await make(before());
  const orm = await make(after());
  const connection = (orm.em as unknown as SqlEntityManager).getConnection();
  const transaction = await connection.begin();
  const sql: Sql = {
    execute: (statement, params = []) => connection.execute<Row[]>(statement, [...params], 'all', transaction),
  };
  try {
    for (const statement of await statementsOf(old, namespace)) await sql.execute(statement);
    if (rows !== undefined) await sql.execute(rows);
    // as after a step
    await sql.execute('set constraints all immediate');
    await work(stageOf(orm, sql, namespace));
  } finally {
    await connection.rollback(transaction);
    await orm.close(true);
  }
}

function stageOf(orm: MikroORM, sql: Sql, namespace: string | undefined): Stage {
  const schema = generatorOf(orm, namespace).getTargetSchema();
  const helper = orm.em.getPlatform().getSchemaHelper() as SchemaHelper;
  const read = async (table: string) => postgresqlEditor.read(sql, { name: table, namespace });
  const stage: Stage = {
    sql,
    wanted: (table = TABLE) => found(schema.getTables().find(candidate => candidate.name === table)),
    column: (name, table) => found(stage.wanted(table).getColumn(name)),
    context: table => ({ sql, helper, wanted: stage.wanted(table) }),
    index: table =>
      found(
        stage
          .wanted(table)
          .getIndexes()
          .find(index => !index.primary),
      ),
    check: table => found(stage.wanted(table).getChecks()[0]),
    foreignKey: table => found(Object.values(stage.wanted(table).getForeignKeys())[0]),
    change: (changes, table = TABLE, wanted = table) =>
      postgresqlEditor.change(stage.context(wanted), { name: table, namespace }, changes),
    read: async (table = TABLE) => found(await read(table)),
    async difference(column, table) {
      const live = await stage.read(table);
      return postgresqlEditor.difference(
        stage.context(table),
        live,
        columnOf(live, column),
        stage.column(column, table),
      );
    },
    async indexDifference(name, table) {
      const live = await stage.read(table);
      const index = found(live.indexes.find(candidate => candidate.name === name));
      return postgresqlEditor.indexDifference(stage.context(table), live, index, stage.index(table));
    },
    async misfit(column, table) {
      const live = await stage.read(table);
      return postgresqlEditor.misfit(stage.context(table), live, columnOf(live, column), stage.column(column, table));
    },
    rows: statement => sql.execute(statement),
    portrait: () => portrait(sql, namespace),
    async freshPortrait() {
      const home = namespace ?? 'public';
      await sql.execute(`drop schema "${home}" cascade`);
      await sql.execute(`create schema "${home}"`);
      for (const statement of await statementsOf(orm, namespace)) {
        if (!statement.startsWith('create schema')) await sql.execute(statement);
      }
      return portrait(sql, namespace);
    },
  };
  return stage;
}

function generatorOf(orm: MikroORM, namespace: string | undefined): StorageGenerator {
  return new StorageGenerator(orm.em, { metadata: storedMetadata(orm.em), namespace, withRoutines: false });
}

function statementsOf(orm: MikroORM, namespace: string | undefined): Promise<string[]> {
  return generatorOf(orm, namespace).statements();
}

async function portrait(sql: Sql, namespace: string | undefined): Promise<Portrait> {
  const home = `'"${namespace ?? 'public'}"'::regnamespace`;
  const tables = await sql.execute(
    `select relname as name from pg_class where relnamespace = ${home} and relkind in ('r', 'v', 'm') order by 1`,
  );
  const read: LiveTable[] = [];
  for (const { name } of tables) {
    const table = found(await postgresqlEditor.read(sql, { name: String(name), namespace }));
    // what is added later stands behind
    read.push({ ...table, columns: table.columns.toSorted((one, other) => (one.name < other.name ? -1 : 1)) });
  }
  return {
    tables: read,
    sequences: await sql.execute(
      `select c.relname as name, format_type(s.seqtypid, null) as type, s.seqstart as start, d.refobjid::regclass::text as table, ` +
        `(select attname from pg_attribute where attrelid = d.refobjid and attnum = d.refobjsubid) as column ` +
        `from pg_class c join pg_sequence s on s.seqrelid = c.oid left join pg_depend d on d.objid = c.oid ` +
        `and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') where c.relnamespace = ${home} order by 1`,
    ),
    constraints: await sql.execute(
      `select conname as name, contype as type, pg_get_constraintdef(oid) as definition, conrelid::regclass::text as table ` +
        `from pg_constraint where connamespace = ${home} order by 4, 1`,
    ),
    types: await sql.execute(
      `select t.typname as name, (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid) as items ` +
        `from pg_type t where t.typnamespace = ${home} and t.typtype = 'e' order by 1`,
    ),
  };
}

function columnOf(table: LiveTable, name: string): LiveColumn {
  return found(table.columns.find(column => column.name === name));
}

/** What is sure to be there. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the stage has no such thing');
  return value;
}
