import { OperationError } from '../../errors.ts';
import type { TableName } from '../table-changes.ts';
import type { Editor } from '../table-editor.ts';
import { showName } from '../table-names.ts';
import { change } from './change.ts';
import { compareColumn, compareCounter, compareDescriptions } from './compare.ts';
import { indexDifference, indexParts } from './indexes.ts';
import { conversion, misfit } from './misfit.ts';
import { read } from './read.ts';
import { dropTable } from './rebuild/drop-table.ts';
import { referringKeys } from './foreign-keys/referring-keys.ts';
import { rename } from './rename.ts';
import { sqliteRows } from './rows.ts';
import { TableEditError } from './table-text/table-edit-error.ts';
import { sameExpression } from '../../sql/expressions.ts';
import { SQLITE } from '../../sql/tokens.ts';
import { sameName } from '../../sql/same-names.ts';
import { goalTable } from './alter-table/goal-table.ts';
import { goalStorage, isPlainlyAsWanted } from './storage/goal-storage.ts';
import { readStorage } from './storage/read-storage.ts';

/** Changes tables on SQLite: by its own `alter table` where that is right, by one rebuild where it is not. */
export const sqliteEditor: Editor = {
  read: (sql, table) => refusing(table, () => read(sql, table)),
  referringKeys,
  async change(context, table, changes) {
    if (changes.length === 0) return;
    assertOwn(table);
    await refusing(table, () => change(context, table, changes));
  },
  isRedundant: async () => false,
  comment: undefined,
  async rename(context, from, to) {
    assertOwn(from);
    assertOwn(to);
    await refusing(from, () => rename(context, from.name, to.name));
  },
  drop: (sql, table, together = []) => refusing(table, () => dropTable(sql, table, together)),
  async difference(context, table, live, wanted) {
    const differences = [
      ...compareColumn(context, live, wanted).map(({ text }) => text),
      ...compareCounter(context, table, live, wanted),
    ];
    return differences.length === 0 ? undefined : differences.join('; ');
  },
  indexDifference: async (context, _table, live, wanted) => indexDifference(context, live, wanted),
  misfit: async (context, _table, live, wanted) => misfit(context, live, wanted),
  converted: conversion,
  derivedNamesFollow: false,
  rows: sqliteRows,
  lexicon: SQLITE,
  goalTable: (context, live) => refusing(live, async () => goalTable(context, live)),
  readStorage,
  isPlainlyAsWanted,
  goalStorage,
  likeness: { sameName, sameExpression, columnDifferences: compareDescriptions, indexParts },
};

/** Does `work`, and says what stands in its way as operations do. */
async function refusing<T>(table: TableName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TableEditError)) throw error;
    throw new OperationError(`${showName(table)}: ${error.reason}`, { table: showName(table), cause: error });
  }
}

/** @throws {@link OperationError} for a table of an attached database, which is not the one that is upgraded. */
function assertOwn(table: TableName): void {
  if (table.namespace === undefined || table.namespace === 'main') return;
  throw new OperationError(
    `${showName(table)} is in an attached database. Steps change only the database with the version.`,
    { table: showName(table) },
  );
}
