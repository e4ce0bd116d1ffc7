import { expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { showFirst } from '../../lib/drift/show-difference.ts';

function different(live: unknown, wanted: unknown): Difference {
  return { kind: 'different', path: ['animal', 'column', 'legs', 'type'], live, wanted };
}

test.each<[Difference, string]>([
  [{ kind: 'missing', path: ['animal'], live: undefined, wanted: {} }, 'animal is missing'],
  [{ kind: 'extra', path: ['animal', 'index', 'mine'], live: {}, wanted: undefined }, 'animal index mine is extra'],
  [different('text', 'integer'), "animal column legs type is 'text' and should be 'integer'"],
  [different(undefined, null), 'animal column legs type is none and should be none'],
  [different(['id', 'kind'], []), 'animal column legs type is (id, kind) and should be ()'],
  [different(true, 4), 'animal column legs type is true and should be 4'],
  [different({ a: 1 }, ''), 'animal column legs type is {"a":1} and should be \'\''],
  [
    { ...different('not valid', 'valid'), fix: 'alter table x' },
    "animal column legs type is 'not valid' and should be 'valid' (run `alter table x`)",
  ],
])('%j', (difference, shown) => {
  expect(showFirst([difference])).toBe(shown);
});

test('three are shown, and the rest is counted', () => {
  const missing = (name: string): Difference => ({ kind: 'missing', path: [name], live: undefined, wanted: {} });
  const many = ['a', 'b', 'c', 'd', 'e'].map(missing);
  expect(showFirst([])).toBe('');
  expect(showFirst(many.slice(0, 3))).toBe('a is missing; b is missing; c is missing');
  expect(showFirst(many.slice(0, 4))).toBe('a is missing; b is missing; c is missing; and 1 more');
  expect(showFirst(many)).toBe('a is missing; b is missing; c is missing; and 2 more');
});
