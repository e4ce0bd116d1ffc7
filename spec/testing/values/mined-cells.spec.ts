import { expect, test } from '@jest/globals';
import { minedCells } from '../../../lib/testing/values/mined-cells.ts';

const mined = (expression: string, column: object) =>
  minedCells({ getChecks: () => [{ expression }] } as never, { name: 'price', ...column } as never, []);

const integer = { kind: 'integer', type: 'integer' };
const decimal = { kind: 'decimal', type: 'decimal', scale: 2 };
const real = { kind: 'real', type: 'double' };
const text = { kind: 'text', type: 'text' };

test.each([
  ['price >= 0', integer, ['0', '1']],
  ['price > 0', integer, ['1']],
  ['0 < price', integer, ['1']],
  ['"price" <> 5', integer, ['4', '6']],
  ['[price] between 1 and 3', integer, ['1', '2', '3']],
  ['price > 0 and price < 1', integer, []],
  ['price > 0 and price < 1', real, ['0.5']],
  ['`price` >= 0 and `price` < 1', decimal, ['"0.00"', '"0.50"']],
  ['price < 0.5', real, ['-0.5', '0']],
  ['other > 0', integer, []],
  ['unit_price > 0', integer, []],
  ['price = upper(price)', text, ['"ANT"', '"BEE4"', '"X"']],
  ['initcap(price) = price', text, ['"Ant"', '"Bee"']],
  ['price = lower(price)', text, []],
  ['length(price) <= 2', text, ['"x"', '"xx"']],
  [`price in ('low', 'it''s')`, text, ['"low"', '"it\'s"']],
])('%s: of %j, those that hold are tried', (expression, column, cells) => {
  expect(mined(expression, column)).toEqual(cells);
});
