import { describe, expect, test } from '@jest/globals';
import { addFill, type FillSource } from '../../lib/changes/fills.ts';
import { parseAnswers } from '../../lib/changes/parse-answers.ts';
import type { EntityChange, StorageChanges } from '../../lib/changes/storage-changes.ts';
import type { EntityDescription, PropertyDescription } from '../../lib/models/description.ts';

const NO_PARTS = { added: [], dropped: [] };

/** One entity with new properties. */
function adding(...properties: readonly PropertyDescription[]): StorageChanges {
  const entity: EntityDescription = { name: 'Animal', table: 'animal', properties };
  const change: EntityChange = {
    before: { ...entity, properties: [] },
    after: entity,
    changed: [],
    properties: { added: properties, dropped: [], altered: [], copied: [], rekeyed: [] },
    indexes: NO_PARTS,
    uniques: NO_PARTS,
    checks: NO_PARTS,
    triggers: NO_PARTS,
    policies: NO_PARTS,
  };
  const nothing = { created: [], dropped: [], renamed: [], moved: [], carried: [] };
  return { ...nothing, altered: [change], shared: new Set(), unbound: new Set(), kept: new Set() };
}

/** What a value given for a property becomes: source, or what was expected. */
function read(value: string, more: Partial<PropertyDescription>): string {
  const property: PropertyDescription = { name: 'x', kind: 'scalar', columns: ['x'], ...more };
  const fills = new Map<string, FillSource>();
  try {
    for (const answer of parseAnswers({ fill: [`animal.x=${value}`] }))
      if (answer.kind === 'fill') addFill(answer, adding(property), fills);
  } catch (error) {
    return (error as Error).message.replace(/^.*? (?=is not a value|is missing)/s, '');
  }
  const fill = fills.get('Animal.x');
  return typeof fill === 'object' && 'source' in fill ? fill.source : 'no source';
}

const refused = (expected: string) => `is not a value of animal.x. Expected: ${expected}.`;
const WHOLE = refused('a whole number');
const range = (least: string, most: string) => refused(`a whole number from ${least} to ${most}`);
const NUMBER = refused('a number');
const DECIMAL = refused('a decimal number');
const MOMENT = refused('a date and time, such as 2026-01-31T12:00:00Z');
const DAY = refused('a date, such as 2026-01-31');
const TIME = refused('a time, such as 12:00:00');
const UUID = refused('a UUID');
const JSON_TEXT = refused('JSON');

