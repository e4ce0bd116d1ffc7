import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { postgresqlTransfer } from '../../../lib/dialects/postgresql/transfer/postgresql-transfer.ts';
import type { ColumnKind, TransferColumn } from '../../../lib/dialects/row-transfer.ts';
import { sqliteTransfer } from '../../../lib/dialects/sqlite/transfer/sqlite-transfer.ts';
import { isInForm } from '../../../lib/dump/reading/cell-forms.ts';
import { KeyHash } from '../../../lib/dump/reading/key-set.ts';
import { LineCells } from '../../../lib/dump/reading/line-cells.ts';
import { splitLine } from '../../../lib/rows/canonical/cells.ts';
import { anyCharacter } from '../../support/any-character.ts';

type Column = Pick<TransferColumn, 'kind' | 'type' | 'scale' | 'items'>;

/** Columns with a limit of each sort, and without. */
const COLUMNS: readonly Column[] = [
  { kind: 'integer', type: 'smallint' },
  { kind: 'integer', type: 'int' },
  { kind: 'integer', type: 'bigint' },
  { kind: 'integer', type: 'serial' },
  { kind: 'real', type: 'real' },
  { kind: 'real', type: 'double precision' },
  { kind: 'decimal', type: 'numeric(5,2)', scale: 2 },
  { kind: 'decimal', type: 'numeric(5)' },
  { kind: 'decimal', type: 'numeric(30,14)', scale: 14 },
  { kind: 'decimal', type: 'numeric' },
  { kind: 'boolean', type: 'boolean' },
  { kind: 'text', type: 'text' },
  { kind: 'text', type: 'varchar(3)' },
  { kind: 'text', type: 'varchar(255)' },
  { kind: 'text', type: 'char(3)' },
  { kind: 'text', type: 'text', items: ['a', 'b'] },
  { kind: 'uuid', type: 'uuid' },
  { kind: 'date', type: 'date' },
  { kind: 'time', type: 'time(0)' },
  { kind: 'interval', type: 'interval' },
  { kind: 'moment', type: 'timestamptz(0)' },
  { kind: 'moment', type: 'timestamptz' },
  { kind: 'moment', type: 'timestamp(3)' },
  { kind: 'json', type: 'jsonb' },
  { kind: 'blob', type: 'bytea' },
  { kind: 'array', type: 'text[]' },
  { kind: 'other', type: 'citext' },
];

const digits = fc.stringMatching(/^\d{1,18}$/);
const number = fc.oneof(
  fc.stringMatching(/^-?(?:0|[1-9]\d{0,18})$/),
  fc.stringMatching(/^-?\d{1,6}\.\d{0,16}$/),
  fc.constantFrom(
    '-0',
    '00',
    '-',
    '1.',
    '01',
    '.5',
    '-0.0',
    '1e5',
    '1E5',
    '1e400',
    '32767',
    '32768',
    '-32769',
    '2147483648',
  ),
  digits,
);
const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 6 }).map(value => JSON.stringify(value)),
  fc.stringMatching(/^"(?:[ab ]|\\[ntu"/x\\]|\\u00[0-9a-f]{2}|é|🐘){0,5}"$/),
  fc.constantFrom('"a', 'a"', '"a\tb"', '"a "', String.raw`"\u0000"`, String.raw`"\ud800"`, '"\u007f"', '"a"b"'),
);
const part = fc.constantFrom('00', '23', '59', '24', '60');
const day = fc.constantFrom('01-31', '02-28', '02-29', '02-30', '04-31', '12-00', '13-01', '00-01', '11-32', '06-15');
const moment = fc
  .tuple(
    fc.constantFrom('0000', '0001', '1899', '2024', '99999'),
    day,
    part,
    part,
    part,
    fc.stringMatching(/^(?:\.\d{0,7})?$/),
    fc.constantFrom('', '', ' BC', 'Z'),
  )
  .map(
    ([year, date, hour, minute, second, fraction, era]) =>
      `"${year}-${date} ${hour}:${minute}:${second}${fraction}${era}"`,
  );
const usual = fc
  .integer({ min: -6e13, max: 2e14 })
  .map(ms => `"${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}"`);
const cell = fc.oneof(
  number,
  number.map(value => `"${value}"`),
  text,
  moment,
  usual,
  fc.stringMatching(/^"(?:[0-9a-fA]{2}){0,3}[0-9]?"$/),
  fc.json().map(value => `[${value}]`),
  fc.constant('null'),
  fc.constantFrom(
    'nul',
    'nulls',
    'true',
    'false',
    'tru',
    'truely',
    '',
    ' 1',
    '{"text":"a"}',
    '{"integer":"5"}',
    '{"x":1}',
    '[\n1]',
    ']',
  ),
);

const DIALECTS = { sqlite: sqliteTransfer, postgresql: postgresqlTransfer };

