import type { IndexDef } from '@mikro-orm/sql';
import { normaliseExpression } from '../../sql/expressions.ts';
import { quoteName } from '../../sql/quoting.ts';
import { sameName } from '../../sql/same-names.ts';
import type { IndexParts, LiveIndex } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { splice } from './table-text/edit-text.ts';
import { parseIndex, type IndexStatement, type IndexTerm } from './table-text/index-statement.ts';

/** What an index is, wherever it is written. */
type Indexed = Pick<IndexStatement, 'name' | 'unique' | 'terms' | 'where'>;

/** Says how an index differs from the wanted one, in words, or `undefined` if it does not. */
export function indexDifference({ helper, wanted }: EditContext, live: LiveIndex, index: IndexDef): string | undefined {
  const goal = parseIndex(wanted.name, helper.createIndex(index, wanted));
  const now = statementOf(live);
  return meaningOf(now) === meaningOf(goal) ? undefined : `${show(now)}, wanted ${show(goal)}`;
}

/** The statement that creates a wanted index on a table, which may be called otherwise by now than when it was declared. */
export function createIndex({ helper, wanted }: EditContext, table: string, index: IndexDef): string {
  const sql = helper.createIndex(index, wanted);
  const { tableSpan, table: declared } = parseIndex(table, sql);
  return sameName(declared, table) ? sql : splice(sql, [{ ...tableSpan, text: quoteName(table) }]);
}

/** What an index is made of. Whether it stands in the table's own definition makes no difference to SQLite. */
export function indexParts(live: LiveIndex): IndexParts {
  const { unique, terms, where } = statementOf(live);
  const shown = terms.map(term => showTerm({ ...term, text: term.text.replace(/\s+asc$/i, '') }));
  return { unique, constraint: false, method: undefined, terms: shown, include: [], where, options: undefined };
}

function statementOf(live: LiveIndex): Indexed {
  return /^\s*create\b/i.test(live.definition) ? parseIndex(live.name, live.definition) : constraint(live);
}

/** A unique constraint, as if it were the index that it is. */
function constraint({ name, columns }: LiveIndex): Indexed {
  const terms = columns.map(column => ({ text: quoteName(column), column }));
  return { name, unique: true, terms, where: undefined };
}

/** The definition of an index, without its name. */
function meaningOf({ unique, terms, where }: Indexed): string {
  // Ascending is the default.
  const order = terms.map(({ text }) => normaliseExpression(text).replace(/ asc$/, ''));
  return JSON.stringify([unique, order, where === undefined ? undefined : normaliseExpression(where)]);
}

function show({ unique, terms, where }: Indexed): string {
  const over = `over (${terms.map(showTerm).join(', ')})`;
  return [unique ? 'unique' : 'not unique', over, ...(where === undefined ? [] : [`where ${where}`])].join(' ');
}

/** A column by its name, unless its values have a custom collation or order. */
function showTerm({ text, column }: IndexTerm): string {
  return column === undefined || /\s(?:collate|desc)\b/i.test(text) ? text : column;
}
