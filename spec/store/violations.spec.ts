import { describe, expect, test } from '@jest/globals';
import { describeViolations, newViolations } from '../../lib/store/violations.ts';

const orphan = (table: string, rowid: unknown, parent: string) => ({
  table,
  rowid,
  parent,
  columns: ['zoo_id'],
  keys: [['zoo_id']],
});
const old = [orphan('exhibit', 1, 'zoo'), orphan('exhibit', 2, 'zoo')];

describe('orphans that are new', () => {
  test('are those that were not there before', () => {
    const one = orphan('exhibit', 3, 'zoo');
    expect(newViolations([], [])).toEqual([]);
    expect(newViolations(old, old)).toEqual([]);
    expect(newViolations(old, [])).toEqual([]);
    expect(newViolations(old, [...old, one])).toEqual([one]);
    expect(newViolations([], [one])).toEqual([one]);
  });

  test('are not those of a table that was renamed, whichever of the two it was', () => {
    expect(newViolations(old, [orphan('pen', 1, 'zoo'), orphan('pen', 2, 'zoo')])).toEqual([]);
    expect(newViolations(old, [orphan('exhibit', 1, 'park'), orphan('exhibit', 2, 'park')])).toEqual([]);
  });

  test('are counted where rows have no number', () => {
    const nameless = orphan('exhibit', null, 'zoo');
    expect(newViolations([nameless], [nameless])).toEqual([]);
    expect(newViolations([nameless], [nameless, nameless])).toEqual([nameless]);
  });

  test('may refer to another table than an old orphan of the same row did', () => {
    expect(newViolations(old, [...old, orphan('exhibit', 1, 'keeper')])).toEqual([orphan('exhibit', 1, 'keeper')]);
  });
});

test('orphans are told by name, the first three', () => {
  const many = [1, 2, 3, 4, 5].map(rowid => orphan('exhibit', rowid, 'zoo'));
  expect(describeViolations(many.slice(0, 1))).toMatchInlineSnapshot(
    `"exhibit row 1 refers to a missing row of zoo. On SQLite, foreign-key actions are off in a step unless it declares foreignKeys: 'on'."`,
  );
  expect(describeViolations([orphan('exhibit', null, 'zoo')])).toMatchInlineSnapshot(
    `"exhibit refers to a missing row of zoo. On SQLite, foreign-key actions are off in a step unless it declares foreignKeys: 'on'."`,
  );
  expect(describeViolations(many)).toMatchInlineSnapshot(
    `"exhibit row 1 refers to a missing row of zoo, exhibit row 2 refers to a missing row of zoo, exhibit row 3 refers to a missing row of zoo and 2 more. On SQLite, foreign-key actions are off in a step unless it declares foreignKeys: 'on'."`,
  );
});
