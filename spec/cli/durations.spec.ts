import { expect, test } from '@jest/globals';
import { sayDuration } from '../../lib/cli/wording.ts';

test.each([
  [0, '0 ms'],
  [119.6, '120 ms'],
  [999.7, '1.0 s'],
  [1540, '1.5 s'],
  [12_400, '12 s'],
  [59_700, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%d ms is said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});
