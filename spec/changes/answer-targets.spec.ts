import { describe, expect, test } from '@jest/globals';
import { findChange, fresh, gone, namedIn, wrong } from '../../lib/changes/answer-targets.ts';
import type { Answer } from '../../lib/changes/questions.ts';
import type { EntityDescription } from '../../lib/models/description.ts';

function entity(name: string): EntityDescription {
  return { name, table: name, properties: [] };
}

function dropped(path: string): Answer {
  return { kind: 'dropped', path };
}

test('a name is found as it is written, and in other letter case where that is one', () => {
  const items = ['Animal', 'ANIMAL', 'Keeper'].map(entity);
  const found = (name: string) => namedIn(items, name)?.name;
  expect(['Animal', 'ANIMAL', 'animal', 'keeper', 'KEEPER', 'Keep', ''].map(found)).toEqual([
    'Animal',
    'ANIMAL',
    undefined,
    'Keeper',
    'Keeper',
    undefined,
    undefined,
  ]);
});

test('what was removed and what is new are listed', () => {
  expect([gone([]), fresh([])]).toEqual(['Nothing was removed', 'Nothing is new']);
  const items = ['A', 'B'].map(entity);
  expect([gone(items), fresh(items)]).toEqual(['Removed: A, B', 'New: A, B']);
});

test('an answer that fits no question is told with its flag', () => {
  const error = wrong(dropped('a b'), 'it was not removed', 'Nothing was removed');
  expect(error.message).toBe("--dropped 'a b': it was not removed. Nothing was removed.");
  expect(error).toMatchObject({ code: 'ANSWER_INVALID', answer: "--dropped 'a b'" });
});

describe('the entity of an answer', () => {
  const altered = [
    { before: entity('Animal'), after: entity('Beast') },
    { before: entity('Beast'), after: entity('Animal') },
    { before: entity('Old'), after: entity('New') },
  ];
  const find = (path: string, side: 'before' | 'after') => {
    const { change, name } = findChange(altered, dropped(path), one => one[side].name);
    return [altered.indexOf(change), name];
  };

  test('is the one of that name on the side that is asked about, and else on the other', () => {
    expect(find('animal.legs', 'before')).toEqual([0, 'legs']);
    expect(find('animal.legs', 'after')).toEqual([1, 'legs']);
    expect([find('old.a.b', 'after'), find('new.a', 'before')]).toEqual([
      [2, 'a.b'],
      [2, 'a'],
    ]);
    expect([find('old', 'before'), find('new', 'after')]).toEqual([
      [2, ''],
      [2, ''],
    ]);
  });

  test('that did not change is told, with those that did', () => {
    expect(() => find('keeper.legs', 'after')).toThrow(
      "--dropped keeper.legs: the entity 'keeper' did not change. Changed entities: Beast, Animal, New.",
    );
    expect(() => findChange([], dropped('keeper.legs'), () => '')).toThrow(
      "--dropped keeper.legs: the entity 'keeper' did not change. No entity changed.",
    );
  });
});
