import { describe, expect, test } from '@jest/globals';
import { inverse, NO_RENAMES, withNewNames, type Renames } from '../../lib/changes/apply-renames.ts';
import { compareVersions } from '../../lib/changes/compare-versions.ts';
import { isEmpty } from '../../lib/changes/storage-changes.ts';
import type { EntityDescription, PropertyDescription } from '../../lib/models/description.ts';

/** Everything that can be said of a value. */
const LEGS: PropertyDescription = {
  name: 'legs',
  kind: 'scalar',
  type: 'integer',
  items: [2, 4],
  nativeEnum: 'leg_count',
  array: true,
  columns: ['legs'],
  nullable: true,
  default: '4',
  primary: true,
  autoincrement: true,
  version: true,
  generated: '(2 * 2) stored',
  collation: 'C',
  object: true,
  discriminator: { column: 'kind', values: { a: 'A' } },
  hints: { comment: 'how many', columnTypes: ['int'], length: 3, runtimeType: 'string' },
};

function entity(properties: readonly PropertyDescription[], more: Partial<EntityDescription> = {}): EntityDescription {
  return { name: 'Animal', table: 'animal', properties, ...more };
}

function without<T extends object>(whole: T, key: string): T {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as T;
}

function compare(
  before: readonly EntityDescription[],
  after: readonly EntityDescription[],
  renames?: Partial<Renames>,
) {
  return compareVersions({ entities: before }, { entities: after }, { ...NO_RENAMES, ...renames });
}

/** What changed of the one property, or the one entity. */
function changed(before: EntityDescription, after: EntityDescription) {
  const [change] = compare([before], [after]).altered;
  return [...(change?.changed ?? []), ...(change?.properties.altered ?? []).flatMap(one => one.changed)];
}

const ID: PropertyDescription = { name: 'id', kind: 'scalar', type: 'integer', columns: ['id'] };

describe('a property differs', () => {
  const OPTIONAL = Object.keys(LEGS).filter(key => !['name', 'kind', 'columns', 'hints'].includes(key));

  test.each(OPTIONAL)('in %s, and in nothing else', key => {
    const [one, other] = [entity([LEGS, ID]), entity([without(LEGS, key), ID])];
    expect(changed(one, other)).toEqual([key]);
    expect(changed(other, one)).toEqual([key]);
  });

  test.each<[string, object, string[]]>([
    ['its kind', { kind: 'enum' }, ['kind']],
    ['its columns', { columns: ['feet'] }, ['columns']],
    ['its target', { target: 'Leg' }, ['target']],
    ['its embeddable', { embeddable: 'Limbs' }, ['embeddable']],
    ['its key in a document', { key: 'l' }, ['key']],
    ['its foreign key', { references: { table: 'leg', columns: ['id'] } }, ['references']],
    ['the type of its column', { hints: { ...LEGS.hints, columnTypes: ['text'] } }, ['columnTypes']],
    ['its length', { hints: { ...LEGS.hints, length: 4 } }, ['columnTypes']],
    ['what it is to the application', { hints: { ...LEGS.hints, runtimeType: 'number' } }, ['columnTypes']],
    ['several', { type: 'text', columns: ['feet'], default: '2' }, ['type', 'default', 'columns']],
  ])('in %s', (_, more, expected) => {
    expect(changed(entity([LEGS, ID]), entity([{ ...LEGS, ...more }, ID]))).toEqual(expected);
  });

  test('in its name, where it keeps its columns', () => {
    expect(changed(entity([LEGS, ID]), entity([{ ...LEGS, name: 'feet' }, ID]))).toEqual(['name']);
  });

  test('in its comment, which is no change by itself', () => {
    const other = { ...LEGS, hints: { ...LEGS.hints, comment: 'which' } };
    expect(isEmpty(compare([entity([LEGS])], [entity([other])]))).toBe(true);
    expect(changed(entity([LEGS, ID]), entity([other, { ...ID, type: 'text' }]))).toEqual(['type', 'comment']);
  });
});

