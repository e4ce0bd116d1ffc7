import { clausesOf, findColumn, type TableDefinition } from './table-definition.ts';
import { dropColumn } from './edit-columns.ts';
import { TableEditError } from './table-edit-error.ts';
import { withoutOuterParentheses } from '../../../sql/expressions.ts';
import { parseColumn } from './fragments.ts';
import { fold } from '../../../sql/same-names.ts';
import { isMeant, tokenize } from '../../../sql/tokens.ts';

/**
 * Tells whether SQLite's own `alter table … add column` takes this column, also when the table has rows and while
 * foreign keys are off. A check on the column is then tried on the rows there are.
 *
 * @param text the column as it stands in a `create table`.
 * @throws TableEditError if the text is not one column.
 * @see https://www.sqlite.org/lang_altertable.html#altertabaddcol
 */
export function canAddInPlace(definition: TableDefinition, text: string): boolean {
  const { said: column } = parseColumn(definition.name, text);
  const kinds = new Set(column.clauses.map(clause => clause.kind));
  if (kinds.has('primary key') || kinds.has('unique')) return false;
  const generated = clausesOf(column, 'generated').at(-1);
  if (generated !== undefined) return !generated.stored;
  const expression = clausesOf(column, 'default').at(-1)?.expression ?? 'null';
  if (!isConstant(expression)) return false;
  return !kinds.has('not null') || !isNull(expression);
}

/**
 * Tells whether nothing in the definition keeps SQLite's own `alter table … drop column` from dropping this column.
 * Indexes, triggers and views that name it do, and are not in the definition.
 *
 * @throws TableEditError if there is no such column.
 * @see https://www.sqlite.org/lang_altertable.html#altertabdropcol
 */
export function canDropInPlace(definition: TableDefinition, name: string): boolean {
  const column = findColumn(definition, name);
  if (clausesOf(column, 'unique').length > 0) return false;
  try {
    dropColumn(definition, name);
    return true;
  } catch (error) {
    if (error instanceof TableEditError) return false;
    throw error;
  }
}

/** A literal, with or without a sign and parentheses; what SQLite can fold besides is left to a rebuild. */
function isConstant(expression: string): boolean {
  const [first, second, ...more] = withoutOuterParentheses(tokenize(expression).filter(isMeant));
  const isSigned = first?.text === '+' || first?.text === '-';
  const value = isSigned ? second : first;
  const isAlone = isSigned ? more.length === 0 : second === undefined;
  if (!isAlone || value === undefined || value.text.startsWith('"')) return false;
  return !['current_date', 'current_time', 'current_timestamp'].includes(fold(value.text));
}

function isNull(expression: string): boolean {
  const [token] = withoutOuterParentheses(tokenize(expression).filter(isMeant));
  return fold(token?.text ?? '') === 'null';
}
