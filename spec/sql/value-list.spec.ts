import { expect, test } from '@jest/globals';
import { valueList } from '../../lib/sql/value-list.ts';

test('rows are written as a list of values', () => {
  expect(valueList([])).toBe('');
  expect(valueList([['1']])).toBe('(1)');
  expect(
    valueList([
      ['1', `'a'`],
      ['2', 'null'],
    ]),
  ).toBe(`(1, 'a'), (2, null)`);
});
