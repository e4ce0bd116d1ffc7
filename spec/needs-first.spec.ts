import { expect, test } from '@jest/globals';
import { needsFirst } from '../lib/needs-first.ts';

/** Sorts letters by what each needs. */
const sorted = (letters: string, needs: Readonly<Record<string, string>>) =>
  needsFirst(Array.from(letters), letter => Array.from(needs[letter] ?? '')).join('');

test.each([
  ['nothing is needed', 'bca', {}, 'bca'],
  ['each needs the next', 'abc', { a: 'b', b: 'c' }, 'cba'],
  ['two need the same', 'abcd', { a: 'd', b: 'd' }, 'dabc'],
  ['an item needs itself', 'ab', { a: 'a' }, 'ab'],
  ['a circle keeps the order in which it is met', 'abc', { a: 'b', b: 'c', c: 'a' }, 'cba'],
  ['behind a circle', 'abcd', { a: 'b', b: 'a', c: 'a', d: 'c' }, 'bacd'],
])('%s', (_, letters, needs, order) => {
  expect(sorted(letters, needs)).toBe(order);
});
