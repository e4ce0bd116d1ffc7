import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as columns from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import * as constraints from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { openDatabase } from '../database.ts';
import { generateTable } from '../tables.ts';
import { oracle, ours } from './oracle.ts';

/*
 * What we read in the text of a table, and what we make of it, means the same to a parser that is made from SQLite's own
 * grammar: names, types, clauses of columns and of the table, and what foreign keys refer to.
 */

/** What steps make of a table's text. */
const EDITS: Readonly<Record<string, (table: TableDefinition, column: string) => TableDefinition>> = {
  'a column that is renamed': (table, column) => columns.renameColumn(table, column, 'another "name"'),
  'a type': (table, column) => columns.setType(table, column, 'varchar(12)'),
  'not null': columns.setNotNull,
  'no not null any more': columns.dropNotNull,
  'a default': (table, column) => columns.setDefault(table, column, `'it''s'`),
  'no default any more': columns.dropDefault,
  'a collation': (table, column) => columns.setCollation(table, column, 'nocase'),
  'no collation any more': columns.dropCollation,
  'a generated value': (table, column) => columns.setGenerated(table, column, '1 + 1'),
  'no generated value any more': columns.dropGenerated,
  'a clause': (table, column) => columns.addClause(table, column, `check (${quote(column)} <> ')')`),
  'a column that goes': (table, column) => columns.dropColumn(table, column),
  'a table that is renamed': table => parseTable(columns.renameTable(table, 'another "table"')),
  'a check': table => constraints.addConstraint(table, `constraint "a ""check" check ('(' <> ')')`),
  'a unique constraint': (table, column) =>
    constraints.addConstraint(table, `unique (${quote(column)} collate nocase)`),
  'a foreign key': (table, column) =>
    constraints.addConstraint(
      table,
      `foreign key (${quote(column)}) references "other ""table" ("id") on delete set null deferrable initially deferred`,
    ),
  'no foreign key any more': (table, column) => constraints.dropConstraint(table, { foreignKey: [column] }),
  'no unique constraint any more': (table, column) => constraints.dropConstraint(table, { unique: [column] }),
  'another primary key': (table, column) => constraints.setPrimaryKey(table, [column]),
  'a column that is added': table => columns.addColumn(table, `"added" text default ('x')`),
};

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isTable(sql: string): boolean {
  try {
    openDatabase(sql)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

test('a table means the same to us and to a parser of the grammar of SQLite, before and after edits', () => {
  let [checked, edited] = [0, 0];
  const property = fc.property(fc.gen(), g => {
    const { sql, columns: names } = generateTable(g);
    if (!isTable(sql)) return;
    checked += 1;
    const table = parseTable(sql);
    expect({ sql, ...ours(sql) }).toEqual({ sql, ...oracle(sql) });
    const column = g(fc.constantFrom, ...names) as string;
    for (const [edit, change] of Object.entries(EDITS)) {
      const made = attempt(() => change(table, column));
      if (!made) continue;
      edited += 1;
      expect({ edit, sql: made.sql, ...ours(made.sql) }).toEqual({
        edit,
        sql: made.sql,
        ...oracle(made.sql),
      });
    }
  });
  fc.assert(property, { numRuns: 120, endOnFailure: true });
  expect(checked).toBeGreaterThan(40);
  expect(edited).toBeGreaterThan(150);
});

/** An edit may say that a table does not allow it. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as Error).name === 'TableEditError') return undefined;
    throw error;
  }
}