describe('an entity differs', () => {
  const WHOLE: EntityDescription = entity([LEGS], {
    namespace: 'zoo',
    extends: 'Being',
    inheritance: 'table per type',
    discriminator: { column: 'kind', values: { a: 'Animal' } },
    primaryKey: ['legs'],
    rowLevelSecurity: true,
    partitions: { type: 'hash' },
  });

  test.each(['namespace', 'extends', 'inheritance', 'discriminator', 'primaryKey', 'rowLevelSecurity', 'partitions'])(
    'in %s, and in nothing else',
    key => {
      expect(changed(WHOLE, without(WHOLE, key))).toEqual([key]);
      expect(changed(without(WHOLE, key), WHOLE)).toEqual([key]);
    },
  );

  test('in its table, its query and its comment', () => {
    expect(changed(WHOLE, { ...WHOLE, table: 'beast' })).toEqual(['table']);
    const view = (expression: string) => entity([ID], { view: { expression } });
    expect(changed(view('select 1'), view('select 2'))).toEqual(['view']);
    const commented = { ...WHOLE, hints: { comment: 'those who live here' } };
    expect(changed(WHOLE, commented)).toEqual([]);
    expect(changed(WHOLE, { ...commented, primaryKey: ['id'] })).toEqual(['primaryKey', 'comment']);
  });

  test('in its name, where it keeps its table: but for one that shares it, and for a view', () => {
    const named = (name: string, more: Partial<EntityDescription> = {}) => entity([ID], { name, ...more });
    expect(changed(named('A'), named('B'))).toEqual(['name']);
    const single = { inheritance: 'single table' } as const;
    expect(changed(named('A', single), named('B', single))).toEqual([]);
    const view = { view: { expression: 'select 1' } };
    expect(changed(named('A', view), named('B', view))).toEqual([]);
  });

  test.each(['indexes', 'uniques'] as const)('in its %s, by what they are', part => {
    const at = (...columns: string[]) => entity([LEGS, ID], { [part]: columns.map(column => ({ columns: [column] })) });
    const [change] = compare([at('id', 'legs')], [at('legs', 'x')]).altered;
    expect(change?.[part]).toEqual({ added: [{ columns: ['x'] }], dropped: [{ columns: ['id'] }] });
    expect(compare([at('id', 'legs')], [at('legs', 'id')]).altered).toEqual([]);
  });

  test.each<['checks' | 'triggers' | 'policies', object, object]>([
    ['checks', { expression: 'a' }, { expression: 'b' }],
    ['triggers', { timing: 'after', events: [], forEach: 'row' }, { timing: 'before', events: [], forEach: 'row' }],
    ['policies', { command: 'all', type: 'a' }, { command: 'all', type: 'b' }],
  ])('in its %s', (part, one, other) => {
    const [change] = compare([entity([ID], { [part]: [one] })], [entity([ID], { [part]: [other] })]).altered;
    expect(change?.[part]).toEqual({ added: [other], dropped: [one] });
    expect(compare([entity([ID], { [part]: [one] })], [entity([ID], { [part]: [one] })]).altered).toEqual([]);
    const [added] = compare([entity([ID])], [entity([ID], { [part]: [one] })]).altered;
    expect(added?.[part]).toEqual({ added: [one], dropped: [] });
    const [dropped] = compare([entity([ID], { [part]: [one] })], [entity([ID])]).altered;
    expect(dropped?.[part]).toEqual({ added: [], dropped: [one] });
  });
});

describe('a part of another name', () => {
  const index = (name: string, more: object = {}) => ({ columns: ['id'], ...more, hints: { name } });
  const check = (name: string) => ({ expression: 'id > 0', hints: { name } });

  test('is no change, and is known', () => {
    const before = entity([ID], { indexes: [index('a')], uniques: [index('b')], checks: [check('c')] });
    const after = entity([ID], { indexes: [index('x')], uniques: [index('y')], checks: [check('z')] });
    const changes = compare([before], [after]);
    expect(isEmpty(changes)).toBe(true);
    expect(changes.renamed).toEqual([
      {
        before,
        after,
        indexes: [
          [index('a'), index('x')],
          [index('b'), index('y')],
        ],
        checks: [[check('c'), check('z')]],
      },
    ]);
    expect(compare([before], [before]).renamed).toEqual([]);
    expect(compare([before], [{ ...after, table: 'beast' }]).renamed).toEqual([]);
    expect(compare([before], [{ ...after, namespace: 'zoo' }]).renamed).toEqual([]);
  });

  test('is paired with the one of its own name first', () => {
    const before = entity([ID], { indexes: [index('a'), index('b')] });
    const after = entity([ID], { indexes: [index('b'), index('c')] });
    expect(compare([before], [after]).renamed[0]?.indexes).toEqual([[index('a'), index('c')]]);
  });
});

