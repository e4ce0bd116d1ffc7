import type { Column, DatabaseTable } from '@mikro-orm/sql';
import type { LiveColumn } from '../../table-changes.ts';
import type { EditContext } from '../../table-editor.ts';
import { clausesOf, type ColumnDefinition, type TableDefinition } from '../table-text/table-definition.ts';
import { findConstraint } from '../table-text/edit-constraints.ts';
import { parseColumn, type Fragment } from '../table-text/fragments.ts';
import { fold, sameNames } from '../../../sql/same-names.ts';

/** MikroORM takes the checks it writes out of the table it is given: this one has none to lose. */
const WITHOUT_CHECKS = { getChecks: () => [] } as unknown as DatabaseTable;

/**
 * A wanted column as MikroORM writes it into a new table, without its checks.
 *
 * @param withKey whether it says `primary key` where it is one.
 */
export function wantedColumn(
  { helper, wanted }: EditContext,
  column: Column,
  { withKey = false }: { readonly withKey?: boolean } = {},
): Fragment<ColumnDefinition> {
  // a counter is an integer, whatever it was declared as
  const plain = {
    ...column,
    type: column.autoincrement ? 'integer' : column.type,
    primary: false,
    autoincrement: false,
  };
  const text = helper.createTableColumn(withKey ? column : plain, WITHOUT_CHECKS) as string;
  return parseColumn(wanted.name, text);
}

/** Says what a column is. */
export function describeColumn(column: ColumnDefinition, { isKey = false } = {}): LiveColumn {
  const generated = clausesOf(column, 'generated').at(-1);
  const collation = clausesOf(column, 'collate').at(-1)?.collation;
  const given = clausesOf(column, 'default').at(-1)?.expression;
  return {
    name: column.name,
    type: column.type,
    nullable: clausesOf(column, 'not null').length === 0 && !isKey,
    default: given === undefined || fold(given) === 'null' ? undefined : given,
    generated: generated && `(${generated.expression}) ${generated.stored ? 'stored' : 'virtual'}`,
    collation: collation === undefined || fold(collation) === 'binary' ? undefined : collation,
  };
}

/**
 * Tells whether a column is a primary key that holds no null although it does not say so: a name of the rowid, or a key of
 * a table without one. All others may, to this day.
 *
 * @see https://www.sqlite.org/lang_createtable.html#the_primary_key
 */
export function isStrictKey(definition: TableDefinition, column: ColumnDefinition): boolean {
  const columns = keyColumns(definition);
  if (definition.withoutRowid) return columns.some(name => fold(name) === fold(column.name));
  return sameNames(columns, [column.name]) && fold(column.type) === 'integer';
}

/** The columns of the primary key. */
export function keyColumns(definition: TableDefinition): readonly string[] {
  const key = findConstraint(definition, { primaryKey: true });
  return key?.kind === 'primary key' ? key.columns : [];
}

export function hasKey(definition: TableDefinition): boolean {
  return keyColumns(definition).length > 0;
}
