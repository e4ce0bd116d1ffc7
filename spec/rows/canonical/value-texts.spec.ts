import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { depthOf, withoutBlanks } from '../../../lib/rows/canonical/json-text.ts';
import { FIRST_MS, LAST_MS, MOMENT_BYTES, writeMoment } from '../../../lib/rows/canonical/moment-bytes.ts';
import { isMoment, MAX_MS, readMoment, showMoment } from '../../../lib/rows/canonical/moment-text.ts';
import { isDecimal, readReal, showDecimal, showReal } from '../../../lib/rows/canonical/number-text.ts';

test('a moment is written as bytes as it is shown', () => {
  const bytes = new Uint8Array(MOMENT_BYTES);
  const written = (ms: number) => Buffer.from(bytes.subarray(0, writeMoment(bytes, 0, ms))).toString();
  fc.assert(
    fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), fc.constantFrom(1, 10, 100, 1000), (ms, unit) => {
      const rounded = Math.max(FIRST_MS, Math.trunc(ms / unit) * unit);
      expect(written(rounded)).toBe(showMoment(rounded));
    }),
    {
      numRuns: 2000,
      examples: [
        [FIRST_MS, 1],
        [LAST_MS, 1],
        [-1, 1],
        [0, 1],
        [951_782_400_000, 1],
      ],
    },
  );
});

describe('a double', () => {
  test('comes back to the last bit', () => {
    fc.assert(fc.property(fc.double(), value => expect(readReal(JSON.parse(showReal(value)))).toBe(value)));
  });

  test('is nothing else', () => {
    expect(['1', '-infinity', null, true].map(readReal)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('a decimal', () => {
  test.each([
    ['1e+21', 0, '1000000000000000000000'],
    ['1.5e-7', 2, '0.00000015'],
    ['12.3', 2, '12.30'],
    ['-0.5', 0, '-0.5'],
    ['12.345', 2, '12.345'],
    ['NaN', 2, 'NaN'],
  ])('%s with %i digits is %s', (text, scale, shown) => {
    expect(showDecimal(text, scale)).toBe(shown);
    expect(isDecimal(shown)).toBe(true);
  });

  test('is the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value =>
        expect(Number(showDecimal(value, 4))).toBe(value + 0),
      ),
    );
  });

  test('has one form', () => {
    expect(['', '01', '1.', '.5', '1e5', '+1', ' 1'].filter(isDecimal)).toEqual([]);
  });
});

describe('a moment', () => {
  test.each([
    [0, '1970-01-01 00:00:00'],
    [1_509_239_766_120, '2017-10-29 01:16:06.12'],
    [-62_167_219_200_000, '0001-01-01 00:00:00 BC'],
    [253_402_300_800_000, '10000-01-01 00:00:00'],
    [-MAX_MS, '271822-04-20 00:00:00 BC'],
    [MAX_MS, '275760-09-13 00:00:00'],
  ])('%i is %s', (ms, text) => expect(showMoment(ms)).toBe(text));

  test('comes back to the millisecond', () => {
    const ms = fc.integer({ min: -MAX_MS, max: MAX_MS });
    fc.assert(fc.property(ms, value => expect(readMoment(showMoment(value))).toBe(BigInt(value) * 1000n)));
  });

  test('has one form', () => {
    const wrong = [
      '2017-02-30 00:00:00',
      '2017-10-29T01:16:06',
      '2017-10-29 24:00:00',
      '2017-13-01 00:00:00',
      '2017-1-1 00:00:00',
      'now',
    ];
    expect(wrong.filter(isMoment)).toEqual([]);
    expect(
      ['infinity', '-infinity', '0044-03-15 12:00:00.123456 BC', '294276-12-31 23:59:59.999999'].filter(isMoment),
    ).toHaveLength(4);
  });
});

describe('a JSON text', () => {
  test('loses its blanks and nothing else', () => {
    expect(withoutBlanks('{ "a b" : [ 1e400 ,\n"x: \\" , y" ] }')).toBe('{"a b":[1e400,"x: \\" , y"]}');
    fc.assert(
      fc.property(
        fc.jsonValue(),
        value => withoutBlanks(JSON.stringify(value, undefined, 3)) === JSON.stringify(value),
      ),
    );
  });

  test('is measured however deep it is', () => {
    expect(depthOf('["[[[", {"a":[]}]')).toBe(3);
    expect(depthOf('['.repeat(1_000_000))).toBe(1_000_000);
  });
});
