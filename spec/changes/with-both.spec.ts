import { describe, expect, test } from '@jest/globals';
import { canTakeThree, fileChanges, withBoth } from '../../lib/changes/rename-over-three.ts';
import type { EntityDescription, PropertyDescription } from '../../lib/models/description.ts';

function property(name: string, more: Partial<PropertyDescription> = {}): PropertyDescription {
  return { name, kind: 'scalar', type: 'string', columns: [name], ...more };
}

function entity(name: string, properties: readonly PropertyDescription[], more: Partial<EntityDescription> = {}) {
  return { name, table: name.toLowerCase(), properties, ...more };
}

const id = property('id', { primary: true });

describe('a rename over three versions', () => {
  const same = { before: entity('Animal', []), after: entity('Animal', []) };

  test.each<[string, Partial<PropertyDescription>, Partial<PropertyDescription>, boolean]>([
    ['of a value', {}, {}, true],
    ['of one of several values', { kind: 'enum' }, { kind: 'enum' }, true],
    ['of a relation', { kind: 'm:1' }, {}, false],
    ['to a relation', {}, { kind: 'm:1' }, false],
    ['of a key', { primary: true }, {}, false],
    ['of what is computed', { generated: 'a' }, {}, false],
    ['of what is inside another', { name: 'home.city' }, {}, false],
    ['to what is inside another', {}, { name: 'home.city' }, false],
  ])('%s: %s', (_, from, to, expected) => {
    expect(canTakeThree(same, property('a', from), property('b', to))).toBe(expected);
  });

  test('needs columns, and an entity that keeps its name and its table', () => {
    const { columns: _, ...inside } = property('a');
    expect(canTakeThree(same, inside, property('b'))).toBe(false);
    const after = { ...same.after, name: 'Beast' };
    expect(canTakeThree({ ...same, after }, property('a'), property('b'))).toBe(false);
    const elsewhere = { ...same.after, table: 'beast' };
    expect(canTakeThree({ ...same, after: elsewhere }, property('a'), property('b'))).toBe(false);
  });

  test('is written by entity, what stays and what may be null', () => {
    const rename = (name: string, from: string, to: string) => ({ entity: name, from, to });
    expect(fileChanges([])).toEqual({});
    expect(fileChanges([rename('A', 'a', 'b'), rename('B', 'c', 'd'), rename('A', 'e', 'f')])).toEqual({
      A: { kept: ['a', 'e'], nullable: ['b', 'f'] },
      B: { kept: ['c'], nullable: ['d'] },
    });
  });
});

describe('the first version of it', () => {
  const RENAME = { entity: 'Animal', from: 'species', to: 'family' };
  const both = (old: Partial<EntityDescription>, now: Partial<EntityDescription>) =>
    withBoth(
      { entities: [entity('Animal', [id, property('species')], old)] },
      { entities: [entity('Animal', [property('family'), id], now)] },
      [RENAME],
    ).entities[0];

  test('has both properties, in order, and the new one may be null', () => {
    expect(both({}, {})).toEqual(entity('Animal', [property('family', { nullable: true }), id, property('species')]));
  });

  test('has the indexes of both, each once, and the checks of the old one', () => {
    const index = (column: string, name = column) => ({ columns: [column], hints: { name } });
    const check = (expression: string, of?: string) => ({ expression, hints: { ...(of && { property: of }) } });
    const found = both(
      {
        indexes: [index('species'), index('id', 'old'), { columns: ['id', 'species'] }],
        uniques: [index('species')],
        checks: [check("species <> ''", 'species'), check('id > 0', 'id'), check('true'), { expression: 'false' }],
      },
      {
        indexes: [index('family'), index('id', 'new')],
        uniques: [index('family'), index('species', 'kept')],
        checks: [check("family <> ''", 'family')],
      },
    );
    expect(found?.indexes).toEqual([
      index('family'),
      { columns: ['id', 'species'] },
      index('id', 'new'),
      index('species'),
    ]);
    expect(found?.uniques).toEqual([index('family'), index('species')]);
    expect(found?.checks).toEqual([check("family <> ''", 'family'), check("species <> ''", 'species')]);
  });

  test('keeps every column of the old property', () => {
    const wide = property('species', { columns: ['a', 'b'] });
    const { columns: _, ...inside } = property('species');
    const index = { columns: ['b'] };
    const of = (old: PropertyDescription) =>
      withBoth(
        { entities: [entity('Animal', [old], { indexes: [index] })] },
        { entities: [entity('Animal', [property('family')])] },
        [RENAME],
      ).entities[0]?.indexes;
    expect(of(wide)).toEqual([index]);
    expect(of(inside)).toBeUndefined();
  });

  test('leaves every other entity as it is', () => {
    const others = [entity('Keeper', [property('family')]), entity('Bird', [])];
    const found = withBoth({ entities: others }, { entities: others }, [RENAME, { ...RENAME, entity: 'Gone' }]);
    expect(found.entities).toEqual(others);
    expect(found.entities[0]).toBe(others[0]);
    const isNew = withBoth({ entities: [] }, { entities: [entity('Animal', [property('family')])] }, [RENAME]);
    expect(isNew.entities).toEqual([entity('Animal', [property('family')])]);
  });
});
