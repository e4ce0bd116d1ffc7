import type { CheckDef, Column, ForeignKey } from '@mikro-orm/sql';
import { columnWithoutChecks } from '../../../mikro-orm/schema-helper-parts.ts';
import { quoteName } from '../../../sql/quoting.ts';
import { freeName } from '../../rename-order.ts';
import type { Change } from '../../table-changes.ts';
import type { EditContext } from '../../table-editor.ts';
import { findConstraint, type ConstraintSelector } from '../table-text/edit-constraints.ts';
import { parseColumn, type Fragment } from '../table-text/fragments.ts';
import type { ColumnDefinition, TableDefinition } from '../table-text/table-definition.ts';

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
  // A counter is an integer, with any declared type.
  const plain = {
    ...column,
    type: column.autoincrement ? 'integer' : column.type,
    primary: false,
    autoincrement: false,
  };
  return parseColumn(wanted.name, columnWithoutChecks(helper, withKey ? column : plain));
}

/** The column next to which MikroORM writes a check, without its name: that of the first check over a property. */
export function columnOfCheck({ wanted }: EditContext, { name, columnName }: CheckDef): string | undefined {
  if (columnName === undefined) return undefined;
  const first = wanted.getChecks().find(check => check.columnName === columnName);
  return first?.name === name ? columnName : undefined;
}

/** A check as it stands next to its column. */
export function columnCheck({ expression }: CheckDef): string {
  return `check (${String(expression)})`;
}

/** A check as it stands behind the columns. */
export function tableCheck(check: CheckDef): string {
  return `constraint ${quoteName(check.name)} ${columnCheck(check)}`;
}

/** A foreign key as it stands next to its one column. */
export function columnForeignKey({ helper, wanted }: EditContext, key: ForeignKey): string {
  return helper.createForeignKey(wanted, key, false, true);
}

/**
 * A foreign key as it stands behind the columns. Its name may be taken by one whose column is called otherwise by now: it
 * gets another then, since nothing but the definition ever says it.
 */
export function tableForeignKey({ helper, wanted }: EditContext, definition: TableDefinition, key: ForeignKey): string {
  const constraintName = freeName(key.constraintName, name => findConstraint(definition, { name }) !== undefined);
  return helper.createForeignKey(wanted, { ...key, constraintName }, false);
}

/** How the constraint is found that a change drops. */
export function selectorOf(
  definition: TableDefinition,
  change: Change & { readonly kind: 'drop check' | 'drop foreign key' | 'drop index' },
): ConstraintSelector {
  if (change.kind === 'drop index') {
    return change.name === '' ? { unique: change.columns ?? [] } : { name: change.name };
  }
  if (change.kind === 'drop foreign key') return { foreignKey: change.columns };
  const { name, expression, column } = change;
  if (name === '' && expression !== undefined) return { check: expression, isNamed: false, column };
  const isNamed = name !== '' && findConstraint(definition, { name }) !== undefined;
  return isNamed || expression === undefined ? { name } : { check: expression };
}