describe('a value becomes source by the type of its property', () => {
  test.each<[string, string, string]>([
    ['tinyint', '127', '127'],
    ['tinyint', '-128', '-128'],
    ['tinyint', '128', range('-128', '127')],
    ['tinyint', '-129', range('-128', '127')],
    ['smallint', '+32767', '32767'],
    ['smallint', '-32769', range('-32768', '32767')],
    ['mediumint', '8388607', '8388607'],
    ['mediumint', '8388608', range('-8388608', '8388607')],
    ['mediumint', '-8388609', range('-8388608', '8388607')],
    ['integer', '-2147483648', '-2147483648'],
    ['integer', '2147483648', range('-2147483648', '2147483647')],
    ['integer', '-2147483649', range('-2147483648', '2147483647')],
    ['bigint', '9223372036854775807', '9223372036854775807n'],
    ['bigint', '-9223372036854775808', '-9223372036854775808n'],
    ['bigint', '9223372036854775808', range('-9223372036854775808', '9223372036854775807')],
    ['bigint', '-9223372036854775809', range('-9223372036854775808', '9223372036854775807')],
    ['integer', '007', '7'],
    ['integer', '4.5', WHOLE],
    ['integer', '4 ', WHOLE],
    ['integer', 'x4', WHOLE],
    ['integer', '+-4', WHOLE],
    ['float', '-4.50', '-4.5'],
    ['float', '.5', '0.5'],
    ['float', '5.', '5'],
    ['float', '12.25', '12.25'],
    ['double', '+1E+3', '1000'],
    ['double', '25e-10', '2.5e-9'],
    ['double', '1e999', NUMBER],
    ['float', '1.2.3', NUMBER],
    ['float', 'e5', NUMBER],
    ['float', 'x1', NUMBER],
    ['float', '1e', NUMBER],
    ['float', '.', NUMBER],
    ['decimal', '-1.50', "'-1.50'"],
    ['decimal', '+12', "'+12'"],
    ['decimal', '1e5', DECIMAL],
    ['decimal', '.5', DECIMAL],
    ['decimal', 'x1', DECIMAL],
    ['decimal', '1.', DECIMAL],
    ['boolean', 'true', 'true'],
    ['boolean', 'false', 'false'],
    ['boolean', 'untrue', refused('true or false')],
    ['boolean', 'trueish', refused('true or false')],
    ['datetime', '2026-01-31T12:00:00Z', "new Date('2026-01-31T12:00:00Z')"],
    ['datetime', '2026-01-31T12:00+02:00', "new Date('2026-01-31T12:00+02:00')"],
    ['datetime', '2026-01-31T12:00:00.123Z', "new Date('2026-01-31T12:00:00.123Z')"],
    ['datetime', '2026-01-31', "new Date('2026-01-31')"],
    // What depends on where it is read is no moment.
    ['datetime', '2026-01-31T12:00:00', MOMENT],
    ['datetime', '2026-01-31 12:00', MOMENT],
    ['datetime', '4', MOMENT],
    ['datetime', '2026-02-30', MOMENT],
    ['datetime', '2026-01-31T25:00Z', MOMENT],
    ['datetime', '2026-01-31T12:00+99:00', MOMENT],
    ['datetime', 'x2026-01-31', MOMENT],
    ['datetime', '2026-01-31x', MOMENT],
    ['date', '2024-02-29', "'2024-02-29'"],
    ['date', '2026-02-29', DAY],
    ['date', '2026-13-01', DAY],
    ['date', '2026-00-10', DAY],
    ['date', 'x2026-01-31', DAY],
    ['date', '2026-01-311', DAY],
    ['time', '12:00', "'12:00'"],
    ['time', '23:59:59.25', "'23:59:59.25'"],
    ['time', '12', TIME],
    ['time', '12:00:', TIME],
    ['time', '24:00', TIME],
    ['time', '12:60', TIME],
    ['time', '12:00:60', TIME],
    ['time', 'x12:00', TIME],
    ['time', '12:00:00.', TIME],
    ['uuid', '0F8FAD5B-d9cb-469f-a165-70867728950e', "'0F8FAD5B-d9cb-469f-a165-70867728950e'"],
    ['uuid', '0f8fad5b-d9cb-469f-a165-70867728950', UUID],
    ['uuid', '0f8fad5b-d9cb-469f-a165-70867728950e0', UUID],
    ['uuid', '00f8fad5b-d9cb-469f-a165-70867728950e', UUID],
    ['uuid', '0f8fad5b-d9cb-469f-70867728950e', UUID],
    ['uuid', '0f8fad5g-d9cb-469f-a165-70867728950e', UUID],
    ['string', "it's", '"it\'s"'],
    ['text', '4', "'4'"],
    ['character', 'a', "'a'"],
    ['string', '', "''"],
    ['json', '{"a":[1,null]}', '{ a: [1, null] }'],
    ['array', '[1]', '[1]'],
    ['json', '{a}', JSON_TEXT],
    ['array', 'a', JSON_TEXT],
    // A custom type may have any values.
    ['Weight', '4', '4'],
    ['Weight', 'heavy', "'heavy'"],
  ])('%s %s: %s', (type, value, source) => {
    expect(read(value, { type })).toBe(source);
  });

  test.each<[string, Partial<PropertyDescription>, string, string]>([
    ['a list is JSON', { type: 'string', array: true }, '["a"]', "['a']"],
    ['whatever is in it', { type: 'string', array: true }, 'a', JSON_TEXT],
    ['one of several texts', { kind: 'enum', items: ['meat', 'plants'] }, 'meat', "'meat'"],
    ['one of several numbers', { kind: 'enum', items: [1, 2] }, '2', '2'],
    ['none of them', { kind: 'enum', items: ['meat', 2] }, 'fish', refused('one of meat, 2')],
    ['a document', { kind: 'embedded', object: true }, '{"a":1}', '{ a: 1 }'],
    ['no document', { kind: 'embedded', object: true }, 'a', JSON_TEXT],
    ['the key of another row, a number', { kind: 'm:1' }, '-42', '-42'],
    ['nothing', { kind: 'm:1' }, '0', '0'],
    ['a number too long to be one', { kind: 'm:1' }, '1234567890123456', "'1234567890123456'"],
    ['as long as it may be', { kind: '1:1' }, '123456789012345', '123456789012345'],
    ['a key that is a text', { kind: 'm:1' }, '007', "'007'"],
    ['a key that ends as a number', { kind: 'm:1' }, 'a7', "'a7'"],
    ['a key that begins as one', { kind: 'm:1' }, '7a', "'7a'"],
    ['no key', { kind: 'm:1' }, '', 'is missing. Expected: the key of an existing row.'],
    ['no number', { type: 'integer' }, '', 'is missing. Expected: a whole number.'],
  ])('%s', (_, property, value, source) => {
    expect(read(value, property)).toBe(source);
  });
});

