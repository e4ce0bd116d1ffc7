import { describe, expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { followRenames, type Rename } from '../../lib/drift/renames.ts';
import { isKept, meaningOf } from '../../lib/drift/same-difference.ts';

const RENAMES: Rename[] = [
  { kind: 'table', from: 'animal', to: 'beast' },
  { kind: 'column', table: 'beast', from: 'legs', to: 'feet' },
];

function kept(before: Difference, now: Difference, renames: readonly Rename[] = RENAMES): boolean {
  return isKept(
    [before],
    now,
    followRenames(renames, () => true),
  );
}

function difference(kind: Difference['kind'], path: readonly string[], live: unknown, wanted: unknown): Difference {
  return { kind, path, live, wanted };
}

describe('a difference is kept', () => {
  const named = { name: 'legs', columns: ['legs'] };
  const nameless = { name: '', columns: ['legs'] };

  test.each<[string, Difference, Difference]>([
    [
      'as it was',
      difference('different', ['keeper', 'column', 'legs', 'type'], 'text', 'integer'),
      difference('different', ['keeper', 'column', 'legs', 'type'], 'text', 'integer'),
    ],
    [
      'of a table, under its new name',
      difference('extra', ['animal'], { columns: ['legs'] }, undefined),
      difference('extra', ['beast'], { columns: ['feet'] }, undefined),
    ],
    [
      'of a column, under its new name',
      difference('different', ['animal', 'column', 'legs', 'type'], 'text', 'integer'),
      difference('different', ['beast', 'column', 'feet', 'type'], 'text', 'integer'),
    ],
    [
      'of a foreign key, under its new columns',
      difference('extra', ['animal', 'foreign key', 'legs, id'], { columns: ['legs', 'id'] }, undefined),
      difference('extra', ['beast', 'foreign key', 'feet, id'], { columns: ['feet', 'id'] }, undefined),
    ],
    [
      'of the comment of a column',
      difference('different', ['animal', 'comment', 'legs'], 'a', 'b'),
      difference('different', ['beast', 'comment', 'feet'], 'a', 'b'),
    ],
    [
      'of an index with a name, which no rename touches',
      difference('extra', ['animal', 'index', 'legs'], named, undefined),
      difference('extra', ['beast', 'index', 'legs'], { name: 'feet', columns: ['feet'] }, undefined),
    ],
    [
      'of an index without one, by its columns',
      difference('extra', ['animal', 'index', 'legs'], nameless, undefined),
      difference('extra', ['beast', 'index', 'feet'], { name: '', columns: ['feet'] }, undefined),
    ],
    [
      'of an aspect of what was named after its table and column',
      difference('different', ['animal', 'index', 'animal_legs_index', 'unique'], true, false),
      difference('different', ['beast', 'index', 'beast_feet_index', 'unique'], true, false),
    ],
    [
      'of the whole of it',
      difference('extra', ['animal', 'check', 'animal_legs_check'], { name: 'animal_legs_check' }, undefined),
      difference('extra', ['beast', 'check', 'beast_feet_check'], { name: 'beast_feet_check' }, undefined),
    ],
    [
      'of an index that is wanted without a name',
      difference('missing', ['animal', 'index', 'legs'], undefined, nameless),
      difference('missing', ['beast', 'index', 'feet'], undefined, { name: '', columns: ['feet'] }),
    ],
    [
      'of an aspect of what has a name',
      difference('different', ['animal', 'index', 'legs', 'unique'], true, false),
      difference('different', ['beast', 'index', 'legs', 'unique'], true, false),
    ],
    [
      'of an aspect of which nothing is known',
      difference('different', ['animal', 'index', 'legs', 'where'], undefined, null),
      difference('different', ['beast', 'index', 'legs', 'where'], undefined, null),
    ],
    [
      'of a check, in whose texts nothing is renamed',
      difference('extra', ['animal', 'check', 'c'], { name: 'c', expression: "legs > 0 or kind = 'legs'" }, undefined),
      difference('extra', ['beast', 'check', 'c'], { name: 'c', expression: "feet > 0 or kind = 'legs'" }, undefined),
    ],
    [
      'of a comment about a column',
      difference('different', ['animal', 'comment', 'legs'], 'all legs', 'legs'),
      difference('different', ['beast', 'comment', 'feet'], 'all legs', 'legs'),
    ],
    [
      'of a text whose names are quoted now',
      difference('extra', ['animal', 'check', 'c'], { name: 'c', expression: 'legs > 0' }, undefined),
      difference('extra', ['beast', 'check', 'c'], { name: 'c', expression: '"FEET" >\n0' }, undefined),
    ],
    [
      'of what is missing, however the server spells it',
      difference('missing', ['animal', 'check', 'c'], undefined, { name: 'c', expression: '' }),
      difference('missing', ['beast', 'check', 'c'], undefined, { name: 'c', expression: 'feet > 0' }),
    ],
    [
      'of a whole part',
      difference('different', ['animal', 'primary key'], ['legs'], ['id']),
      difference('different', ['beast', 'primary key'], ['feet'], ['id']),
    ],
  ])('%s', (_, before, now) => {
    expect(kept(before, now)).toBe(true);
  });
});

describe('a difference is another', () => {
  const before = difference('different', ['animal', 'column', 'legs', 'type'], 'text', 'integer');
  const now = difference('different', ['beast', 'column', 'feet', 'type'], 'text', 'integer');

  test.each<[string, Difference]>([
    ['of another kind', { ...now, kind: 'extra' }],
    ['at another place', { ...now, path: ['beast', 'column', 'feet', 'default'] }],
    ['in another table', { ...now, path: ['animal', 'column', 'feet', 'type'] }],
    ['of another column', { ...now, path: ['beast', 'column', 'legs', 'type'] }],
    ['with another live value', { ...now, live: 'blob' }],
    ['with another value wanted', { ...now, wanted: 'real' }],
    ['of another part', { ...now, path: ['beast', 'index', 'feet', 'type'] }],
    ['of the whole column', { ...now, path: ['beast', 'column', 'feet'] }],
  ])('%s', (_, other) => {
    expect(kept(before, now)).toBe(true);
    expect(kept(before, other)).toBe(false);
  });

  test('where nothing was different before', () => {
    expect(
      isKept(
        [],
        now,
        followRenames([], () => true),
      ),
    ).toBe(false);
  });

  test('but one of many is enough', () => {
    expect(
      isKept(
        [{ ...before, kind: 'extra' }, before],
        now,
        followRenames(RENAMES, () => true),
      ),
    ).toBe(true);
  });
});

test.each<[unknown, string]>([
  ['"Legs" > [0] or `x`', 'legs>0orx'],
  [{ a: undefined, b: '"q"' }, '{b:q}'],
  [undefined, ''],
  [4, '4'],
])('the meaning of %j', (said, meaning) => {
  expect(meaningOf(said)).toBe(meaning);
});
