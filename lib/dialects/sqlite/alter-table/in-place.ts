import type { Change } from '../../table-changes.ts';
import type { EditContext } from '../../table-editor.ts';
import { addColumn, dropColumn, renameColumn } from '../table-text/edit-columns.ts';
import { findConstraint } from '../table-text/edit-constraints.ts';
import { findColumn, type TableDefinition } from '../table-text/table-definition.ts';
import { canAddInPlace, canDropInPlace } from '../table-text/in-place.ts';
import { sameName } from '../../../sql/same-names.ts';
import { hasKey, wantedColumn } from './wanted-text.ts';
import { columnCheck, columnForeignKey, columnOfCheck, selectorOf } from '../constraints.ts';
import type { TableChange } from '../sort-changes.ts';

/** What SQLite's own `alter table` does without writing the table anew. */
export type InPlace =
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
        // what rows get would have to be written by an update, which triggers would see
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

/** Whether all that a column says of others can be said already: they may be added later. */
function namesOnlyColumnsOf(definition: TableDefinition, name: string): boolean {
  const mentions = findColumn(definition, name).clauses.flatMap(clause => clause.mentions);
  return mentions.every(mention => definition.columns.some(column => sameName(column.name, mention.column)));
}

function comesWithColumn(context: EditContext, change: Change, changes: readonly TableChange[]): boolean {
  const name = columnComing(context, change);
  return name !== undefined && changes.some(one => one.kind === 'add column' && sameName(one.column.name, name));
}

/** The one column that a constraint can stand beside. */
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
