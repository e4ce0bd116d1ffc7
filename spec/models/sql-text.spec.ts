import { describe, expect, test } from '@jest/globals';
import { BigIntType, IntegerType, JsonType, raw, sql, Type } from '@mikro-orm/core';
import { defaultText, sqlText } from '../../lib/models/sql-text.ts';
import { offline } from './support.ts';

const [{ orm: sqlite }, { orm: postgresql }] = offline();
const platforms = [sqlite, postgresql].map(({ config }) => config.getPlatform());

/** The same on every dialect. */
function defaultOf(prop: Parameters<typeof defaultText>[0]): unknown {
  const [one, other] = platforms.map(platform => defaultText(prop, platform));
  expect(one).toBe(other);
  return one;
}

test.each<[unknown, string | undefined]>([
  [undefined, undefined],
  [null, undefined],
  ['  legs   > `x` ', '  legs   > `x` '.trim().replace('   ', ' ').replaceAll('`', '"')],
  [raw('legs > ?', [4]), 'legs > 4'],
  [sql`legs > ${'a b'}`, `legs > 'a b'`],
  [4, '4'],
])('%p as SQL', (given, text) => {
  expect(platforms.map(platform => sqlText(given, platform))).toEqual([text, text]);
});

class Shouting extends Type<string, string> {
  override convertToDatabaseValue(value: string): string {
    if (value === 'never') throw new Error('nothing is made of it');
    return value.toUpperCase();
  }

  override compareAsType(): string {
    return 'string';
  }
}

/** Compares as anything, so MikroORM makes no default of a value by it. */
class Loud extends Shouting {
  override compareAsType(): string {
    return 'any';
  }
}

class Doubling extends Type<number, number> {
  override convertToDatabaseValue(value: number): number {
    return value * 2;
  }

  override compareAsType(): string {
    return 'number';
  }
}

describe('a default', () => {
  test.each<[string, Parameters<typeof defaultText>[0], string | undefined]>([
    ['that is not there', {}, undefined],
    ['that is null', { default: null }, undefined],
    ['that is null in SQL', { defaultRaw: 'NULL' }, undefined],
    ['that is a text', { default: "it's" }, "'it''s'"],
    ['that says null', { default: 'null' }, "'null'"],
    ['that is a number', { default: 4 }, '4'],
    ['that is nothing', { default: 0 }, '0'],
    ['that is false', { default: false }, 'false'],
    ['that is data', { default: { a: [1] } }, '{"a":[1]}'],
    ['in SQL', { defaultRaw: 'lower( `name` )' }, 'lower( "name" )'],
    ['that discovery made of a value', { default: 'a', defaultRaw: "'a'" }, "'a'"],
    ['that discovery made of a number', { default: 4, defaultRaw: '4' }, '4'],
    ['in SQL next to a value', { default: 'a', defaultRaw: "'b'", customType: new Shouting() }, "'b'"],
    ['that a custom type made of a value', { default: 'a', defaultRaw: "'A'", customType: new Shouting() }, "'a'"],
    ['that a custom type made of a number', { default: 2, defaultRaw: '4', customType: new Doubling() }, '2'],
    ['in SQL next to a type that compares as any', { default: 'a', defaultRaw: "'A'", customType: new Loud() }, "'A'"],
    ['that discovery made of a text with a quote', { default: "it's", defaultRaw: "'it's'" }, "'it''s'"],
    ['that is given as undefined', { default: undefined }, undefined],
    ['that a custom type cannot make', { default: 'never', defaultRaw: "'A'", customType: new Shouting() }, "'never'"],
    ['of a type that compares as any', { default: 4, defaultRaw: '5', customType: new JsonType() }, '5'],
    ['of a number that is stored as one', { default: 4, defaultRaw: '5', customType: new IntegerType() }, '5'],
    ['of a great number', { default: 4n, defaultRaw: '4', customType: new BigIntType() }, '4'],
    ['in SQL next to data', { default: { a: 1 }, defaultRaw: "'{}'" }, '{"a":1}'],
    ['in SQL without a type that converts', { default: 4, defaultRaw: '5' }, '5'],
    ['that is now', { defaultRaw: 'now()' }, 'current_timestamp'],
    ['that is now, in capitals', { defaultRaw: 'CURRENT_TIMESTAMP' }, 'current_timestamp'],
    ['that is now, to three digits', { defaultRaw: 'current_timestamp(3)' }, 'current_timestamp'],
    ['that is now, to as many as there are', { defaultRaw: 'current_timestamp()' }, 'current_timestamp'],
    ['that is not now', { defaultRaw: 'unknow()' }, 'unknow()'],
    ['that is more than now', { defaultRaw: 'now() + 1' }, 'now() + 1'],
    ['that is later than now', { defaultRaw: 'x current_timestamp' }, 'x current_timestamp'],
  ])('%s', (_, prop, text) => {
    expect(defaultOf(prop)).toBe(text);
  });

  test('that is a fragment of SQL is its text', () => {
    expect(defaultOf({ default: raw('lower(`a`)'), defaultRaw: 'lower(`a`)' })).toBe('lower("a")');
  });
});
