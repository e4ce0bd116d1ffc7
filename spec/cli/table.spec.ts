import { expect, test } from '@jest/globals';
import { table } from '../../lib/cli/wording.ts';

test('columns are aligned, whatever colours and wide characters are in them', () => {
  const red = '\u001B[31mmissing\u001B[39m';
  expect(
    table(
      ['schema', 'standing', 'latest'],
      [
        ['動物園', red, '3'],
        ['zoo', 'level', '12'],
      ],
    ),
  ).toBe(['schema  standing  latest', `動物園  ${red}   3`, 'zoo     level     12'].join('\n'));
});

test('a column without a single value is left out, and a cell stays on its line', () => {
  expect(table(['a', 'b', 'c'], [['1', '', 'two\n  lines']])).toBe('a  c\n1  two lines');
});