test.each<readonly [Column, string]>([
  [{ kind: 'real', type: 'real' }, '-0'],
  [{ kind: 'decimal', type: 'numeric(5)' }, '"-0"'],
  [{ kind: 'decimal', type: 'numeric(5,2)', scale: 2 }, '"-0.00"'],
])('%j with the value %s is no plain row to SQLite, which keeps no negative zero', (one, value) => {
  const column = { ...one, name: 'c' };
  const cells = new LineCells([{ column, fit: sqliteTransfer.fit(column), limit: sqliteTransfer.limitOf(column) }]);
  cells.open(Buffer.from(`[${value}]\n`));
  expect(cells.next()).toBe(false);
});

describe.each(['sqlite', 'postgresql'] as const)('lines checked for %s', name => {
  const transfer = DIALECTS[name];
  const open = (columns: readonly Column[], line: string, nullable = true) => {
    const cells = new LineCells(
      columns.map((one, index) => {
        const column = { ...one, name: `c${index}`, nullable };
        return { column, fit: transfer.fit(column), limit: transfer.limitOf(column) };
      }),
    );
    cells.open(Buffer.from(`${line}\n[1]\n`));
    return cells;
  };

  test('are passed by their bytes only if each value passes by its text', () => {
    const found = { passed: 0, kinds: new Set<ColumnKind>() };
    const made = fc.tuple(fc.constantFrom(...COLUMNS), cell, fc.boolean());
    fc.assert(
      fc.property(made, ([column, value, nullable]) => {
        const line = `[1,${value}]`;
        const cells = open([{ kind: 'integer', type: 'int' }, column], line, nullable);
        if (!cells.next()) return;
        found.passed += 1;
        found.kinds.add(column.kind);
        const texts = splitLine(line) ?? [];
        expect(texts).toEqual(['1', value]);
        expect(line).not.toContain('\n');
        expect(isInForm(column.kind, value)).toBe(true);
        expect(typeof transfer.fit({ ...column, name: 'c' })(value)).toBe('string');
        expect(nullable || value !== 'null').toBe(true);
      }),
      // Always the same ones, so that values of every kind are among them.
      { numRuns: 2000, seed: 7 },
    );
    expect(found.kinds.size).toBe(14);
    expect(found.passed).toBeGreaterThan(300);
  });

  test('have their values where the texts of them are, also where one of them is odd', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), values => {
        const line = `[${values.join(',')}]`;
        const texts = splitLine(line);
        if (!texts || line.includes('\n') || !texts.every(one => isInForm('json', `[${one}]`))) return;
        const cells = open(
          texts.map(() => ({ kind: 'text', type: 'text' })),
          line,
        );
        cells.next();
        expect(texts.map((_, index) => cells.textAt(index))).toEqual(texts);
        expect(texts.map((_, index) => cells.isNull(index))).toEqual(texts.map(one => one === 'null'));
        expect(cells.text).toBe(line);
        const hash = new KeyHash().begin();
        for (const index of texts.keys()) cells.addTo(hash, index);
        const known = KeyHash.of(texts.join());
        expect([hash.high, hash.low]).toEqual([known.high, known.low]);
        cells.next();
        expect(cells.text).toBe('[1]');
      }),
      { numRuns: 300 },
    );
  });

  test.each<readonly [Column, string]>([
    [{ kind: 'integer', type: 'int' }, '2147483647'],
    [{ kind: 'integer', type: 'bigint' }, '-123456789012345'],
    [{ kind: 'real', type: 'double precision' }, '-12.500'],
    [{ kind: 'decimal', type: 'numeric(5,2)', scale: 2 }, '"123.40"'],
    [{ kind: 'boolean', type: 'boolean' }, 'false'],
    [{ kind: 'text', type: 'varchar(12)' }, String.raw`"é\"\\ \n 🐘"`],
    [{ kind: 'moment', type: 'timestamptz(3)' }, '"2017-10-28 01:16:06.123"'],
    [{ kind: 'moment', type: 'timestamptz(0)' }, '"2017-10-28 01:16:06"'],
    [{ kind: 'blob', type: 'bytea' }, '"00ff"'],
    [{ kind: 'json', type: 'json' }, '[{"a":[1]}]'],
    [{ kind: 'text', type: 'text' }, 'null'],
  ])('%j passes %s', (column, value) => {
    expect(open([column], `[${value}]`).next()).toBe(true);
    expect(open([column], `[${value},1]`).next()).toBe(false);
    expect(open([column], `[${value}`).next()).toBe(false);
  });

  test.each<readonly [Column, readonly string[]]>([
    [{ kind: 'integer', type: 'int' }, ['-0', '00', '01', '-01', '007']],
    [{ kind: 'integer', type: 'bigint' }, ['-0', '00', '-07']],
    [{ kind: 'real', type: 'double precision' }, ['00', '01', '-01', '00.5', '01.5', '-00.5', '-01.5']],
    [{ kind: 'decimal', type: 'numeric(5,2)', scale: 2 }, ['"00.50"', '"01.50"', '"-01.50"', '"-00.50"']],
    [{ kind: 'decimal', type: 'numeric(5)' }, ['"00"', '"01"', '"-01"']],
  ])('%j has no zero too many, and no sign without a number', (column, values) => {
    for (const value of values) expect([value, open([column], `[${value}]`).next()]).toEqual([value, false]);
  });
});
