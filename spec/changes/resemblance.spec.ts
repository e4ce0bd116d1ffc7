import { describe, expect, test } from '@jest/globals';
import { candidatesOf, entityResemblance, propertyResemblance } from '../../lib/changes/resemblance.ts';
import type { EntityDescription, PropertyDescription } from '../../lib/models/description.ts';

function property(more: Partial<PropertyDescription> = {}): PropertyDescription {
  return { name: 'aaaa', kind: 'scalar', type: 'string', ...more };
}

/** Two properties whose names have nothing in common: what they are, and why they resemble each other. */
function found(old: Partial<PropertyDescription>, now: Partial<PropertyDescription>, renamed: object = {}): string {
  const names = new Map(Object.entries(renamed));
  const { score, reason } =
    propertyResemblance(property(old), property({ name: 'zzzz', ...now }), name => names.get(name) ?? name) ?? {};
  return score === undefined ? 'nothing' : `${score}: ${reason}`;
}

const PIVOT = { table: 'a_b', columns: ['a'], inverseColumns: ['b'] };
const many = (target: string) => ({ kind: 'm:n', pivot: PIVOT, target }) as const;

describe('two properties', () => {
  test.each<[string, Partial<PropertyDescription>, Partial<PropertyDescription>, string]>([
    ['of one type', {}, {}, '4: same type, both not null'],
    ['of one type of their own', { type: 'Weight' }, { type: 'Weight' }, '4: same type, both not null'],
    ['of other types of their own', { type: 'Weight' }, { type: 'Height' }, 'nothing'],
    ['both nullable', { nullable: true }, { nullable: true }, '4: same type, both nullable'],
    ['one nullable', { nullable: true }, {}, '3: same type'],
    ['with one default', { default: '4' }, { default: '4' }, '6: same type, both not null, same default'],
    ['with other defaults', { default: '4' }, { default: '5' }, '4: same type, both not null'],
    ['one with a default', { default: '4' }, {}, '4: same type, both not null'],
    ['one in a key', { primary: true }, {}, 'nothing'],
    ['both in a key', { primary: true }, { primary: true }, '4: same type, both not null'],
    ['one computed', { generated: 'a' }, {}, 'nothing'],
    ['the other computed', {}, { generated: 'a' }, 'nothing'],
    ['both computed', { generated: 'a' }, { generated: 'b' }, '4: same type, both not null'],
    ['one a list', { array: true }, {}, 'nothing'],
    ['of similar whole numbers', { type: 'tinyint' }, { type: 'bigint' }, '2: similar type, both not null'],
    ['of whole numbers', { type: 'smallint' }, { type: 'integer' }, '2: similar type, both not null'],
    ['of medium numbers', { type: 'mediumint' }, { type: 'integer' }, '2: similar type, both not null'],
    ['of numbers', { type: 'float' }, { type: 'decimal' }, '2: similar type, both not null'],
    ['of double numbers', { type: 'double' }, { type: 'decimal' }, '2: similar type, both not null'],
    ['of other numbers', { type: 'integer' }, { type: 'float' }, 'nothing'],
    ['of texts', { type: 'text' }, { type: 'character' }, '2: similar type, both not null'],
    ['of a text and a UUID', { type: 'uuid' }, {}, '2: similar type, both not null'],
    ['of days and moments', { type: 'date' }, { type: 'datetime' }, '2: similar type, both not null'],
    ['of bytes', { type: 'blob' }, { type: 'uint8array' }, '2: similar type, both not null'],
    [
      'of the same allowed values',
      { kind: 'enum', items: ['a', 'b'] },
      { kind: 'enum', items: ['a', 'b'] },
      '4: the same allowed values, both not null',
    ],
    [
      'of some of them',
      { kind: 'enum', items: ['a', 'b', 'c'] },
      { kind: 'enum', items: ['b', 'c', 'd'] },
      '3: 2 allowed values in common, both not null',
    ],
    ['of none of them', { kind: 'enum', items: ['a'] }, { kind: 'enum', items: ['b'] }, 'nothing'],
    ['of allowed texts and any', { kind: 'enum', type: 'Diet', items: ['a', 1] }, {}, '2: similar type, both not null'],
    [
      'of allowed numbers and any',
      { kind: 'enum', type: 'Size', items: [1, 2] },
      { type: 'integer' },
      '2: similar type, both not null',
    ],
    ['of allowed numbers and texts', { kind: 'enum', type: 'Size', items: [1, 2] }, {}, 'nothing'],
    [
      'both to one entity',
      { kind: 'm:1', target: 'A' },
      { kind: '1:1', target: 'A' },
      '4: both point to A, both not null',
    ],
    [
      'both to the same entities',
      { kind: 'm:1', target: ['A', 'B'] },
      { kind: 'm:1', target: ['B', 'A'] },
      '4: both point to B or A, both not null',
    ],
    ['to more entities', { kind: 'm:1', target: ['A'] }, { kind: 'm:1', target: ['A', 'B'] }, 'nothing'],
    ['to other entities', { kind: 'm:1', target: 'A' }, { kind: 'm:1', target: 'B' }, 'nothing'],
    ['to several rows', many('A'), many('A'), '3: both hold several A'],
    ['to several rows of others', many('A'), many('B'), 'nothing'],
    ['to one row and to several', { kind: 'm:1', target: 'A' }, many('A'), 'nothing'],
    [
      'that embed the same',
      { kind: 'embedded', embeddable: 'A' },
      { kind: 'embedded', embeddable: 'A' },
      '4: both embed A, both not null',
    ],
    [
      'that embed something',
      { kind: 'embedded', embeddable: 'A' },
      { kind: 'embedded', embeddable: 'B' },
      '2: both embedded, both not null',
    ],
    [
      'one as a document',
      { kind: 'embedded', embeddable: 'A', object: true },
      { kind: 'embedded', embeddable: 'A' },
      'nothing',
    ],
    [
      'one as a list',
      { kind: 'embedded', embeddable: 'A', array: true },
      { kind: 'embedded', embeddable: 'A' },
      'nothing',
    ],
    ['one embedded', { kind: 'embedded', embeddable: 'A' }, {}, 'nothing'],
    ['the other embedded', {}, { kind: 'embedded', embeddable: 'A' }, 'nothing'],
    [
      'a key and a relation',
      { hints: { columnTypes: ['int'] } },
      { kind: 'm:1', target: 'A', hints: { columnTypes: ['int'] } },
      '2: the same values fit, both not null',
    ],
    [
      'a relation and a key',
      { kind: '1:1', target: 'A', hints: { columnTypes: ['int'] } },
      { hints: { columnTypes: ['int'] } },
      '2: the same values fit, both not null',
    ],
    [
      'a key and a relation of another type',
      { hints: { columnTypes: ['text'] } },
      { kind: 'm:1', target: 'A', hints: { columnTypes: ['int'] } },
      'nothing',
    ],
    ['a key and a relation of no known type', {}, { kind: 'm:1', target: 'A' }, 'nothing'],
  ])('%s', (_, old, now, expected) => {
    expect(found(old, now)).toBe(expected);
  });

  test('point to the same where it has another name now', () => {
    expect(found({ kind: 'm:1', target: 'A' }, { kind: 'm:1', target: 'B' }, { A: 'B' })).toBe(
      '4: both point to B, both not null',
    );
    expect(found(many('A'), many('B'), { A: 'B' })).toBe('3: both hold several B');
  });

  test.each<[string, string, number]>([
    ['species', 'species', 4],
    ['speciesName', 'species_name', 4],
    ['a.species', 'b.species', 4],
    ['legCount', 'countLegs', 2],
    ['firstName', 'lastName', 8 / 3],
    ['species', 'specie', 24 / 7],
    ['legs', 'l', 0],
    ['abcd', 'abxy', 2],
    ['abcde', 'abxyz', 1.6],
    ['abcdefgh', 'abcxyzuv', 0],
    ['size2Max', 'size2_max', 4],
    ['size2', 'size3', 3.2],
  ])('%s and %s have similar names: %d', (old, now, points) => {
    const { score = 0, reason = '' } =
      propertyResemblance(property({ name: old }), property({ name: now }), one => one) ?? {};
    // The type and the nulls count four.
    const similar = reason.includes('similar name');
    expect([similar ? score - 4 : 0, similar]).toEqual([expect.closeTo(points, 10), points > 0]);
  });
});

