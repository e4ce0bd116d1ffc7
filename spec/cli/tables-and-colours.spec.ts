import { expect, test } from '@jest/globals';
import { sayDuration, table } from '../../lib/cli/tables-and-colours.ts';

test.each([
  [0, '0 ms'],
  [119.6, '120 ms'],
  [999.7, '1 s'],
  [1540, '1.5 s'],
  [12_400, '12 s'],
  [59_700, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%d ms is said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});

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
