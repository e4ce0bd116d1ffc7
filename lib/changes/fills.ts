import type { PropertyDescription } from '../models/description.ts';
import type { Changes } from './storage-changes.ts';
import type { Answer } from './parse-answers.ts';
import { readValue } from './fill-value.ts';
import { findChange, fresh, wrong } from './named.ts';

/** What rows get in a property: source of a value, or SQL over the row; `'none'` leaves it to the step. */
export type Fill = { readonly source: string } | { readonly sql: string } | { readonly from: string } | 'none';

/**
 * Adds what an answer says that rows get.
 *
 * @param fills by `Animal.legs`, with the names of now.
 * @throws AnswerError for a property that nobody fills, and for a value of another type.
 */
export function addFill(answer: Extract<Answer, { kind: 'fill' }>, changes: Changes, fills: Map<string, Fill>): void {
  const { change, name } = findChange(changes, answer, entity => entity.after.name);
  const { added, altered } = change.properties;
  const property: PropertyDescription | undefined =
    added.find(one => one.name === name) ?? altered.find(({ after }) => after.name === name)?.after;
  if (!property || !isFillable(property)) {
    const open = [...added, ...altered.map(({ after }) => after)].filter(isFillable);
    throw wrong(answer, `fills ${answer.path}, which is neither new nor altered`, fresh(open));
  }
  const path = `${change.after.name}.${name}`;
  if (fills.has(path))
    throw wrong(answer, `fills ${answer.path}, which gets the values of the other one`, 'leave it out');
  fills.set(path, fillOf(answer, property));
}

function isFillable({ columns, kind }: PropertyDescription): boolean {
  return columns !== undefined || kind === 'embedded';
}

function fillOf(answer: Extract<Answer, { kind: 'fill' }>, property: PropertyDescription): Fill {
  const { fill } = answer;
  if (fill === 'none' || 'sql' in fill) return fill;
  const read = readValue(fill.value, property);
  if ('source' in read) return read;
  throw wrong(
    answer,
    `fills ${answer.path} with ${fill.value === '' ? 'nothing' : fill.value}`,
    `it takes ${read.expected}`,
  );
}
