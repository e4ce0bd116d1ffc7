import { entityPath, propertyPath, type Question } from '../changes/questions.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { PropertyDescription } from '../models/description.ts';
import { quoteName } from '../sql/quoting.ts';
import { operationsOf } from './order-operations.ts';
import { lossesOf, type Lost } from './step-options.ts';

/**
 * Asks about each table and column that a step would drop and that no other question is about, because it resembles nothing
 * new. An entity that was left out by mistake looks the same as one that was removed on purpose.
 */
export function dropQuestions(resolution: Resolution): Question[] {
  const { before, changes, questions, dropped } = resolution;
  const gone = new Set(changes.dropped.map(({ name }) => name));
  const lost = lossesOf(operationsOf(resolution), before).map((one): Lost =>
    one.property !== undefined && gone.has(one.entity) ? { entity: one.entity } : one,
  );
  const asked = new Set(questions.map(({ path }) => path));
  const found = new Map(lost.map(one => [pathOf(one), one]));
  return [...found]
    .filter(([path, one]) => !isAmong(asked, path) && !isAmong(dropped, nameOf(one)) && !isTaken(one, resolution))
    .map(([path, one]) => questionAbout(path, one));
}

function questionAbout(path: string, { entity, property }: Lost): Question {
  const answer = { kind: 'dropped', path } as const;
  if (property !== undefined) {
    const text = `\`${entity}.${property}\` was removed, and no new property resembles it. Drop it?`;
    return { kind: 'dropped', path, text, choices: [{ label: 'drop it, with its values', answer }] };
  }
  const reason = 'if it was left out of `entities` by mistake, put it back';
  const text = `\`${entity}\` is no longer an entity, and no new entity resembles it. Drop its table?`;
  return { kind: 'dropped', path, text, choices: [{ label: 'drop it, with its rows', reason, answer }] };
}

function nameOf({ entity, property }: Lost): string {
  return property === undefined ? entity : `${entity}.${property}`;
}

function pathOf({ entity, property }: Lost): string {
  return property === undefined ? entityPath(entity) : propertyPath(entity, property);
}

/** Tells whether a list contains a path, or a path around it. */
function isAmong(paths: ReadonlySet<string>, path: string): boolean {
  const parts = path.split('.');
  return parts.some((_, index) => paths.has(parts.slice(0, index + 1).join('.')));
}

/** Tells whether another property has, or gets, the values of a property. */
function isTaken({ entity, property }: Lost, { changes, fills }: Resolution): boolean {
  if (property === undefined) return false;
  const change = changes.altered.find(({ before }) => before.name === entity);
  const old = change?.properties.dropped.find(({ name }) => name === property);
  return !old || isCopied(old, fills);
}

/** The values of a removed property may go to another entity of its table. */
function isCopied({ columns: [column = ''] = [] }: PropertyDescription, fills: Resolution['fills']): boolean {
  return [...fills.values()].some(fill => typeof fill === 'object' && 'sql' in fill && fill.sql === quoteName(column));
}
