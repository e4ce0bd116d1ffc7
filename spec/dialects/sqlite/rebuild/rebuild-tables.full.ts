import { expect, test } from '@jest/globals';
import fc, { type GeneratorValue } from 'fast-check';
import {
  addColumn,
  dropColumn,
  dropDefault,
  renameColumn,
} from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import { addConstraint, dropConstraint } from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import type { TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { openDatabase, rebuild, type TestDatabase } from '../database.ts';
import { generateTable, type GeneratedTable } from '../tables.ts';
import { quoteName, quoteText } from '../../../../lib/sql/quoting.ts';

const values = ['null', '1', '-7', '2.5', '9007199254740993', "'x'", "'it''s ?'", "'🦒'", "x'00ff'", "''"];

/** Puts rows that fit into a table, and an index, a view and a trigger beside it. `undefined` if SQLite takes no such table. */
function fill(g: GeneratorValue, { sql, name, columns }: GeneratedTable): TestDatabase | undefined {
  const db = openDatabase();
  const table = quoteName(name);
  const written = columns.filter(column => column !== 'made');
  const list = written.map(quoteName).join(', ');
  try {
    db.script(sql);
    for (let row = g(fc.integer, { min: 0, max: 12 }); row > 0; row--) {
      const some = written.map(() => g(fc.constantFrom, ...values) as string);
      db.script(`insert or ignore into ${table} (${list}) values (${some.join(', ')})`);
    }
    db.script(
      `create index "an index" on ${table} (${written.map(quoteName).join(' desc, ')}) where ${list.split(', ')[0]} is not 3`,
    );
    db.script(
      `create view "a view" as select * from ${table} t; create view "another" as select ${list} from "a view"`,
    );
    db.script(
      `create trigger "a trigger" after update on ${table} begin select new.${quoteName(written[0] ?? '')}; end`,
    );
    return db;
  } catch {
    db[Symbol.dispose]();
    return undefined;
  }
}

/** Every value to the letter, in the order of the rows. */
function rowsOf(db: TestDatabase, table: string, columns: readonly string[]): unknown {
  const isKept = db.column(`select wr from pragma_table_list(${quoteText(table)})`)[0] === 0;
  const all = [...(isKept ? ['cast(rowid as text)'] : []), ...columns.map(column => `quote(${quoteName(column)})`)];
  return db.rows(
    `select ${all.map((expression, index) => `${expression} as c${index}`).join(', ')} from ${quoteName(table)} order by 1`,
  );
}

const schemaOf = (db: TestDatabase) =>
  db.rows(`select type, name, sql from sqlite_master where sql is not null and type <> 'table' order by name`);

type Edit = (definition: TableDefinition) => TableDefinition;

const trips: [string, Edit, Edit][] = [
  ['a column', t => addColumn(t, `"the extra" text not null default '?'`), t => dropColumn(t, 'the extra')],
  [
    'a constraint',
    t => addConstraint(t, 'constraint "the extra" check (1)'),
    t => dropConstraint(t, { name: 'the extra' }),
  ],
];

test.each(trips)(
  '%s added to a table with rows and dropped again leaves everything as it was',
  async (_, there, back) => {
    let rebuilt = 0;
    const property = fc.asyncProperty(fc.gen(), async g => {
      const table = generateTable(g);
      using db = fill(g, table);
      if (db === undefined) return;
      const facts = () => ({ rows: rowsOf(db, table.name, table.columns), schema: schemaOf(db) });
      const before = facts();
      await rebuild(db, table.name, there);
      expect(facts()).toEqual(before);
      const sql = db.sqlOf(table.name);
      await rebuild(db, table.name, t => there(back(t)));
      expect(db.sqlOf(table.name)).toBe(sql);
      await rebuild(db, table.name, back);
      expect(facts()).toEqual(before);
      expect(db.column('pragma integrity_check')).toEqual(['ok']);
      rebuilt++;
    });
    await fc.assert(property, { numRuns: 60, endOnFailure: true });
    expect(rebuilt).toBeGreaterThan(20);
  },
);

test('a column of a table with rows is renamed and keeps them, and indexes and triggers follow', async () => {
  let rebuilt = 0;
  const property = fc.asyncProperty(fc.gen(), async g => {
    const table = generateTable(g);
    using db = fill(g, table);
    if (db === undefined || table.sql.includes('without rowid')) return;
    db.script('drop view another'); // it names what "a view" names, which a rename would change
    const [first = ''] = table.columns;
    const before = rowsOf(db, table.name, table.columns);
    await rebuild(db, table.name, t => dropDefault(renameColumn(t, first, 'the new "name"'), 'the new "name"'));
    expect(rowsOf(db, table.name, ['the new "name"', ...table.columns.slice(1)])).toEqual(before);
    expect(schemaOf(db).map(({ sql }) => String(sql).includes('"the new ""name"""'))).toEqual([true, false, true]);
    expect(db.column('pragma integrity_check')).toEqual(['ok']);
    rebuilt++;
  });
  await fc.assert(property, { numRuns: 60, endOnFailure: true });
  expect(rebuilt).toBeGreaterThan(20);
});
