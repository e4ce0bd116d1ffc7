import type { LiveIndex, LiveTable } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { isChosen } from './choices.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import { isMeant, nameOf, tokenize } from '../sql/tokens.ts';
import { columnsOf, type IndexModel, type PropertyModel } from './entity-model.ts';
import { columnsOut, mentions, type ColumnsOut, type ModelingContext } from './modeling-context.ts';

/** The indexes that a property declares: those over just its columns, the first of each kind. */
export interface SingleIndexes {
  index(columns: readonly string[]): LiveIndex | undefined;
  unique(columns: readonly string[]): LiveIndex | undefined;
}

/** Finds indexes over all columns of one property. */
export function singleIndexes(context: ModelingContext, table: LiveTable): SingleIndexes {
  const plain = table.indexes.filter(index => isPlain(context, index) && !isLeftOut(context, table, index));
  const find = (isUnique: boolean) => (columns: readonly string[]) =>
    plain.find(index => index.unique === isUnique && sameList(index.columns, columns));
  return { index: find(false), unique: find(true) };
}

/** Lists the indexes that no property declares. */
export function modelIndexes(
  context: ModelingContext,
  table: LiveTable,
  properties: readonly PropertyModel[],
  single: SingleIndexes,
): IndexModel[] {
  // A new database does not have these columns
  const out = columnsOut(context, table);
  const declared = properties.flatMap(property => {
    const columns = columnsOf(property);
    return [single.index(columns), single.unique(columns)];
  });
  return table.indexes
    .filter(index => !declared.includes(index) && !isLeftOut(context, table, index) && !isOver(out, index, context))
    .map(index => {
      const { name, unique } = index;
      const named = name || context.naming.indexName(table.name, [...index.columns], 'unique');
      const over = isPlain(context, index) ? propertiesOver(index.columns, properties) : undefined;
      if (over) return { name: named, unique, properties: over };
      return { name: named, unique, expression: context.modeling.indexStatement(table, index.definition) };
    });
}

/** Whether an index needs one of these columns. */
function isOver(out: ColumnsOut, index: LiveIndex, { likeness }: ModelingContext): boolean {
  const { terms, include, where = '' } = likeness.indexParts(index);
  return index.columns.some(column => out.has(column)) || [...terms, ...include, where].some(one => mentions(one, out));
}

/** Whether an index is a plain index over columns. */
function isPlain({ likeness }: ModelingContext, index: LiveIndex): boolean {
  const { constraint, unique, method, terms, include, where, options } = likeness.indexParts(index);
  const isColumns =
    index.columns.length > 0 &&
    terms.length === index.columns.length &&
    terms.every((term, position) => isColumn(term, index.columns[position], likeness));
  // PostgreSQL has unique indexes that are no constraints. MikroORM makes constraints there, and SQLite knows no method.
  const isUsual = unique === constraint || method === undefined;
  return isColumns && isUsual && (method ?? 'btree') === 'btree' && include.length === 0 && !where && !options;
}

/** Whether a term of an index is a column, quoted or not, and nothing more. */
function isColumn(term: string, column: string | undefined, { sameName }: Likeness): boolean {
  const [name, ...more] = tokenize(term).filter(isMeant);
  return more.length === 0 && sameName(nameOf(name) ?? '', column ?? '');
}

/** The properties that have just these columns, in their order. */
function propertiesOver(columns: readonly string[], properties: readonly PropertyModel[]): string[] | undefined {
  const found: string[] = [];
  for (let at = 0; at < columns.length;) {
    const property = properties.find(one => sameList(columnsOf(one), columns.slice(at, at + columnsOf(one).length)));
    if (!property) return undefined;
    found.push(property.name);
    at += columnsOf(property).length;
  }
  return found;
}

function isLeftOut({ choices }: ModelingContext, table: LiveTable, { name, columns }: LiveIndex): boolean {
  return isChosen(choices, [showName(table), 'index', name || columns.join(', ')], 'left out');
}

function sameList(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
