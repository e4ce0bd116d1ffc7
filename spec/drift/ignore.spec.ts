import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { isIgnored, isMeant } from '../../lib/drift/ignore.ts';

function extra(...path: string[]): Difference {
  return { kind: 'extra', path, live: {}, wanted: undefined };
}

describe('a path', () => {
  test.each<[string, string[], boolean]>([
    ['animal.index.mine', ['animal', 'index', 'mine'], true],
    ['animal.index.mine', ['animal', 'index', 'other'], false],
    ['animal.index.mine', ['animal', 'index', 'mine2'], false],
    ['animal.index.mine', ['my animal', 'index', 'mine'], false],
    ['animal.index.mine', ['animal', 'index'], false],
    // A part is meant with all that is in it.
    ['animal', ['animal', 'index', 'mine', 'where'], true],
    ['animal', ['animals'], false],
    ['animal.index', ['animal', 'index', 'mine'], true],
    // A star is anything, also nothing, and any number of parts.
    ['animal.index.*', ['animal', 'index', 'mine'], true],
    ['*.index.mine', ['zoo.animal', 'index', 'mine'], true],
    ['animal.index.my_*', ['animal', 'index', 'my_own'], true],
    ['animal.index.my_*', ['animal', 'index', 'mine'], false],
    ['*_log', ['animal_log', 'column', 'at'], true],
    ['*_log', ['animal_log2'], false],
    ['a*l', ['al'], true],
    ['*', ['anything', 'at all'], true],
    // Everything else stands for itself.
    ['animal.index.a+b', ['animal', 'index', 'a+b'], true],
    ['animal.index.a+b', ['animal', 'index', 'aab'], false],
    ['animal.index.mi.e', ['animal', 'index', 'mine'], false],
    ['animal.check.(legs > 0)', ['animal', 'check', '(legs > 0)'], true],
    ['animal.check.[a]', ['animal', 'check', 'a'], false],
    ['animal.check.a|b', ['animal', 'check', 'a'], false],
    ['animal.check.\\d', ['animal', 'check', '1'], false],
    ['animal.check.a-b', ['animal', 'check', 'a-b'], true],
    ['animal.check.a/b', ['animal', 'check', 'a/b'], true],
    ['$a^', ['$a^'], true],
    ['a{2}', ['aa'], false],
    ['legs?', ['leg'], false],
    // A database that folds names is not asked how.
    ['Animal.Index.MINE', ['animal', 'index', 'mine'], true],
    ['animal.check.*', ['animal', 'check', 'legs > 0\nand tails > 0'], true],
    ['animal', ['animal', 'check', 'legs > 0\nand tails > 0'], true],
    ['tier😀.*', ['tier😀', 'column'], true],
  ])('%s is %j: %p', (pattern, path, expected) => {
    expect(isIgnored(extra(...path), [pattern])).toBe(expected);
    expect(isMeant(extra(...path), [pattern])).toBe(expected);
  });
});

test('any of several paths is enough, and none is none', () => {
  expect(isIgnored(extra('keeper'), ['animal', 'keeper'])).toBe(true);
  expect(isIgnored(extra('keeper'), [])).toBe(false);
});

test('a function decides by the whole difference', () => {
  const difference = extra('animal');
  const seen: Difference[] = [];
  expect(isIgnored(difference, one => seen.push(one) > 0)).toBe(true);
  expect(seen).toEqual([difference]);
  expect(isIgnored(difference, () => false)).toBe(false);
});

test.each(['missing', 'different'] as const)('what is %s is never meant', kind => {
  const difference: Difference = { kind, path: ['animal', 'index', 'mine'], live: 1, wanted: 2 };
  expect(isMeant(difference, ['*'])).toBe(false);
  expect(isIgnored(difference, ['*'])).toBe(true);
});
