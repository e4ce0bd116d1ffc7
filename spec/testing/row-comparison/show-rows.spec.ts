import { expect, test } from '@jest/globals';
import { showDifference } from '../../../lib/testing/row-comparison/show-rows.ts';

const NONE = { lost: 0, added: 0, doubled: 0, firstLost: [], firstAdded: [], rows: { before: 2, after: 2 } };

function shown(before: string, after: string): string {
  const changed = [{ column: 'pet.note', rows: 1, first: { key: '7', before, after } }];
  const [line = ''] = showDifference({ table: 'pet', ...NONE, changed });
  return line.replace('pet.note: 1 row changed, the first is row 7: ', '');
}

test('long values are shown from a little before their first difference', () => {
  const long = 'é'.repeat(200);
  expect(shown(`"${long}a"`, `"${long}b"`)).toBe(`…${'é'.repeat(20)}a" became …${'é'.repeat(20)}b"`);
  expect(shown(`"${long}"`, `"${long}b"`)).toBe(`…${'é'.repeat(20)}" became …${'é'.repeat(20)}b"`);
  expect(shown(`"x${long}"`, '"y"')).toBe(`"x${'é'.repeat(78)}… became "y"`);
});

test('short values are shown whole', () => {
  expect(shown('"ant, bee and cat 1"', '"ant, bee and cat 2"')).toBe(
    '"ant, bee and cat 1" became "ant, bee and cat 2"',
  );
});
