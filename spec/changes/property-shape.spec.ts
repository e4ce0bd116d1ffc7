import { describe, expect, test } from '@jest/globals';
import { holderOf, isReplaced, needsValue, outermost, pointsTo, shapeOf } from '../../lib/changes/property-shape.ts';
import type { PropertyAttribute } from '../../lib/changes/storage-changes.ts';
import type { PropertyDescription } from '../../lib/models/description.ts';

function property(more: Partial<PropertyDescription> = {}): PropertyDescription {
  return { name: 'x', kind: 'scalar', columns: ['x'], ...more };
}

function without(...keys: (keyof PropertyDescription)[]): PropertyDescription {
  const rest = Object.entries(property()).filter(([key]) => !keys.includes(key as keyof PropertyDescription));
  return Object.fromEntries(rest) as unknown as PropertyDescription;
}

const PIVOT = { table: 'a_b', columns: ['a'], inverseColumns: ['b'] };

test.each<[PropertyDescription, string]>([
  [property(), '1 columns'],
  [property({ columns: ['a', 'b'] }), '2 columns'],
  [{ ...without('columns'), pivot: PIVOT }, 'table'],
  [{ ...without('columns'), key: 'x' }, 'document'],
  [without('columns'), 'inside'],
])('%j is stored in %s', (given, shape) => {
  expect(shapeOf(given)).toBe(shape);
});

describe('values are moved by hand', () => {
  const many: PropertyDescription = { ...without('columns'), kind: 'm:n', pivot: PIVOT };
  const ordered: PropertyDescription = { ...many, pivot: { ...PIVOT, order: 'position' } };

  test.each<[string, PropertyDescription, PropertyDescription, PropertyAttribute[], boolean]>([
    ['of the same', property(), property(), [], false],
    ['of another type', property({ type: 'a' }), property({ type: 'b' }), ['type'], false],
    ['of another number of columns', property(), property({ columns: ['a', 'b'] }), ['columns'], true],
    ['of a table', many, many, ['pivot'], false],
    ['of a table with another target', many, many, ['target'], true],
    ['of a table with another order', many, ordered, ['pivot'], true],
    ['of a value that became a relation', property(), property({ kind: 'm:1' }), ['kind'], false],
    ['of a value with another target', property(), property({ kind: 'm:1' }), ['kind', 'target'], false],
    ['of a value that became a document', property(), property({ kind: 'embedded' }), ['kind'], true],
    ['of a document that became a value', property({ kind: 'embedded' }), property(), ['kind'], true],
    ['of a document', property({ kind: 'embedded' }), property({ kind: 'embedded' }), ['type'], false],
  ])('%s', (_, before, after, changed, expected) => {
    expect(isReplaced({ before, after, changed })).toBe(expected);
  });
});

test.each<[string, PropertyDescription, boolean]>([
  ['a new column', property(), true],
  ['one that may be null', property({ nullable: true }), false],
  ['one with a default', property({ default: '4' }), false],
  ['one with an empty default', property({ default: '' }), false],
  ['one that is computed', property({ generated: '' }), false],
  ['one that counts', property({ autoincrement: true }), false],
  ['one that counts versions', property({ version: true }), false],
  ['what has no column', without('columns'), false],
])('existing rows have no value for %s: %s', (_, given, expected) => {
  expect(needsValue(given)).toBe(expected);
});

test('an embedded property stands for what is in it', () => {
  const names = (...given: string[]) => outermost(given.map(name => property({ name }))).map(({ name }) => name);
  expect(names('home', 'home.city', 'home.city.zip', 'homeless', 'work.city')).toEqual([
    'home',
    'homeless',
    'work.city',
  ]);
  expect(['home.city.zip', 'home.city', 'home', ''].map(holderOf)).toEqual(['home.city', 'home', '', '']);
});

test('a relation points to one or several', () => {
  const names = new Set(['Animal', 'Plant']);
  expect(pointsTo(property({ target: 'Animal' }), names)).toBe(true);
  expect(pointsTo(property({ target: ['Stone', 'Plant'] }), names)).toBe(true);
  expect(pointsTo(property({ target: ['Stone', 'Ani'] }), names)).toBe(false);
  expect(pointsTo(property(), names)).toBe(false);
});
