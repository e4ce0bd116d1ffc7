import { describe, expect, test } from '@jest/globals';
import type { CapturedRows } from '../../../lib/testing/row-comparison/captured-rows.ts';
import { compareRows } from '../../../lib/testing/row-comparison/compare-rows.ts';
import { pairSame } from '../../../lib/testing/row-comparison/pair-tables.ts';

/** Rows as a capture has them, of a table with the columns id, name and legs. */
function rows(...lines: readonly string[]): CapturedRows {
  const columns = ['id', 'name', 'legs'].map(name => ({ name, kind: 'text', type: 'text' }));
  return {
    tables: [{ title: 'animal', name: 'animal', columns, key: ['id'] }],
    print: () => lines.join('\n'),
    async *lines() {
      yield* lines;
    },
  } as unknown as CapturedRows;
}

const WOLF = '[1,"Wolf",4]';
const OWL = '[2,"Owl",2]';
const CARP = '[3,"Carp",0]';

async function compare(before: CapturedRows, after: CapturedRows, rowsAtOnce?: number) {
  const [pair] = pairSame(before);
  return compareRows(before, after, pair as never, rowsAtOnce === undefined ? {} : { rowsAtOnce });
}

describe('two states of a table', () => {
  test('are the same in any order', async () => {
    expect(await compare(rows(WOLF, OWL), rows(OWL, WOLF))).toBeUndefined();
  });

  test.each([1, 2, 100])('differ by what was lost, added, doubled and changed, %i rows in memory', async atOnce => {
    const after = rows('[1,"Wolf",3]', CARP, '[9,"Carp",0]', '[8,"Ibex",4]');
    expect(await compare(rows(WOLF, OWL, CARP), after, atOnce)).toEqual({
      table: 'animal',
      rows: { before: 3, after: 4 },
      lost: 1,
      added: 2,
      doubled: 1,
      changed: [{ column: 'animal.legs', rows: 1, first: { key: '1', before: '4', after: '3' } }],
      firstLost: ['2'],
      firstAdded: expect.arrayContaining(['9', '8']),
    });
  });

  test('differ if a key is there twice', async () => {
    expect(await compare(rows(WOLF), rows(WOLF, WOLF))).toMatchObject({ lost: 0, added: 0, doubled: 1 });
  });

  test('differ if a table is empty afterwards', async () => {
    expect(await compare(rows(WOLF, OWL), rows())).toMatchObject({ lost: 2, rows: { before: 2, after: 0 } });
  });

  test('null in SQL is another value than null in JSON, and digits count', async () => {
    expect(await compare(rows('[1,null,4]'), rows('[1,[null],4]'))).toMatchObject({
      changed: [{ column: 'animal.name', first: { before: 'null', after: '[null]' } }],
    });
    expect(await compare(rows('[1,"a",9007199254740993]'), rows('[1,"a",9007199254740992]'))).toMatchObject({
      changed: [{ column: 'animal.legs' }],
    });
  });
});
