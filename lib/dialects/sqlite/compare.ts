import type { Column } from '@mikro-orm/sql';
import { sameExpression } from '../../sql/expressions.ts';
import { fold, sameNames } from '../../sql/same-names.ts';
import { isMeant, nameOf, tokenize } from '../../sql/tokens.ts';
import type { LiveColumn, LiveTable } from '../table-changes.ts';
import type { ColumnAspect, ColumnDifference, EditContext } from '../table-editor.ts';
import { wantedColumn } from './alter-table/wanted-text.ts';
import { conversion } from './misfit.ts';
import { describeColumn } from './read.ts';

/** Compares a column with the wanted one, as MikroORM writes it. */
export function compareColumn(context: EditContext, live: LiveColumn, wanted: Column): ColumnDifference[] {
  const goal = describeColumn(wantedColumn(context, wanted).said);
  const ignored: readonly string[] = wanted.ignoreSchemaChanges ?? [];
  const differences = compareDescriptions(live, goal).filter(({ aspect }) => !ignored.includes(aspect));
  return differences.length > 0 || context.meant === undefined ? differences : compareMeanings(context, live, wanted);
}

/** Whether a key counts by itself, which its table says and not its column. What was never declared to is left alone. */
export function compareCounter(context: EditContext, table: LiveTable, { name }: LiveColumn, wanted: Column): string[] {
  const before = context.meant?.(name);
  if (!before || before.counts === (wanted.autoincrement === true) || !sameNames(table.primaryKey, [name])) return [];
  const [counts, isCounted] = [table.autoincrement !== undefined, wanted.autoincrement === true];
  return counts === isCounted ? [] : [`${showCounter(counts)}, wanted ${showCounter(isCounted)}`];
}

function showCounter(counts: boolean): string {
  return counts ? 'autoincrement' : 'no autoincrement';
}

/** What one declared type may hold: a `Date` or its text, a number or a boolean. */
function compareMeanings(context: EditContext, live: LiveColumn, wanted: Column): ColumnDifference[] {
  const [was, is] = [context.meant?.(live.name)?.runtimeType, context.meaning?.(wanted.name)?.runtimeType];
  if (live.generated !== undefined || wanted.generated || conversion(context, live, wanted) === undefined) return [];
  return [{ aspect: 'type', live: was, wanted: is, text: `${live.type} of ${was}, wanted ${live.type} of ${is}` }];
}

/** Compares what two columns are. */
export function compareDescriptions(live: LiveColumn, wanted: LiveColumn): ColumnDifference[] {
  const differences: ColumnDifference[] = [];
  const add = <K extends keyof LiveColumn>(aspect: ColumnAspect, key: K, show: (column: LiveColumn) => string) =>
    differences.push({ aspect, live: live[key], wanted: wanted[key], text: `${show(live)}, wanted ${show(wanted)}` });

  if (!sameType(live.type, wanted.type)) add('type', 'type', ({ type }) => type || 'of no type');
  // A computed column declares nothing about nulls.
  const nullsMatter = live.generated === undefined || wanted.generated === undefined;
  if (nullsMatter && live.nullable !== wanted.nullable)
    add('nulls', 'nullable', ({ nullable }) => (nullable ? 'nullable' : 'not null'));
  if (!sameDefault(live.default, wanted.default)) {
    add('default', 'default', column => (column.default === undefined ? 'no default' : `default ${column.default}`));
  }
  if (!sameGenerated(live.generated, wanted.generated)) {
    add('generated', 'generated', ({ generated }) =>
      generated === undefined ? 'not generated' : `generated ${generated}`,
    );
  }
  if (fold(live.collation ?? '') !== fold(wanted.collation ?? '')) {
    add('collation', 'collation', ({ collation }) =>
      collation === undefined ? 'no collation' : `collation ${collation}`,
    );
  }
  return differences;
}

/** Types are words to SQLite: their case, their quotes and the white space between them say nothing. */
function sameType(one: string, other: string): boolean {
  return wordsOfType(one) === wordsOfType(other);
}

function wordsOfType(type: string): string {
  const words = tokenize(type).filter(isMeant);
  return words.map(word => fold(nameOf(word) ?? word.text)).join(' ');
}

function sameDefault(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined ? one === other : sameExpression(one, other);
}

function sameGenerated(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [[expression, kept], [otherExpression, otherKept]] = [partsOfGenerated(one), partsOfGenerated(other)];
  return kept === otherKept && sameExpression(expression, otherExpression);
}

/** The expression, and whether its value is stored, from `(upper(name)) stored`. */
function partsOfGenerated(generated: string): [expression: string, kept: string] {
  const end = generated.lastIndexOf(')') + 1;
  return [generated.slice(0, end), generated.slice(end).trim()];
}