describe('the plain index on a relation', () => {
  const keeper = (index?: string | true): PropertyDescription => ({
    name: 'keeper',
    kind: 'm:1',
    columns: ['keeper_id'],
    references: { table: 'keeper', columns: ['id'] },
    hints: { ...(index !== undefined && { index }) },
  });
  const indexes = (before: PropertyDescription, after: PropertyDescription) =>
    compare([entity([before])], [entity([after])]).altered[0]?.indexes;

  test('is one where it is, by its name if it has one', () => {
    expect(indexes(keeper(), keeper(true))).toEqual({ added: [{ columns: ['keeper_id'] }], dropped: [] });
    expect(indexes(keeper('a'), keeper())).toEqual({
      added: [],
      dropped: [{ columns: ['keeper_id'], hints: { name: 'a' } }],
    });
    expect(indexes(keeper('a'), keeper(true))).toBeUndefined();
  });

  test('belongs to the foreign key', () => {
    const bare = without(keeper(true), 'references');
    expect(indexes(keeper(), bare)).toEqual({ added: [], dropped: [] });
    expect(indexes(bare, keeper())).toEqual({ added: [], dropped: [] });
  });
});

describe('a new name reaches whatever mentions the old one', () => {
  const species: PropertyDescription = { name: 'species', kind: 'scalar', columns: ['species'] };
  const family: PropertyDescription = { name: 'family', kind: 'scalar', columns: ['family'] };
  const before: EntityDescription = {
    name: 'Animal',
    table: 'animal',
    extends: 'Being',
    discriminator: { column: 'species', values: { a: 'Animal', k: 'Keeper' } },
    primaryKey: ['species', 'id'],
    properties: [
      species,
      { ...ID, generated: "species || 'species'", discriminator: { column: 'species', values: { a: 'Animal' } } },
      { name: 'mate', kind: 'm:1', target: 'Animal', references: { table: 'animal', columns: ['species', 'id'] } },
      { name: 'friend', kind: 'm:1', target: ['Animal', 'Keeper'] },
      {
        name: 'all',
        kind: 'm:n',
        target: 'Keeper',
        pivot: {
          table: 'all',
          entity: 'Animal',
          columns: ['a'],
          inverseColumns: ['b'],
          owner: { table: 'animal', columns: ['species'] },
          target: { table: 'keeper', columns: ['id'] },
        },
      },
    ],
    indexes: [
      {
        columns: ['species'],
        where: 'species > 1',
        order: [{ name: 'species', sort: 'desc' }],
        include: ['species', 'x'],
      },
      { columns: [], expression: 'lower(species)', where: { species: [{ $gt: 1, species: 'species' }], id: null } },
    ],
    uniques: [{ columns: ['species', 'id'] }],
    checks: [{ expression: "animal.species <> 'animal'" }],
  };
  const after: EntityDescription = { name: 'Beast', table: 'beast', namespace: 'zoo', properties: [family] };

  test('in every part, and not inside of texts', () => {
    const keeper: EntityDescription = {
      name: 'Keeper',
      table: 'keeper',
      extends: 'Animal',
      properties: [
        { name: 'animal', kind: 'm:1', target: 'Animal', references: { table: 'animal', columns: ['species'] } },
      ],
    };
    const renamed = withNewNames({ entities: [before, keeper] }, [{ before, after, properties: [[species, family]] }]);
    expect([...renamed]).toMatchSnapshot('renamed');
  });

  test('and nothing where nothing is renamed', () => {
    const same = withNewNames({ entities: [before] }, []).get('Animal');
    expect(same).toEqual(before);
  });

  test('and comes back with the inverse', () => {
    const renames: Renames = {
      entities: { Animal: 'Beast' },
      properties: { Animal: { species: 'family' }, Keeper: { rank: 'level' } },
      relations: { 'Keeper.animals': 'Animal.keepers' },
      notMoved: ['Animal.legs'],
    };
    expect(inverse(renames)).toEqual({
      entities: { Beast: 'Animal' },
      properties: { Beast: { family: 'species' }, Keeper: { level: 'rank' } },
      relations: { 'Animal.keepers': 'Keeper.animals' },
      notMoved: ['Animal.legs'],
    });
    expect(inverse(inverse(renames))).toEqual(renames);
  });
});
