import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clause } from '../../../../lib/dialects/sqlite/table-text/clauses.ts';
import * as columns from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import {
  addConstraint,
  dropConstraint,
  findConstraint,
} from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import {
  clausesOf,
  findColumn,
  parseTable,
  type TableDefinition,
} from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { normaliseExpression } from '../../../../lib/sql/expressions.ts';
import { fold } from '../../../../lib/sql/same-names.ts';
import { isMeant, nameOf, tokenize } from '../../../../lib/sql/tokens.ts';
import { openDatabase } from '../database.ts';
import { generateTable, type GeneratedTable } from '../tables.ts';
import { quoteName, quoteText } from '../../../../lib/sql/quoting.ts';

/** Checks a fact on tables of all kinds that SQLite takes, and one of their columns. */
function forTables(check: (table: GeneratedTable & { readonly definition: TableDefinition }, column: string) => void) {
  let checked = 0;
  const property = fc.property(fc.gen(), g => {
    const table = generateTable(g);
    if (!isTable(table.sql)) return;
    checked++;
    check({ ...table, definition: parseTable(table.sql) }, g(fc.constantFrom, ...table.columns) as string);
  });
  // the choices a table is made of shrink for hours; its seed brings it back as it is
  fc.assert(property, { numRuns: 150, endOnFailure: true });
  expect(checked).toBeGreaterThan(50);
}

/** Some that are generated are none: a default that is not for its column, a name said twice. */
function isTable(sql: string): boolean {
  try {
    openDatabase(sql)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/** The words of a text without quotes, case, comments and white space. */
const plain = (sql: string) =>
  tokenize(sql)
    .filter(isMeant)
    .map(token => fold(nameOf(token) ?? token.text))
    .join(' ');

const clausesIn = (definition: TableDefinition): Clause[] => [
  ...definition.columns.flatMap(column => column.clauses),
  ...definition.constraints,
];

test('a definition says what SQLite says about the table', () => {
  forTables(({ sql, name, definition }) => {
    using db = openDatabase(sql);
    const info = db.rows(`select * from pragma_table_xinfo(${quoteText(name)})`);
    expect(definition.name).toBe(name);
    expect(
      definition.columns.map(column => ({
        name: column.name,
        type: plain(column.type),
        generated: clausesOf(column, 'generated').length > 0,
        default: normaliseExpression(clausesOf(column, 'default').at(-1)?.expression ?? ''),
      })),
    ).toEqual(
      info.map(row => ({
        name: row.name,
        type: plain(String(row.type)),
        generated: Number(row.hidden) !== 0,
        default: normaliseExpression(String(row.dflt_value ?? '')),
      })),
    );

    const notNull = definition.columns.filter(column => clausesOf(column, 'not null').length > 0);
    expect(info.filter(row => row.notnull === 1).map(row => row.name)).toEqual(
      expect.arrayContaining(notNull.map(column => column.name)),
    );

    const key = findConstraint(definition, { primaryKey: true });
    const keyed = info.filter(row => Number(row.pk) > 0).toSorted((one, other) => Number(one.pk) - Number(other.pk));
    expect(key?.kind === 'primary key' ? key.columns.map(fold) : []).toEqual(keyed.map(row => fold(String(row.name))));

    const foreignKeys = db.rows(`select * from pragma_foreign_key_list(${quoteText(name)}) order by id desc`);
    expect(
      clausesIn(definition)
        .filter(clause => clause.kind === 'foreign key')
        .map(({ columns: from, references: { table, columns: to, onDelete, onUpdate } }) => {
          return { from: fold(from.join()), table, to: fold(to.join()), onDelete, onUpdate };
        }),
    ).toEqual(
      foreignKeys.map(row => ({
        from: fold(String(row.from)),
        table: row.table,
        to: fold(String(row.to ?? '')),
        onDelete: fold(String(row.on_delete)),
        onUpdate: fold(String(row.on_update)),
      })),
    );
  });
});

test('a column is renamed in the same places as by SQLite itself, to the letter', () => {
  let compared = 0;
  forTables(({ sql, name, definition }, column) => {
    using db = openDatabase(sql);
    const renamed = columns.renameColumn(definition, column, 'new "name').sql;
    try {
      db.script(`alter table ${quoteName(name)} rename column ${quoteName(column)} to "new ""name"`);
    } catch {
      return; // some without rowid, keyed by a column with a collation, are too much for it
    }
    compared++;
    expect(renamed).toBe(db.sqlOf(name));
  });
  expect(compared).toBeGreaterThan(50);
});

test('a column renamed and renamed back is what it was, but for quotes and case', () => {
  forTables(({ sql, definition, columns: names }, column) => {
    const there = columns.renameColumn(definition, column, 'elsewhere');
    const back = columns.renameColumn(there, 'elsewhere', column);
    expect(plain(back.sql)).toBe(plain(sql));
    expect(back.columns.map(({ origin }) => origin)).toEqual(names);
  });
});

test('what is added and dropped again leaves no trace', () => {
  forTables(({ sql, definition }, name) => {
    const column = findColumn(definition, name);
    const lacks = (kind: Clause['kind']) => clausesOf(column, kind).length === 0;
    const trips = [
      () => columns.dropColumn(columns.addColumn(definition, 'extra int not null'), 'extra'),
      () => dropConstraint(addConstraint(definition, 'constraint extra check (1)'), { name: 'extra' }),
      () => columns.setType(columns.setType(definition, name, 'numeric (3, 1)'), name, column.type),
      ...(lacks('not null') ? [() => columns.dropNotNull(columns.setNotNull(definition, name), name)] : []),
      ...(lacks('default') ? [() => columns.dropDefault(columns.setDefault(definition, name, "'?'"), name)] : []),
      ...(lacks('collate') ? [() => columns.dropCollation(columns.setCollation(definition, name, 'rtrim'), name)] : []),
    ];
    expect(trips.map(trip => trip().sql)).toEqual(trips.map(() => sql));
  });
});

test('every edit gives a table that SQLite takes, with the columns it had', () => {
  forTables(({ name, definition, columns: names }, column) => {
    const isGenerated = clausesOf(findColumn(definition, column), 'generated').length > 0;
    const edits = [
      columns.addColumn(definition, '"extra" text default (1)'),
      columns.setNotNull(definition, column),
      columns.dropNotNull(definition, column),
      columns.setCollation(definition, column, 'nocase'),
      columns.dropCollation(definition, column),
      columns.setType(definition, column, 'text'),
      addConstraint(definition, `foreign key (${quoteName(column)}) references "other" ("id")`),
      columns.dropDefault(definition, column),
      isGenerated ? columns.dropGenerated(definition, column) : columns.setDefault(definition, column, "'it''s, (?'"),
    ];
    for (const edited of edits) {
      using db = openDatabase(edited.sql);
      expect(db.sqlOf(name)).toBe(edited.sql);
      const there = db.column(`select name from pragma_table_xinfo(${quoteText(name)})`);
      expect(there.filter(other => other !== 'extra')).toEqual(names);
    }
  });
});
