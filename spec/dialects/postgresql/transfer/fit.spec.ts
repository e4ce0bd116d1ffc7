import { expect, test } from '@jest/globals';
import { fitPostgresql } from '../../../../lib/dialects/postgresql/transfer/fit.ts';

const single = fitPostgresql({ name: 'single', kind: 'real', type: 'real' });

// What PostgreSQL writes of a real is read back, also where fewer digits would lie half way to the next number.
test.each(['116219536', '0.1', '16777216', '1e-45', '3.4028235e+38', '-116219536'])('%s is a real', cell => {
  expect(single(cell)).toBe(cell);
});

test.each(['116219540', '0.123456789', '16777217'])('%s has more digits than a real', cell => {
  expect(single(cell)).toEqual({ why: 'it has more digits than the type real' });
});
