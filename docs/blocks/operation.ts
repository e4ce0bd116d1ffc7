/*
 * Stands around one operation: a step from V1 to V2 that does nothing else, on SQLite and on PostgreSQL, with two animals
 * and a keeper in the database. What it changed is printed: the tables as the database describes them, and the rows.
 */
import { defineEntity, p, raw, type MikroORM } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { MikroORM as PostgreSql } from '@mikro-orm/postgresql';
import { MikroORM as Sqlite } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

import * as v1 from './versions/1.ts';
import * as v2 from './versions/2.ts';

type V1 = typeof v1;
type V2 = typeof v2;

class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = {
    1: { fingerprint: '0:example', load: async () => v1 },
    2: { fingerprint: '0:example', load: async () => v2 },
  };

  async upgradeTo_2(step: Step<V1, V2>) {
    const { before, after } = step;
    // the block
    void [before, after, raw];
  }
}

/** What there is, line by line. */
async function facts(orm: MikroORM, isSqlite: boolean): Promise<string[]> {
  const connection = (orm.em as SqlEntityManager).getConnection();
  const lines: string[] = [];
  const tables = await connection.execute<Record<string, string>[]>(
    isSqlite
      ? `select name, sql from sqlite_master where type = 'table' and name not like 'deployed%' and name not like 'sqlite%' order by name`
      : `select table_name as name from information_schema.tables where table_schema = 'public' and table_name not like 'deployed%' order by 1`,
  );
  for (const { name = '', sql = '' } of tables) {
    const parts = isSqlite
      ? partsOf(sql)
      : (await connection.execute<Record<string, string>[]>(postgresParts(name))).map(({ part = '' }) => part);
    lines.push(...parts.map(part => `${name}: ${part}`));
    const rows = await connection.execute<Record<string, string>[]>(`select * from ${name} order by id`);
    lines.push(...rows.map(row => `${name} ${row['id']}: ${JSON.stringify(row)}`));
  }
  const indexes = await connection.execute<Record<string, string>[]>(
    isSqlite
      ? `select sql from sqlite_master where type = 'index' and sql is not null and tbl_name not like 'deployed%' order by name`
      : `select indexdef as sql from pg_indexes where schemaname = 'public' and tablename not like 'deployed%' and indexdef not like '%\\_pkey%' order by indexname`,
  );
  lines.push(
    ...indexes.map(({ sql = '' }) =>
      sql
        .replaceAll(/[`"]|public\./g, '')
        .replace(/ USING btree/, '')
        .toLowerCase(),
    ),
  );
  return lines;
}

/** The parts of a `create table` of SQLite: what commas outside of parentheses separate. */
function partsOf(sql: string): string[] {
  const body = sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')'));
  return body
    .split(/,(?![^(]*\))/)
    .map(part => part.replaceAll(/[`"]/g, '').trim().toLowerCase())
    .filter(part => !part.startsWith('constraint') || !part.includes('primary key'));
}

function postgresParts(table: string): string {
  return `select part from (
    select 1 as kind, attnum as place, attname || ' ' || format_type(atttypid, atttypmod)
      || case when attnotnull then ' not null' else '' end
      || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as part
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped
    union all
    select 2, 0, 'constraint ' || conname || ' ' || lower(pg_get_constraintdef(oid)) from pg_constraint
    where conrelid = '${table}'::regclass and contype in ('f', 'c')
  ) as parts order by kind, place, part`;
}

async function show(name: string, connect: (entities: object[]) => Promise<MikroORM>, isSqlite: boolean) {
  const oldOrm = await connect([v1.Animal, v1.Keeper]);
  await new FirstZooSchema(oldOrm).upgrade();
  const keeper = await oldOrm.em.fork().insert(v1.Keeper, { name: 'Ann' });
  await oldOrm.em.fork().insertMany(v1.Animal, [
    { species: 'lion', note: '12', keeper },
    { species: 'penguin', note: '7', keeper },
  ]);
  const old = await facts(oldOrm, isSqlite);
  const orm = await connect([v2.Animal, v2.Keeper]);
  await new ZooSchema(orm).upgrade({ verify: 'off' });
  const now = await facts(orm, isSqlite);
  console.log(`@@ ${name} @@`);
  for (const line of old) if (!now.includes(line)) console.log(`- ${line}`);
  for (const line of now) if (!old.includes(line)) console.log(`+ ${line}`);
  await Promise.all([oldOrm.close(), orm.close()]);
}

const file = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
await show('SQLite', entities => Sqlite.init({ entities: entities as never, dbName: file }) as Promise<never>, true);

const clientUrl = process.env['DATABASE_URL'] ?? '';
const server = await PostgreSql.init({ entities: [], clientUrl, discovery: { warnWhenNoEntities: false } });
await server.em.execute('drop schema public cascade; create schema public');
await server.close();
await show(
  'PostgreSQL',
  entities => PostgreSql.init({ entities: entities as never, clientUrl }) as Promise<never>,
  false,
);

void [defineEntity, p];
