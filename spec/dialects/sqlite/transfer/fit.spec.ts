import { expect, test } from '@jest/globals';
import { fitSqlite } from '../../../../lib/dialects/sqlite/transfer/fit.ts';

const json = fitSqlite({ name: 'json', kind: 'json', type: 'json' });

// A number that is a whole JSON document, which SQLite keeps as a number.
test.each(['[144053351700176500000]', '[9223372036854775807]', '[1.5]', '[1e-7]', '[-7]'])('%s is kept', cell => {
  expect(json(cell)).toBe(cell);
});

test.each(['[144053351700176500001]', '[-0]', '[1.50]', '[9223372036854775808]'])('%s would be another text', cell => {
  expect(json(cell)).toEqual({ why: 'SQLite stores a JSON number as an SQLite number' });
});
