import { describe, expect, test } from '@jest/globals';
import { followRenames, mentions, type Rename } from '../../lib/drift/renames.ts';

function table(from: string, to: string): Rename {
  return { kind: 'table', from, to };
}

function column(of: string, from: string, to: string): Rename {
  return { kind: 'column', table: of, from, to };
}

function follow(renames: readonly Rename[], ...there: string[]) {
  return followRenames(renames, name => there.includes(name));
}

describe('a table', () => {
  test.each<[string, Rename[], string[], string, string?]>([
    ['that was not renamed is what it was', [table('keeper', 'carer')], ['animal', 'carer'], 'animal'],
    ['that was renamed has its new name', [table('animal', 'beast')], ['beast'], 'beast'],
    [
      'that was renamed twice has its last name',
      [table('animal', 'beast'), table('beast', 'being')],
      ['being'],
      'being',
    ],
    ['is followed in the order of renames', [table('beast', 'being'), table('animal', 'beast')], ['beast'], 'beast'],
    [
      'that was renamed there and back is what it was',
      [table('animal', 'a'), table('a', 'animal')],
      ['animal'],
      'animal',
    ],
    [
      'whose new name is gone while the old one is there was made again',
      [table('animal', 'old')],
      ['animal'],
      'animal',
    ],
    ['that is gone under both names has its last one', [table('animal', 'beast')], [], 'beast'],
    [
      'whose old name was taken by another is the renamed one',
      [table('animal', 'beast')],
      ['animal', 'beast'],
      'beast',
    ],
    ['in a namespace has its whole name', [table('zoo.animal', 'zoo.beast')], ['zoo.beast'], 'zoo.beast', 'zoo.animal'],
    ['is not renamed with a column', [column('animal', 'animal', 'beast')], ['animal', 'beast'], 'animal'],
  ])('%s', (_, renames, there, now, before = 'animal') => {
    expect(follow(renames, ...there).tableNow(before)).toBe(now);
  });

  test('is followed once, however often it is asked for', () => {
    const asked: string[] = [];
    const renaming = followRenames([table('animal', 'beast')], name => asked.push(name) > 0);
    expect([1, 2, 3].map(() => renaming.tableNow('animal'))).toEqual(['beast', 'beast', 'beast']);
    expect(asked).toEqual(['beast']);
  });
});

describe('what is said of a table', () => {
  const renaming = follow(
    [column('animal', 'legs', 'feet'), table('animal', 'beast'), column('beast', 'x$', 'y$&')],
    'beast',
  );

  test.each<[unknown, unknown]>([
    ['legs > 0', 'feet > 0'],
    ['"legs" > 0 and LEGS > 0', '"feet" > 0 and LEGS > 0'],
    ['legs+legs', 'feet+feet'],
    // Parts of words are other words.
    ['legs2 > mylegs and _legs = legs_ and $legs = légs', 'legs2 > mylegs and _legs = legs_ and $legs = légs'],
    ['élegs legsé', 'élegs legsé'],
    ['x$ = 1', 'y$& = 1'],
    ['x = 1', 'x = 1'],
    ['create index i on zoo.animal (legs)', 'create index i on zoo.beast (feet)'],
    [
      ['legs', ['tail', 'legs']],
      ['feet', ['tail', 'feet']],
    ],
    [
      { legs: 'legs', deep: { columns: ['legs'] } },
      { legs: 'feet', deep: { columns: ['feet'] } },
    ],
    [4, 4],
    [null, null],
    [undefined, undefined],
    [true, true],
  ])('%j', (said, now) => {
    expect(renaming.saidNow('animal', said)).toEqual(now);
  });

  test('is left as it is where nothing was renamed', () => {
    const said = { columns: ['legs'] };
    expect(renaming.saidNow('keeper', said)).toBe(said);
    expect(follow([]).saidNow('animal', said)).toBe(said);
  });

  test('names the column where that alone was renamed', () => {
    expect(follow([column('animal', 'legs', 'feet')], 'animal').saidNow('animal', 'animal.legs')).toBe('animal.feet');
  });

  test('names the table where that alone was renamed, without its namespace', () => {
    const moved = follow([table('zoo.animal', 'zoo.beast')], 'zoo.beast');
    expect(moved.saidNow('zoo.animal', 'on animal (legs)')).toBe('on beast (legs)');
    expect(moved.saidNow('zoo.animal', 'on zoo.animal (legs)')).toBe('on zoo.beast (legs)');
  });

  test('keeps old names where the table was made again', () => {
    const again = follow([column('animal', 'legs', 'feet'), table('animal', 'old')], 'animal');
    const said = { columns: ['legs'] };
    expect(again.saidNow('animal', said)).toBe(said);
  });

  test('knows columns by the name their table had at that moment', () => {
    const later = follow([table('animal', 'beast'), column('animal', 'legs', 'feet')], 'beast', 'animal');
    expect(later.saidNow('animal', 'legs')).toBe('legs');
  });
});

test.each<[unknown, string, boolean]>([
  ['legs > 0', 'legs', true],
  [{ columns: ['id', 'legs'] }, 'legs', true],
  [{ columns: ['id', 'legs2'] }, 'legs', false],
  [undefined, 'legs', false],
  ['a.b', 'a.b', true],
  ['axb', 'a.b', false],
  ['(a-b)', 'a-b', true],
  // A name with a quote: as it is, and as SQL quotes it.
  [{ columns: ['a"b'] }, 'a"b', true],
  ['("a""b" > 0)', 'a"b', true],
  ['(`a"b` > 0)', 'a"b', true],
  ['(`a``b` > 0)', 'a`b', true],
  ['([a]]b] > 0)', 'a]b', true],
  ['("a""bc" > 0)', 'a"b', false],
  [{ columns: ['a\\b'] }, 'a\\b', true],
  [{ legs: 4 }, 'legs', false],
])('%j mentions %s: %p', (said, name, expected) => {
  expect(mentions(said, name)).toBe(expected);
});
