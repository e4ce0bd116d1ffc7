import { withoutOuterParentheses } from '../../../sql/expressions.ts';
import { quoteName } from '../../../sql/quoting.ts';
import { fold, sameName } from '../../../sql/same-names.ts';
import { isMeant, tokenize } from '../../../sql/tokens.ts';
import type { Change } from '../../table-changes.ts';
import type { EditContext, Sql } from '../../table-editor.ts';
import { findIndexesToDrop, refuseIndexedNames, renameColumnInSchema } from '../rebuild/schema-dependents.ts';
import { readObjects } from '../rebuild/schema-objects.ts';
import { addColumn, dropColumn, renameColumn } from '../table-text/edit-columns.ts';
import { findConstraint, hasKey } from '../table-text/edit-constraints.ts';
import { parseColumn } from '../table-text/fragments.ts';
import { clausesOf, findColumn, type TableDefinition } from '../table-text/table-definition.ts';
import { TableEditError } from '../table-text/table-edit-error.ts';
import type { TableChange } from './redefine.ts';
import { columnCheck, columnForeignKey, columnOfCheck, selectorOf, wantedColumn } from './wanted-text.ts';

/** What SQLite's own `alter table` does without rewriting the table. */
type InPlace =
  /** The column as it stands in a `create table`. */
  | { readonly kind: 'add'; readonly text: string }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/**
 * Finds the way to carry out changes without a rebuild; `undefined` if there is none. Checks and foreign keys come and go
 * with their column.
 */
export function planInPlace(
  context: EditContext,
  definition: TableDefinition,
  changes: readonly TableChange[],
): InPlace[] | undefined {
  const plan: InPlace[] = [];
  let edited = definition;
  for (const change of changes) {
    switch (change.kind) {
      case 'add column': {
        const text = textOf(context, edited, change, changes);
        // What rows get would have to be written by an update, which triggers would see.
        if (change.fill !== undefined || !canAddInPlace(edited, text)) return undefined;
        plan.push({ kind: 'add', text });
        edited = addColumn(edited, text);
        if (!namesOnlyColumnsOf(edited, change.column.name)) return undefined;
        break;
      }
      case 'drop column':
        if (!canDropInPlace(edited, change.name)) return undefined;
        plan.push({ kind: 'drop', name: change.name });
        edited = dropColumn(edited, change.name);
        break;
      case 'rename column':
        plan.push({ kind: 'rename', from: change.from, to: change.to });
        edited = renameColumn(edited, change.from, change.to);
        break;
      case 'add check':
      case 'add foreign key':
        if (!comesWithColumn(context, change, changes)) return undefined;
        break;
      case 'drop check':
      case 'drop foreign key':
        if (!goesWithColumn(edited, change, changes)) return undefined;
        break;
      default:
        return undefined;
    }
  }
  return plan;
}

/** A column that is added, with all that comes along. */
function textOf(
  context: EditContext,
  definition: TableDefinition,
  { column }: TableChange & { kind: 'add column' },
  changes: readonly TableChange[],
): string {
  const { text } = wantedColumn(context, column, { withKey: !hasKey(definition) });
  const along = changes.flatMap(change => {
    if (!sameName(columnComing(context, change) ?? '', column.name)) return [];
    if (change.kind === 'add check') return [columnCheck(change.check)];
    return change.kind === 'add foreign key' ? [columnForeignKey(context, change.foreignKey)] : [];
  });
  return [text, ...along].join(' ');
}

/** Whether all columns that a column mentions exist: they may be added later. */
function namesOnlyColumnsOf(definition: TableDefinition, name: string): boolean {
  const mentions = findColumn(definition, name).clauses.flatMap(clause => clause.mentions);
  return mentions.every(mention => definition.columns.some(column => sameName(column.name, mention.column)));
}

function comesWithColumn(context: EditContext, change: Change, changes: readonly TableChange[]): boolean {
  const name = columnComing(context, change);
  return name !== undefined && changes.some(one => one.kind === 'add column' && sameName(one.column.name, name));
}

/** The one column that a constraint can stand next to. */
function columnComing(context: EditContext, change: Change): string | undefined {
  if (change.kind === 'add check') return columnOfCheck(context, change.check);
  if (change.kind !== 'add foreign key') return undefined;
  const [name, ...more] = change.foreignKey.columnNames;
  return more.length === 0 ? name : undefined;
}

function goesWithColumn(
  definition: TableDefinition,
  change: TableChange & { kind: 'drop check' | 'drop foreign key' },
  changes: readonly TableChange[],
): boolean {
  const clause = findConstraint(definition, selectorOf(definition, change));
  const column = definition.columns.find(({ clauses }) => clause !== undefined && clauses.includes(clause));
  return changes.some(one => one.kind === 'drop column' && sameName(one.name, column?.name ?? ''));
}

/**
 * Carries out what {@link planInPlace} found. The indexes over a column go with it, as in a rebuild.
 *
 * @throws {@link TableEditError} if anything else names a column that goes.
 */
export async function changeInPlace(db: Sql, definition: TableDefinition, plan: readonly InPlace[]): Promise<void> {
  const table = definition.name;
  const renamed = plan.flatMap(step => (step.kind === 'rename' && !sameName(step.from, step.to) ? [step.from] : []));
  if (renamed.length > 0) refuseIndexedNames(table, renamed, await readObjects(db));
  for (const step of plan) {
    if (step.kind === 'add') await db.execute(`alter table main.${quoteName(table)} add column ${step.text}`);
    else if (step.kind === 'rename') await renameColumnInSchema(db, table, step.from, step.to);
    else {
      const objects = await readObjects(db);
      const indexes = await findIndexesToDrop(db, table, [step.name], objects, { dropIndexes: true });
      for (const index of indexes) await db.execute(`drop index main.${quoteName(index)}`);
      await db.execute(`alter table main.${quoteName(table)} drop column ${quoteName(step.name)}`);
    }
  }
}

/**
 * Whether SQLite's own `alter table … add column` takes this column, also when the table has rows and while
 * foreign keys are off. A check on the column is then tried on the rows there are.
 *
 * @param text the column as it stands in a `create table`.
 * @throws {@link TableEditError} if the text is not one column.
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
 * Whether nothing in the definition keeps SQLite's own `alter table … drop column` from dropping this column.
 * Indexes, triggers and views that name it do, and are not in the definition.
 *
 * @throws {@link TableEditError} if there is no such column.
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

/** A literal, with or without a sign and parentheses; other constants that SQLite can fold are left to a rebuild. */
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
