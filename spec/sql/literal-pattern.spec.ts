import { expect, test } from '@jest/globals';
import { literalPattern } from '../../lib/sql/literal-pattern.ts';

test.each(['legs', 'a-b', 'a/b', 'a\\b', 'a.b', 'a*b+c?', '^a$', '(a)[b]{2}|c', '-', 'é😀', ''])(
  '%j is matched by its pattern, and nothing else is',
  text => {
    const pattern = new RegExp(`^${literalPattern(text)}$`, 'u');
    expect(pattern.test(text)).toBe(true);
    expect(pattern.test(`${text}x`)).toBe(false);
  },
);

test('what means something in a pattern means itself', () => {
  const matches = (text: string, other: string) => new RegExp(`^${literalPattern(text)}$`, 'u').test(other);
  expect(matches('a.b', 'axb')).toBe(false);
  expect(matches('a|b', 'a')).toBe(false);
  expect(matches('[ab]', 'a')).toBe(false);
  expect(matches('a*', '')).toBe(false);
});
