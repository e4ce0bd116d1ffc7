import { expect, test } from '@jest/globals';
import type { TransferColumn } from '../../../lib/dialects/row-transfer.ts';
import { keptIn } from '../../../lib/testing/row-comparison/kept-values.ts';

const column = (kind: TransferColumn['kind'], type: string, more: Partial<TransferColumn> = {}): TransferColumn => ({
  name: 'it',
  kind,
  type,
  nullable: true,
  ...more,
});

const text = column('text', 'varchar(255)');
const short = column('text', 'varchar(3)');
const needed = { ...short, nullable: false };
const glad = column('text', 'text', { items: ['glad', 'sad'] });
const money = column('decimal', 'numeric(10,2)', { scale: 2 });
const fine = column('decimal', 'numeric(10,4)', { scale: 4 });
const whole = column('integer', 'int');

test.each<[string, TransferColumn, TransferColumn, string, string, boolean]>([
  ['a text with room', text, short, '"ant"', '"ant"', true],
  ['a text with room that became another', text, short, '"ant"', '"bee"', false],
  ['a text without room that was cut', text, short, '"antelope"', '"ant"', true],
  ['a text of a fixed length without its blanks', column('text', 'character(5)'), text, '"ant  "', '"ant"', true],
  ['a value that became null', text, short, '"ant"', 'null', false],
  ['null that became a value, where null is possible', text, short, 'null', '"ant"', false],
  ['null that became a value, where null is no longer possible', text, needed, 'null', '"ant"', true],
  ['an item that still exists', text, glad, '"glad"', '"sad"', false],
  ['an item that no longer exists', text, glad, '"odd"', '"sad"', true],
  [
    'an item of a list that still exists',
    column('array', 'text[]'),
    { ...glad, kind: 'array' },
    '["sad"]',
    '[]',
    false,
  ],
  [
    'an item of a list that is gone',
    column('array', 'text[]'),
    { ...glad, kind: 'array' },
    '["sad","odd"]',
    '["sad"]',
    true,
  ],
  ['more digits', money, fine, '"1.50"', '"1.5000"', true],
  ['more digits that are others', money, fine, '"1.50"', '"1.5100"', false],
  ['fewer digits, where zeros go', fine, money, '"1.5000"', '"1.50"', true],
  ['fewer digits of a number that has no more', fine, money, '"1.5000"', '"1.60"', false],
  ['fewer digits of a number that has more', fine, money, '"1.5050"', '"1.51"', true],
  ['a whole number as a text', whole, text, '42', '"42"', true],
  ['a whole number as another text', whole, text, '42', '"43"', false],
  ['a whole number as a decimal', whole, money, '100', '"100.00"', true],
  [
    'a moment with fewer digits',
    column('moment', 'timestamptz'),
    column('moment', 'timestamptz(0)'),
    '"2024-01-01 00:00:00.5"',
    '"2024-01-01 00:00:01"',
    true,
  ],
  [
    'a moment that has no more digits',
    column('moment', 'timestamptz'),
    column('moment', 'timestamptz(0)'),
    '"2024-01-01 00:00:00"',
    '"2024-01-01 01:00:00"',
    false,
  ],
  ['a double that a single holds', column('real', 'float8'), column('real', 'real'), '0.5', '0.25', false],
  [
    'a double that a single does not hold',
    column('real', 'float8'),
    column('real', 'real'),
    '0.1',
    '0.10000000149011612',
    true,
  ],
  [
    'JSON with its keys in another order',
    column('json', 'json'),
    column('json', 'jsonb'),
    '[{"b":1,"a":2}]',
    '[{"a":2,"b":1}]',
    true,
  ],
  ['JSON with another value', column('json', 'json'), column('json', 'jsonb'), '[{"a":1}]', '[{"a":2}]', false],
  ['JSON that became null', column('json', 'json'), column('json', 'jsonb'), '[{"a":1}]', 'null', false],
  ['a value of another storage class', text, short, '{"integer":"5"}', '"x"', true],
])('%s', (_name, old, now, before, after, isKept) => {
  expect(keptIn(old, now)?.(before, after)).toBe(isKept);
});

test('what becomes of a value in a column of another kind, only the step knows', () => {
  expect(keptIn(text, whole)).toBeUndefined();
  expect(keptIn(column('moment', 'timestamptz'), column('date', 'date'))).toBeUndefined();
  expect(keptIn(column('other', 'inet'), column('other', 'cidr'))).toBeUndefined();
});
