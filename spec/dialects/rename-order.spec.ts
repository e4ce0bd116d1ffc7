import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderRenames } from '../../lib/dialects/rename-order.ts';

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const show = (...options: Parameters<typeof orderRenames>) =>
  orderRenames(...options).map(({ from, to }) => `${from} > ${to}`);

describe('renames are done one after the other', () => {
  test('the one whose name is free first', () => {
    expect(show([])).toEqual([]);
    expect(
      show([
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ]),
    ).toEqual(['b > c', 'a > b']);
  });

  test('and where names are swapped one steps aside, under a name that is free', () => {
    const swap = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect(show(swap)).toEqual(['a > dejavu_a', 'b > a', 'dejavu_a > b']);
    expect(show(swap, { others: ['dejavu_a', 'DEJAVU_A_2'], isSame })).toEqual([
      'a > dejavu_a_3',
      'b > a',
      'dejavu_a_3 > b',
    ]);
  });

  test('and so does a column that has the name and goes', () => {
    expect(show([{ from: 'a', to: 'B' }], { others: ['b', 'c'], isSame })).toEqual(['b > dejavu_b', 'a > B']);
    expect(show([{ from: 'a', to: 'B' }], { others: ['b', 'c'] })).toEqual(['a > B']);
  });
});

test('every column ends under its new name, and no two ever have the same', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'dejavu_a', 'dejavu_b'), { minLength: 1 });
  fc.assert(
    fc.property(names, names, (columns, targets) => {
      const renames = columns.flatMap((from, index) => {
        const to = targets[index];
        return to === undefined || to === from ? [] : [{ from, to }];
      });
      const others = columns.filter(name => !renames.some(({ from }) => from === name));
      const now = new Map<string, string>(columns.map(name => [name, name]));
      for (const { from, to } of orderRenames(renames, { others })) {
        expect([...now.values()]).not.toContain(to);
        const [was = ''] = [...now].find(([, is]) => is === from) ?? [];
        now.set(was, to);
      }
      for (const { from, to } of renames) expect(now.get(from)).toBe(to);
    }),
  );
});
