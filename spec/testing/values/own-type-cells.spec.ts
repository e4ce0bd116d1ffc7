import { expect, test } from '@jest/globals';
import { Type } from '@mikro-orm/core';
import { ownTypeValues } from '../../../lib/testing/values/own-type-cells.ts';
import { Random } from '../../../lib/testing/values/random.ts';
import { textValues } from '../../../lib/testing/values/text-cells.ts';
import { momentValues } from '../../../lib/testing/values/moment-cells.ts';

/** A type of an application, by how it reads and how it writes. */
function typeOf(read: (stored: never) => unknown, write: (value: never) => unknown): Type<unknown> {
  return new (class extends Type<unknown, unknown> {
    override convertToJSValue(stored: never) {
      return read(stored);
    }
    override convertToDatabaseValue(value: never) {
      return write(value);
    }
  })();
}

const text = textValues({ length: 40, isIndexed: false, isKey: false });

function valuesOf(customType: Type<unknown>, kind: 'text' | 'moment' = 'text', length?: number) {
  const column = { prop: { customType } as never, kind, platform: {} as never, length };
  const made = ownTypeValues(kind === 'text' ? text : momentValues({ digits: 3 }), column);
  return made && Array.from({ length: 5 }, (_, index) => made.random(new Random(index, 'some')));
}

const refuse = () => {
  throw new Error('not of this form');
};

test.each<[string, Type<unknown>, RegExp]>([
  [
    'cents',
    typeOf(
      (stored: string) => ({ cents: Number(stored) }),
      ({ cents }: { cents: number }) => String(cents),
    ),
    /^"[\d.]+"$/,
  ],
  [
    'JSON in a text',
    typeOf(
      (stored: string) => JSON.parse(stored) as object,
      (value: object) => JSON.stringify(value),
    ),
    /^"([\d[{]|true|false)/,
  ],
  [
    'an address',
    typeOf(
      (stored: string) => (/^\w+@\w+\.\w+$/.test(stored) ? stored : refuse()),
      (value: string) => value,
    ),
    /@/,
  ],
  [
    'a moment in a text',
    typeOf(
      (stored: string) => new Date(stored),
      (value: Date) => value.toISOString(),
    ),
    /^"\d{4}-\d\d-\d\dT/,
  ],
  [
    'a form that only the type knows, of an object',
    typeOf(
      (stored: string) => (/^\d+ ct$/.test(stored) ? { cents: Number.parseInt(stored, 10) } : refuse()),
      ({ cents }: { cents: number }) => `${cents} ct`,
    ),
    /^"\d+ ct"$/,
  ],
  [
    'capitals',
    typeOf(
      (stored: string) => stored,
      (value: string) => value.toUpperCase(),
    ),
    /^"[^a-z]*"$/,
  ],
])('%s: only values of its form are made', (_name, type, form) => {
  for (const cell of valuesOf(type) ?? ['none']) expect(cell).toMatch(form);
});

test('a moment is tried as each form in which drivers give it', () => {
  const ofDate = typeOf(
    (stored: Date) => stored.getTime(),
    (value: number) => new Date(value),
  );
  expect(valuesOf(ofDate, 'moment')).toHaveLength(5);
});

test('a type that reads nothing that is known gets no values, and neither does one whose texts are too long', () => {
  expect(valuesOf(typeOf(refuse, refuse))).toBeUndefined();
  const point = typeOf(
    (stored: string) => (stored.startsWith('POINT(') ? stored : refuse()),
    (value: string) => value,
  );
  expect(valuesOf(point)).toHaveLength(5);
  expect(valuesOf(point, 'text', 6)).toBeUndefined();
});
