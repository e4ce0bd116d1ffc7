import { sameExpression } from '../../../sql/expressions.ts';
import { quoteName } from '../../../sql/quoting.ts';
import { fold, sameName, sameNames } from '../../../sql/same-names.ts';
import type { Clause } from './clauses.ts';
import { addClause } from './edit-columns.ts';
import { insertItem, removeClause, removeItem, rewrite } from './edit-text.ts';
import { parseConstraint } from './fragments.ts';
import { findColumn, type TableDefinition } from './table-definition.ts';
import { TableEditError } from './table-edit-error.ts';

/** Which constraint is meant: by its name, or by what it says. It is found on the table and on its columns alike. */
export type ConstraintSelector =
  | { readonly name: string }
  /** Next to which column it stands; by default anywhere. Without a name, or by default with one or without. */
  | { readonly check: string; readonly column?: string | undefined; readonly isNamed?: false }
  | { readonly unique: readonly string[] }
  | { readonly foreignKey: readonly string[] }
  | { readonly primaryKey: true };

/** How the primary key behaves. */
interface PrimaryKeyOptions {
  /** Never gives a key again that was in use; one column of type `integer` only. `false` by default. */
  readonly autoincrement?: boolean;
}

/** The constraint that is meant, `undefined` if there is none. */
export function findConstraint(definition: TableDefinition, selector: ConstraintSelector): Clause | undefined {
  const { constraints, columns } = definition;
  const beside = 'column' in selector ? selector.column : undefined;
  const clauses =
    beside === undefined
      ? [...constraints, ...columns.flatMap(column => column.clauses)]
      : findColumn(definition, beside).clauses;
  return clauses.find(clause => isMeantBy(selector, clause));
}

function isMeantBy(selector: ConstraintSelector, clause: Clause): boolean {
  if ('name' in selector) return clause.name !== undefined && sameName(clause.name, selector.name);
  if ('check' in selector) {
    const { check, isNamed } = selector;
    if (clause.kind !== 'check' || (isNamed === false && clause.name !== undefined)) return false;
    return sameExpression(clause.expression, check);
  }
  if ('unique' in selector) return clause.kind === 'unique' && sameNames(clause.columns, selector.unique);
  if ('foreignKey' in selector) {
    return clause.kind === 'foreign key' && sameNames(clause.columns, selector.foreignKey);
  }
  return clause.kind === 'primary key';
}

/** The columns of the primary key. */
export function keyColumns(definition: TableDefinition): readonly string[] {
  const key = findConstraint(definition, { primaryKey: true });
  return key?.kind === 'primary key' ? key.columns : [];
}

/** Whether there is a primary key. */
export function hasKey(definition: TableDefinition): boolean {
  return keyColumns(definition).length > 0;
}

/**
 * Adds a constraint to the table.
 *
 * @param text the constraint as it stands in a `create table`: `constraint "few" check ("legs" < 5)`.
 * @throws {@link TableEditError} if the text is not one constraint, its name is taken, it names a column that is not there, or
 *   would be a second primary key.
 */
export function addConstraint(definition: TableDefinition, text: string): TableDefinition {
  const { text: constraint, said } = parseConstraint(definition.name, text);
  if (said.name !== undefined && findConstraint(definition, { name: said.name })) {
    throw new TableEditError(definition.name, `already has a constraint ${JSON.stringify(said.name)}`);
  }
  if (said.kind === 'primary key' && findConstraint(definition, { primaryKey: true })) {
    throw new TableEditError(definition.name, 'already has a primary key');
  }
  if ('columns' in said) for (const column of said.columns) findColumn(definition, column);
  return rewrite(definition, insertItem(definition, constraint));
}

/**
 * Drops a constraint of the table or of one of its columns.
 *
 * @throws {@link TableEditError} if there is none.
 */
export function dropConstraint(definition: TableDefinition, selector: ConstraintSelector): TableDefinition {
  const clause = findConstraint(definition, selector);
  if (clause === undefined) throw new TableEditError(definition.name, `has no constraint ${JSON.stringify(selector)}`);
  const isOfTable = definition.constraints.includes(clause);
  return rewrite(definition, isOfTable ? removeItem(definition, clause) : [removeClause(definition, clause)]);
}

/**
 * Makes these columns the primary key, in place of the one there is.
 *
 * @throws {@link TableEditError} if a column is not there, or `autoincrement` is asked of anything but one `integer` column.
 */
export function setPrimaryKey(
  definition: TableDefinition,
  columns: readonly string[],
  { autoincrement = false }: PrimaryKeyOptions = {},
): TableDefinition {
  const [first, ...more] = columns.map(name => findColumn(definition, name));
  if (first === undefined) throw new TableEditError(definition.name, 'a primary key needs a column');
  if (autoincrement && (more.length > 0 || fold(first.type) !== 'integer')) {
    throw new TableEditError(definition.name, 'autoincrement works only for one column of type integer');
  }
  const present = findConstraint(definition, { primaryKey: true });
  const isThere = present?.kind === 'primary key' && sameNames(present.columns, columns);
  if (isThere && present.autoincrement === autoincrement) return definition;

  const without = present ? dropConstraint(definition, { primaryKey: true }) : definition;
  if (more.length > 0) return addConstraint(without, `primary key (${columns.map(quoteName).join(', ')})`);
  return addClause(without, first.name, autoincrement ? 'primary key autoincrement' : 'primary key');
}
