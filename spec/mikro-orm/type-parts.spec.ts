import { ArrayType, BigIntType, DecimalType, StringType, Type } from '@mikro-orm/core';
import { expect, test } from '@jest/globals';
import { conversionsOf, isMikroOrmType, modeOf, normalizingOf } from '../../lib/mikro-orm/type-parts.ts';

test('a big integer and a decimal say as what they are read', () => {
  expect(modeOf(new BigIntType('string'))).toBe('string');
  expect(modeOf(new DecimalType('number'))).toBe('number');
  expect(modeOf('bigint')).toBeUndefined();
});

test('an array says how its items are converted', () => {
  const [read, write] = [(item: string) => Number(item), (item: number) => `${item}`];
  expect(conversionsOf(new ArrayType(read, write))).toEqual([read, write]);
  expect(conversionsOf('string[]')).toEqual([]);
});

test('a string says how it is normalized', () => {
  expect(normalizingOf(new StringType({ trim: true, case: 'lower' }))).toEqual({ trim: true, case: 'lower' });
  expect(normalizingOf('string')).toEqual({});
});

test('a class says whether it is one of MikroORM, and those that extend it are not', () => {
  class Money extends BigIntType {}
  class Grams extends Type<number, string> {}
  expect([Type, BigIntType, ArrayType, Money, Grams].map(isMikroOrmType)).toEqual([true, true, true, false, false]);
});