describe('an answer', () => {
  const legs: PropertyDescription = { name: 'legs', kind: 'scalar', type: 'integer', columns: ['legs'] };
  const inside: PropertyDescription = { name: 'home', kind: 'embedded', embeddable: 'Home' };
  const many: PropertyDescription = {
    name: 'tags',
    kind: 'm:n',
    pivot: { table: 'tags', columns: ['a'], inverseColumns: ['b'] },
  };

  function given(flag: 'fill' | 'fill-sql' | 'fill-none', text: string, changes: StorageChanges): unknown {
    const fills = new Map<string, FillSource>([['Animal.taken', { from: 'name' }]]);
    try {
      for (const answer of parseAnswers({ [flag]: [text] }))
        if (answer.kind === 'fill') addFill(answer, changes, fills);
      return [...fills].slice(1);
    } catch (error) {
      return (error as Error).message;
    }
  }

  test('is kept under the name of the entity and the property', () => {
    expect(given('fill', 'ANIMAL.legs=4', adding(legs))).toEqual([['Animal.legs', { source: '4' }]]);
    expect(given('fill-sql', 'animal.legs=id * 2', adding(legs))).toEqual([['Animal.legs', { sql: 'id * 2' }]]);
    expect(given('fill-none', 'animal.legs', adding(legs))).toEqual([['Animal.legs', 'none']]);
    expect(given('fill-none', 'animal.home', adding(inside))).toEqual([['Animal.home', 'none']]);
  });

  test('for what needs no value is refused, with what does', () => {
    expect(given('fill', 'animal.tags=4', adding(legs, many, inside))).toBe(
      "--fill animal.tags=4: 'animal.tags' is neither new nor changed. Properties to fill: legs, home.",
    );
    expect(given('fill', 'animal.tags=4', adding(many))).toBe(
      "--fill animal.tags=4: 'animal.tags' is neither new nor changed. No property needs a value.",
    );
    expect(given('fill-none', 'animal.taken', adding({ ...legs, name: 'taken' }))).toBe(
      "--fill-none animal.taken: 'animal.taken' already gets the values of another property. Leave this flag out.",
    );
    expect(given('fill', 'keeper.legs=4', { ...adding(legs), altered: [] })).toBe(
      "--fill keeper.legs=4: the entity 'keeper' did not change. No entity changed.",
    );
  });

  test('may be for a property that arrives from elsewhere', () => {
    const [{ after }] = adding(legs).altered as [EntityChange];
    const elsewhere: EntityDescription = { name: 'Bird', table: 'bird', properties: [] };
    const move = { before: legs, after: legs, changed: [], from: elsewhere };
    const moved = (to: EntityDescription): StorageChanges => ({ ...adding(legs), moved: [{ ...move, to }] });
    expect(given('fill', 'bird.legs=4', moved(elsewhere))).toEqual([['Bird.legs', { source: '4' }]]);
    const tail = { ...legs, name: 'tail' };
    const same = adding(tail);
    const arriving = { ...same, moved: [{ ...move, to: same.altered[0]!.after }] };
    expect(given('fill', 'animal.legs=4', arriving)).toEqual([['Animal.legs', { source: '4' }]]);
    expect(given('fill', 'animal.x=4', arriving)).toMatch(/Properties to fill: tail, legs\.$/);
    expect(after.name).toBe('Animal');
  });
});