describe('two entities', () => {
  const entity = (name: string, properties: readonly string[], more: Partial<EntityDescription> = {}) => ({
    name,
    table: name,
    properties: [
      property({ name: 'id', type: 'integer', primary: true }),
      ...properties.map(one => property({ name: one })),
    ],
    ...more,
  });
  const alike = (old: EntityDescription, now: EntityDescription) => {
    const { score, reason } = entityResemblance(old, now) ?? {};
    return score === undefined ? 'nothing' : `${score}: ${reason}`;
  };

  test.each<[string, EntityDescription, EntityDescription, string]>([
    ['of the same', entity('Aaaa', ['a', 'b']), entity('Zzzz', ['b', 'a']), '6: the same properties'],
    ['of half of it', entity('Aaaa', ['a', 'b']), entity('Zzzz', ['a', 'c']), '3: 1 of 2 properties are the same'],
    ['of more', entity('Aaaa', ['a']), entity('Zzzz', ['a', 'b', 'c']), '2: 1 of 3 properties are the same'],
    ['of less', entity('Aaaa', ['a', 'b', 'c']), entity('Zzzz', ['a']), '2: 1 of 3 properties are the same'],
    ['of nothing', entity('Aaaa', ['a']), entity('Zzzz', ['b']), 'nothing'],
    ['of nothing but a name', entity('Keeper', ['a']), entity('ZooKeeper', ['b']), '2.666666666666667: similar name'],
    ['of nothing but half a name', entity('Abcd', ['a']), entity('Abxy', ['b']), '2: similar name'],
    ['of nothing but less of a name', entity('Abcde', ['a']), entity('Abxyz', ['b']), 'nothing'],
    [
      'of a property and some of a name',
      entity('Abcde', ['a']),
      entity('Abxyz', ['a']),
      '7.6: the same properties, similar name',
    ],
    ['of a property and less of a name', entity('Abcdef', ['a']), entity('Abuvxyz', ['a']), '6: the same properties'],
    ['with only a key', entity('Aaaa', []), entity('Zzzz', []), '0: both have only a key'],
    ['one with only a key', entity('Aaaa', []), entity('Zzzz', ['a']), 'nothing'],
    ['with the same inside', entity('Aaaa', ['a.b']), entity('Zzzz', ['a.b']), '0: both have only a key'],
    ['one a view', entity('Aaaa', ['a'], { view: { expression: 'select 1' } }), entity('Zzzz', ['a']), 'nothing'],
    [
      'one in a table with others',
      entity('Aaaa', ['a'], { inheritance: 'single table' }),
      entity('Zzzz', ['a']),
      'nothing',
    ],
    ['one with a parent', entity('Aaaa', ['a'], { extends: 'B' }), entity('Zzzz', ['a']), 'nothing'],
    [
      'with other parents',
      entity('Aaaa', ['a'], { extends: 'B' }),
      entity('Zzzz', ['a'], { extends: 'C' }),
      '6: the same properties',
    ],
  ])('%s', (_, old, now, expected) => {
    expect(alike(old, now)).toBe(expected);
  });

  test('have a property in common where name, kind and type are the same', () => {
    const with_ = (one: PropertyDescription): EntityDescription => ({ name: 'Aaaa', table: 'a', properties: [one] });
    const other = (more: Partial<PropertyDescription>) =>
      entityResemblance(with_(property()), { ...with_(property(more)), name: 'Zzzz' }) !== undefined;
    expect([{}, { name: 'z' }, { kind: 'enum' as const }, { type: 'text' }].map(other)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

test('the likeliest comes first, and of those that are as likely the first by name', () => {
  const scores: Record<string, number> = { a: 1, b: 3, d: 2, c: 2 };
  const candidates = candidatesOf(
    ['a', 'd', 'c', 'x', 'b'].map(name => ({ name })),
    ({ name }) => (scores[name] === undefined ? undefined : { score: scores[name], reason: name }),
  );
  expect(candidates.map(({ now, score, reason }) => [now.name, score, reason])).toEqual([
    ['b', 3, 'b'],
    ['c', 2, 'c'],
    ['d', 2, 'd'],
    ['a', 1, 'a'],
  ]);
});
