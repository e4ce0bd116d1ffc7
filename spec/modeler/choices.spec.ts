import { expect, test } from '@jest/globals';
import type { Difference } from '../../lib/difference.ts';
import { decideOn, isChosen, type Remedies } from '../../lib/modeler/choices.ts';

const nothing: Remedies = new Map();
const different = (...path: string[]): Difference => ({ kind: 'different', path, live: 'a', wanted: 'b' });
const noKeys = () => [];

test('what only the database has decides nothing', () => {
  const extra: Difference = { kind: 'extra', path: ['film', 'index', 'film_title'], live: {}, wanted: undefined };
  expect(decideOn([extra], nothing, noKeys)).toBe(nothing);
});

test('a constraint that does not hold for all rows decides nothing: no entity says that', () => {
  const unproven = different('film', 'foreign key', 'language_id', 'validity');
  expect(decideOn([unproven], nothing, noKeys)).toBe(nothing);
});

test('a difference is met by one remedy after the other, and in the end the table is left out', () => {
  const differs = different('film', 'column', 'title', 'type');
  const column = ['film', 'column', 'title'];
  const first = decideOn([differs], nothing, noKeys);
  expect([isChosen(first, column, 'exact type'), isChosen(first, column, 'any type')]).toEqual([true, false]);
  const second = decideOn([differs], first, noKeys);
  expect([isChosen(second, column, 'any type'), isChosen(second, ['film'], 'left out')]).toEqual([true, false]);
  const third = decideOn([differs], second, noKeys);
  expect([isChosen(third, column, 'left out'), isChosen(third, ['film'], 'left out')]).toEqual([true, false]);
  const fourth = decideOn([differs], third, noKeys);
  expect(isChosen(fourth, ['film'], 'left out')).toBe(true);
  expect(decideOn([differs], fourth, noKeys)).toBe(fourth);
});

test('a column that differs gives up the relations over it, and no others, before the column is left out', () => {
  const keys = [
    ['film', 'foreign key', 'a, b'],
    ['film', 'foreign key', 'c'],
  ];
  const ofTable = (_table: string, column?: string) =>
    keys.filter(([, , columns = '']) => columns.includes(column ?? ''));
  const made = [1, 2].reduce(
    choices => decideOn([different('film', 'column', 'b', 'nulls')], choices, ofTable),
    nothing,
  );
  expect(keys.map(key => isChosen(made, key, 'left out'))).toEqual([true, false]);
  expect(isChosen(made, ['film', 'column', 'b'], 'left out')).toBe(false);
});

test('a primary key in another order gives up the relations in it, one at a time', () => {
  const keys = [
    ['film_actor', 'foreign key', 'film_id'],
    ['film_actor', 'foreign key', 'actor_id'],
  ];
  const differs = different('film_actor', 'primary key');
  const first = decideOn([differs], nothing, () => keys);
  expect(keys.map(key => isChosen(first, key, 'left out'))).toEqual([true, false]);
  const second = decideOn([differs], first, () => keys);
  expect(keys.map(key => isChosen(second, key, 'left out'))).toEqual([true, true]);
});

test('a part that no entity is known to differ in leaves its table out', () => {
  expect(isChosen(decideOn([different('film', 'kind')], nothing, noKeys), ['film'], 'left out')).toBe(true);
});
