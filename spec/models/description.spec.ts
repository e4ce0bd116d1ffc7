import { expect, test } from '@jest/globals';
import { by, compact, filled } from '../../lib/models/description.ts';

test('what does not apply is absent', () => {
  expect(compact({ a: undefined, b: false, c: 0, d: '', e: null, f: true })).toEqual({ c: 0, d: '', e: null, f: true });
  expect(Object.keys(compact({ a: undefined, b: false }))).toEqual([]);
});

test('what is empty is nothing', () => {
  expect([filled([]), filled({})]).toEqual([undefined, undefined]);
  const [list, data] = [[1], { a: 1 }];
  expect([filled(list), filled(data)]).toEqual([list, data]);
});

test('texts are in the same order everywhere, and equal ones stay as they are', () => {
  const order = by((text: string) => text);
  expect([order('a', 'b'), order('b', 'a'), order('a', 'a'), order('B', 'a'), order('a', 'é')]).toEqual([
    -1, 1, 0, -1, -1,
  ]);
});
