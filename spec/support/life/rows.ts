import type { TestDatabase } from '../databases.ts';

/** Rows of the first release: two zoos, three exhibits, and animals with parents and keepers. */
export async function settleLife(database: TestDatabase): Promise<void> {
  await database.execute(`insert into zoo (id, name, founded) values (1, 'Artis', 1838), (2, 'Burgers'' Zoo', null)`);
  await database.execute(
    `insert into exhibit (id, name, zoo_id) values (1, 'Savannah', 1), (2, 'The Penguin Encounter', 1), (3, 'Bush', 2)`,
  );
  await database.execute(
    `insert into animal (id, name, species, keeper_name, notes, exhibit_id, parent_id) values
      (1, 'Leo', 'lion', 'Ann', 'roars', 1, null), (2, 'Elsa', 'lion', 'Ann', null, 1, 1),
      (3, 'Pingu', 'penguin', 'Bob', 'it''s 100% \\ ? 🐧', 2, null), (4, 'Kiki', 'penguin', 'Bob', null, 2, 3),
      (5, 'Dumbo', 'elephant', 'Cas', null, 3, null), (6, 'Ada', 'okapi', 'Ann', '', 3, null), (7, 'Zed', 'zebra', 'Dee', null, 1, null)`,
  );
}

/** What is in every table of the application, and what each is like, as plain data. */
export async function photograph(
  database: TestDatabase,
): Promise<{ storage: unknown; rows: Record<string, unknown[]> }> {
  const tables = (
    await database.execute<{ name: string }>(
      database.dialect === 'sqlite'
        ? `select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'deployed%' order by name`
        : `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not like 'deployed%' order by relname`,
    )
  ).map(({ name }) => name);
  const rows: Record<string, unknown[]> = {};
  for (const table of tables) {
    const found = await database.execute(`select * from "${table}"`);
    const keyed = found.map(sortedKeys).map(row => ({ row, key: JSON.stringify(row) }));
    rows[table] = keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
  }
  return { storage: await (database.dialect === 'sqlite' ? sqliteStorage : postgresStorage)(database, tables), rows };
}

/** Columns by name rather than by position: a column that was added stands at the end. */
async function sqliteStorage(database: TestDatabase, tables: readonly string[]): Promise<unknown> {
  const ofTables = 'sqlite_master t, pragma_';
  const columns = await database.execute(
    `select t.name as "of", x.name, lower(x.type) as type, x."notnull", x.dflt_value, x.pk, x.hidden
      from ${ofTables}table_xinfo(t.name) x where t.type = 'table' order by x.name`,
  );
  const keys = await database.execute(
    `select t.name as "of", k."table", k."from", k."to", k.on_update, k.on_delete
      from ${ofTables}foreign_key_list(t.name) k where t.type = 'table' order by k."from"`,
  );
  const indexes = await database.execute(
    `select t.name as "of", il.name, il."unique", il.partial,
        (select group_concat(ii.name) from pragma_index_info(il.name) ii) as columns
      from ${ofTables}index_list(t.name) il where t.type = 'table' and il.origin = 'c' order by il.name`,
  );
  const made = await database.execute<{ name: string; sql: string }>(
    `select name, sql from sqlite_master where type = 'table'`,
  );
  const views = await database.execute(`select name from sqlite_master where type = 'view' order by name`);
  const storage = tables.map(table => {
    const own = (rows: Record<string, unknown>[]) => rows.flatMap(({ of, ...row }) => (of === table ? [row] : []));
    const { sql = '' } = made.find(({ name }) => name === table) ?? {};
    const checks = (sql.match(/check\s*\(/gi) ?? []).length;
    return [table, { columns: own(columns), keys: own(keys), indexes: own(indexes), checks }] as const;
  });
  return { ...Object.fromEntries(storage), views };
}

async function postgresStorage(database: TestDatabase): Promise<unknown> {
  const columns = await database.execute(
    `select table_name, column_name, udt_name, character_maximum_length, is_nullable, column_default, is_generated, generation_expression
      from information_schema.columns where table_schema = 'public' and table_name not like 'deployed%' order by 1, 2`,
  );
  const constraints = await database.execute(
    `select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as definition
      from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'deployed%' and contype <> 'n' order by 1, 2`,
  );
  const indexes = await database.execute(
    `select tablename, indexname, indexdef from pg_indexes where schemaname = 'public' and tablename not like 'deployed%' order by 1, 2`,
  );
  const enums = await database.execute(
    `select typname, array_agg(enumlabel::text order by enumsortorder)::text as labels from pg_type t join pg_enum e on e.enumtypid = t.oid group by 1 order by 1`,
  );
  const sequences = await database.execute(
    `select relname from pg_class where relkind = 'S' and relname not like 'deployed%' order by 1`,
  );
  return { columns, constraints, indexes, enums, sequences };
}

function sortedKeys(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
