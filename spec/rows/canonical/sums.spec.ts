import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCell } from '../../../lib/rows/canonical/cells.ts';
import type { ColumnKind } from '../../../lib/dialects/row-transfer.ts';
import { MAX_MS, showMoment } from '../../../lib/rows/canonical/moment-text.ts';
import { showDecimal, showReal } from '../../../lib/rows/canonical/number-text.ts';
import { LineSums } from '../../../lib/rows/canonical/sums.ts';
import { countOf, WEIGHTS } from '../../../lib/rows/canonical/value-counts.ts';
import { anyCharacter } from '../../support/any-character.ts';

const text = fc.string({ unit: anyCharacter, maxLength: 12 }).map(value => JSON.stringify(value));
const double = fc.double();
const item = fc.oneof(text, fc.constant('null'));
const list = fc.array(item, { maxLength: 3 }).map(items => `[${items.join(',')}]`);
const moment = fc.integer({ min: -MAX_MS, max: MAX_MS });
const near = fc.integer({ min: -70_000_000_000_000, max: 270_000_000_000_000 });

const CELLS: Readonly<
  Record<Exclude<ColumnKind, 'uuid' | 'date' | 'time' | 'interval' | 'other'>, fc.Arbitrary<string>>
> = {
  integer: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }), fc.integer()).map(String),
  real: fc.oneof(double, fc.float({ min: -1000, max: 1000, noNaN: true })).map(showReal),
  decimal: fc
    .oneof(
      double.map(value => showDecimal(value, 2)),
      fc.integer().map(value => showDecimal(value, 2)),
      fc.constantFrom('NaN', '-Infinity'),
    )
    .map(value => `"${value}"`),
  boolean: fc.boolean().map(String),
  text,
  moment: fc
    .oneof(
      fc.oneof(moment, near).map(showMoment),
      fc.constantFrom('infinity', '-infinity', '294276-12-31 00:00:00', '2024-02-29 12:00:00.123456'),
    )
    .map(value => `"${value}"`),
  json: fc.json().map(value => `[${JSON.stringify(JSON.parse(value))}]`),
  blob: fc.uint8Array({ maxLength: 9 }).map(bytes => `"${Buffer.from(bytes).toString('hex')}"`),
  array: fc.oneof(
    list,
    fc.array(list, { maxLength: 2 }).map(lists => `[${lists.join(',')}]`),
  ),
};

const tagged = fc.oneof(
  fc.constantFrom('{"integer":"-5"}', '{"real":1.5}', '{"blob":"ff"}', '{"bytes":"61ff2c7b7d"}', '{"bytes":"7b7dff"}'),
  text.map(value => `{"text":${value}}`),
);

test('what the bytes of lines add up to is what their values do', () => {
  const kinds = Object.keys(CELLS) as (keyof typeof CELLS)[];
  const columns = kinds.map(kind => ({ name: kind, kind }));
  const row = fc.tuple(
    ...kinds.map(kind =>
      fc.oneof({ weight: 8, arbitrary: CELLS[kind] }, { weight: 1, arbitrary: tagged }, fc.constant('null')),
    ),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.constantFrom(...kinds), (rows, key) => {
      const sums = new LineSums(columns, [key]);
      const lines = rows.map(cells => `[${cells.join(',')}]\n`);
      sums.add(Buffer.from(lines.join('')));
      const expected = kinds.map(() => 0n);
      for (const cells of rows) {
        const values = cells.map(parseCell);
        const counts = kinds.map((kind, index) => countOf(kind, values[index]));
        const weight = (Math.abs(counts[kinds.indexOf(key)] as number) % WEIGHTS) + 1;
        for (const [index, count] of counts.entries())
          expected[index] = (expected[index] as bigint) + BigInt(count * weight);
      }
      expect(sums.sums).toEqual(expected);
      expect(sums.rows).toBe(rows.length);
      for (const [index] of kinds.entries())
        expect(sums.isPlain(index)).toBe(rows.every(cells => !(cells[index] as string).startsWith('{')));
    }),
    { numRuns: 300 },
  );
});

test.each(['{}\n', '[1,2\n', '[1,2]', '[1]\n', '[1,2,3]\n'])('%j is no line of two values', line => {
  const columns = [
    { name: 'a', kind: 'integer' as const },
    { name: 'b', kind: 'integer' as const },
  ];
  expect(() => new LineSums(columns, ['a']).add(Buffer.from(line))).toThrow(SyntaxError);
});
