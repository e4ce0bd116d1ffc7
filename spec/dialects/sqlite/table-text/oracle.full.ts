import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStmt } from 'sqlite3-parser';
import type { Clause } from '../../../../lib/dialects/sqlite/table-text/clauses.ts';
import * as columns from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { fold } from '../../../../lib/sql/same-names.ts';
import { openDatabase } from '../database.ts';
import { generateTable } from '../tables.ts';

/*
 * What we read in the text of a table, and what we make of it, means the same to a parser that is made from SQLite's own
 * grammar: names, types, clauses of columns and of the table, and what foreign keys refer to.
 */

/** What both readings say. */
interface Said {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly clauses: readonly string[] }[];
  readonly constraints: readonly string[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- its tree, of which little is looked at
type Node = any;

const KINDS: Readonly<Record<string, string>> = {
  PrimaryKey: 'primary key',
  NotNull: 'not null',
  Default: 'default',
  Check: 'check',
  Generated: 'generated',
  Collate: 'collate',
  Unique: 'unique',
  ForeignKey: 'foreign key',
};

function kindOf({ constraint }: Node): string[] {
  const kind = String(constraint.type).replace(/(?:Column|Table)Constraint$/, '');
  // `null` says nothing, and `deferrable` belongs to the foreign key before it.
  if (kind === 'Defer' || (kind === 'NotNull' && constraint.nullable === true)) return [];
  if (kind !== 'ForeignKey') return [KINDS[kind] ?? kind];
  const { clause } = constraint;
  const names = (clause.columns ?? []).map(({ colName }: Node) => fold(colName.text));
  return [`foreign key to ${fold(clause.tblName.text)} (${names.join(', ')})`];
}

function oracle(sql: string): Said {
  const parsed = parseStmt(sql);
  if (parsed.status === 'error') throw new Error(parsed.errors.join('\n'));
  const { tblName, body } = parsed.root as Node;
  return {
    name: tblName.objName.text,
    columns: body.columns.map(({ colName, colType, constraints }: Node) => ({
      name: colName.text,
      type: typeOf(colType),
      clauses: constraints.flatMap(kindOf),
    })),
    constraints: (body.constraints ?? []).flatMap(kindOf),
  };
}

/** SQLite itself takes these words out of a type. https://www.sqlite.org/gencol.html */
function typeOf(type: Node): string {
  return fold(String(type?.name ?? '').replace(/\s*generated always$/i, ''));
}

function ours({ name, columns: all, constraints }: TableDefinition): Said {
  return {
    name,
    columns: all.map(column => ({
      name: column.name,
      type: fold(column.type.replace(/\s*\(.*$/s, '').replaceAll(/^"|"$/g, '')),
      clauses: column.clauses.flatMap(showClause),
    })),
    constraints: constraints.flatMap(showClause),
  };
}

function showClause(clause: Clause): string[] {
  if (clause.kind === 'null') return [];
  if (clause.kind !== 'foreign key') return [clause.kind];
  const { references } = clause as Node;
  return [`foreign key to ${fold(references.table)} (${references.columns.map(fold).join(', ')})`];
}

/** What steps make of a table's text. */
const EDITS: Readonly<Record<string, (table: TableDefinition, column: string) => TableDefinition>> = {
  'a column that is renamed': (table, column) => columns.renameColumn(table, column, 'another "name"'),
  'a type': (table, column) => columns.setType(table, column, 'varchar(12)'),
  'not null': columns.setNotNull,
  'no not null any more': columns.dropNotNull,
  'a default': (table, column) => columns.setDefault(table, column, `'it''s'`),
  'no default any more': columns.dropDefault,
  'a collation': (table, column) => columns.setCollation(table, column, 'nocase'),
  'a column that is added': table => columns.addColumn(table, `"added" text default ('x')`),
};

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
    expect({ sql, ...ours(table) }).toEqual({ sql, ...oracle(sql) });
    const column = g(fc.constantFrom, ...names) as string;
    for (const [edit, change] of Object.entries(EDITS)) {
      const made = attempt(() => change(table, column));
      if (!made) continue;
      edited += 1;
      expect({ edit, sql: made.sql, ...ours(parseTable(made.sql)) }).toEqual({
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
