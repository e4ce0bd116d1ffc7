import { expect, test } from '@jest/globals';
import type { EntityDescription, StorageDescription } from '../../lib/models/description.ts';
import { fingerprint, meaningOf } from '../../lib/models/fingerprint.ts';
import { comparable, sameFingerprint } from '../../lib/version.ts';
import { describeModule, editedAs } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';
import * as v1 from './zoo/1.ts';
import * as v2 from './zoo/2.ts';
import * as everything from './zoo/everything.ts';

const animal: EntityDescription = {
  name: 'Animal',
  table: 'animal',
  primaryKey: ['id'],
  properties: [{ name: 'id', kind: 'scalar', type: 'integer', columns: ['id'], hints: { columnTypes: ['int'] } }],
  indexes: [{ columns: ['id'], hints: { name: 'by_id' } }],
  hints: { comment: 'Those who live here' },
};
const zoo: StorageDescription = { entities: [animal] };

test('a fingerprint is its algorithm and sixteen digits', () => {
  expect(fingerprint(zoo)).toMatch(/^1:[0-9a-f]{16}$/);
});

test('a fingerprint that is in a database somewhere stays what it is', () => {
  expect(fingerprint({ entities: [] })).toMatchInlineSnapshot(`"1:8add43ad725ec5de"`);
  expect(fingerprint(zoo)).toMatchInlineSnapshot(`"1:5ba51ef93d4540e6"`);
  const [{ orm }] = offline();
  expect(fingerprint(describeModule(orm, everything, { name: 'v1' }))).toMatchInlineSnapshot(`"1:8652841ec17f310b"`);
});

test('the order of keys means nothing, the order of a list does', () => {
  const backwards = { entities: [Object.fromEntries(Object.entries(animal).toReversed())] };
  expect(fingerprint(backwards as unknown as StorageDescription)).toBe(fingerprint(zoo));
  const keys = (...primaryKey: string[]) => fingerprint({ entities: [{ ...animal, primaryKey }] });
  expect(keys('id', 'species')).not.toBe(keys('species', 'id'));
});

const where = (hints: number | null) =>
  fingerprint({ entities: [{ ...animal, indexes: [{ columns: [], where: { hints } }] }] });

test('hints mean nothing, but for a column or a value that is called so', () => {
  expect(meaningOf(zoo).entities[0]).toEqual({
    name: 'Animal',
    table: 'animal',
    primaryKey: ['id'],
    properties: [{ name: 'id', kind: 'scalar', type: 'integer', columns: ['id'] }],
    indexes: [{ columns: ['id'] }],
  });
  expect(fingerprint(meaningOf(zoo))).toBe(fingerprint(zoo));
  expect(where(1)).not.toBe(where(2));
  expect(where(null)).not.toBe(where(2));
});

const withTrigger = (trigger: object, index: object = {}): StorageDescription => ({
  entities: [
    {
      ...animal,
      indexes: [{ columns: ['id'], ...index }],
      triggers: [{ timing: 'after', events: ['insert'], forEach: 'row', ...trigger }],
    },
  ],
});

test('what the first release did not read follows a point, and the digits before it stay what they are', () => {
  const [print, ...others] = [
    withTrigger({ name: 'count', body: 'select 1' }),
    withTrigger({ name: 'count', body: 'select 2' }),
    withTrigger({ name: 'count_it', body: 'select 1' }),
    withTrigger({ name: 'count', body: 'select 1' }, { fillFactor: 70 }),
  ].map(fingerprint);
  expect(print).toMatch(/^1:[0-9a-f]{16}\.[0-9a-f]{16}$/);
  // What the first release computes of all of them.
  for (const one of [print, ...others]) expect(one?.split('.')[0]).toBe('1:8a538312a359c3db');
  for (const other of others) {
    expect(sameFingerprint(print, other)).toBe(false);
    expect(sameFingerprint(other?.split('.')[0], print)).toBe(true);
  }
  expect(sameFingerprint(fingerprint(zoo), print)).toBe(false);
});

test('an index that is no more than the one on a relation, but for how full it is, was no part of the first digits', () => {
  const relation = { name: 'keeper', kind: 'm:1', target: 'Keeper', columns: ['keeper_id'] } as const;
  const [plain, full] = [[], [{ columns: ['keeper_id'], fillFactor: 70 }]].map(indexes =>
    fingerprint({
      entities: [{ name: 'Animal', table: 'animal', properties: [relation], ...(indexes.length > 0 && { indexes }) }],
    }),
  );
  expect(plain).toMatch(/^1:[0-9a-f]{16}$/);
  expect(full?.split('.')).toEqual([plain, expect.stringMatching(/^[0-9a-f]{16}$/)]);
});

test('a many-to-many that a child in a table of its own has from its parent was no part of the first digits', () => {
  const tags = {
    name: 'tags',
    kind: 'm:n',
    target: 'Tag',
    pivot: { table: 'a', columns: [], inverseColumns: [] },
  } as const;
  const parent: EntityDescription = { name: 'A', table: 'a', inheritance: 'table per type', properties: [tags] };
  const child = (properties: EntityDescription['properties']): EntityDescription => ({
    name: 'B',
    table: 'b',
    extends: 'A',
    inheritance: 'table per type',
    properties,
  });
  const print = fingerprint({ entities: [parent, child([])] });
  expect(fingerprint({ entities: [parent, child([tags])] })).toBe(print);
  expect(fingerprint({ entities: [parent, child([{ ...tags, name: 'others' }])] })).not.toBe(print);
  expect(fingerprint({ entities: [{ ...parent, properties: [] }, child([tags])] })).not.toBe(print);
});

test('tables that are skipped since make no other version, and a file that was edited is told all the same', () => {
  const [{ orm }] = offline();
  const [{ orm: skipping }] = offline({
    schemaGenerator: { skipTables: ['animal', /^exh/], skipColumns: { keeper: ['name'] } },
  });
  const name = { name: 'version 1' };
  const print = fingerprint(describeModule(orm, v1, name));
  expect(fingerprint(describeModule(skipping, v1, name))).not.toBe(print);
  for (const source of [orm, skipping]) {
    expect(editedAs(source, v1, name, print)).toBeUndefined();
    expect(editedAs(source, v2, name, print)).toBe(fingerprint(describeModule(source, v2, name)));
  }
});

test('fingerprints are compared with those of their own algorithm only', () => {
  expect(sameFingerprint('1:ab', '1:ab')).toBe(true);
  expect(sameFingerprint('1:ab', '1:cd')).toBe(false);
  for (const other of ['2:ab', '', 'ab', ':ab', '1:', null, undefined]) {
    expect(comparable('1:ab', other)).toBe(false);
    expect(comparable(other, '1:ab')).toBe(false);
    expect(sameFingerprint('1:ab', other)).toBeUndefined();
  }
  expect(comparable(undefined, undefined)).toBe(false);
});

/** Parts of every kind, each with a hint. */
function hinted(name: string): StorageDescription {
  const hints = { name };
  return {
    entities: [
      {
        ...animal,
        indexes: [{ columns: ['id'], hints }],
        uniques: [{ columns: ['id'], hints }],
        checks: [{ expression: 'id > 0', hints }],
        triggers: [{ timing: 'after', events: ['insert'], forEach: 'row', hints }],
        policies: [{ command: 'all', type: 'permissive', hints }],
        hints: { comment: name },
      },
    ],
  };
}

test('hints of every part mean nothing, and every part does', () => {
  const print = fingerprint(hinted('one'));
  expect(fingerprint(hinted('other'))).toBe(print);
  expect(JSON.stringify(meaningOf(hinted('one')))).not.toContain('hints');
  const [whole] = hinted('one').entities;
  for (const part of ['indexes', 'uniques', 'checks', 'triggers', 'policies']) {
    const rest = Object.fromEntries(Object.entries(whole!).filter(([key]) => key !== part)) as EntityDescription;
    expect([part, fingerprint({ entities: [rest] }) === print]).toEqual([part, false]);
  }
});

test('of checks that say the same, the first release read one', () => {
  const of = (...names: string[]) =>
    fingerprint({
      entities: [{ ...animal, checks: names.map(name => ({ expression: 'id > -7', hints: { name } })) }],
    });
  const [one, two, three] = [of('a'), of('a', 'b'), of('a', 'b', 'c')];
  expect(one).not.toContain('.');
  expect([two, three].map(text => text.split('.')[0])).toEqual([one, one]);
  expect(new Set([one, two, three, of('c', 'd')])).toEqual(new Set([one, two, three]));
  expect(new Set([one, two, three]).size).toBe(3);
});

test('the digits of parts that the first release read stay what they are, in any order and number', () => {
  const first = (more: Partial<EntityDescription>) => fingerprint({ entities: [{ ...animal, ...more }] }).split('.')[0];
  const index = (column: string, more: object = {}) => ({ columns: [column], ...more });
  const trigger = (timing: string, more: object = {}) => ({ timing, events: ['insert'], forEach: 'row', ...more });
  // An index that is there twice but for how full it is was one, and their order was that of their texts.
  const plain = first({ indexes: [index('a'), index('b')] });
  expect(first({ indexes: [index('b', { fillFactor: 70 }), index('a'), index('b')] })).toBe(plain);
  expect(first({ indexes: [index('b', { disabled: true }), index('a', { invisible: true, clustered: true })] })).toBe(
    plain,
  );
  expect(first({ indexes: [index('a')] })).not.toBe(plain);
  const unique = first({ uniques: [index('a'), index('b')] });
  expect(first({ uniques: [index('b', { fillFactor: 70 }), index('a')] })).toBe(unique);
  const triggers = first({ triggers: [trigger('after'), trigger('before')] });
  expect(first({ triggers: [trigger('before', { name: 'a' }), trigger('after', { body: 'select 1' })] })).toBe(
    triggers,
  );
  expect(first({ triggers: [trigger('before', { hints: { name: 'z' } }), trigger('after')] })).toBe(triggers);
  expect([plain, unique, triggers]).toMatchInlineSnapshot(`
[
  "1:6f4bedf73b3f8fec",
  "1:3c20792419b20203",
  "1:d038b4d10e86b97b",
]
`);
});

test('an index as full as the one on a relation belongs to the relations of its table alone', () => {
  const relation = { name: 'keeper', kind: 'm:1', target: 'Keeper', columns: ['keeper_id'] } as const;
  const full = [{ columns: ['keeper_id'], fillFactor: 70 }];
  const entity = (more: Partial<EntityDescription> = {}): EntityDescription => ({
    name: 'Animal',
    table: 'animal',
    properties: [],
    ...more,
  });
  const first = (...entities: EntityDescription[]) => fingerprint({ entities }).split('.')[0];
  const bare = first(entity({ properties: [relation] }));
  expect(first(entity({ properties: [relation], indexes: full }))).toBe(bare);
  // One to one is one as well, a scalar is none.
  const single = { ...relation, kind: '1:1' } as const;
  expect(first(entity({ properties: [single], indexes: full }))).toBe(first(entity({ properties: [single] })));
  const scalar = { name: 'keeper', kind: 'scalar', type: 'integer', columns: ['keeper_id'] } as const;
  expect(first(entity({ properties: [scalar], indexes: full }))).not.toBe(first(entity({ properties: [scalar] })));
  // The relation may be that of another entity in the table, but not in another table or namespace.
  const other = (more: Partial<EntityDescription>) => entity({ name: 'Bird', properties: [relation], ...more });
  const isPart = (more: Partial<EntityDescription>) =>
    first(entity({ indexes: full }), other(more)) === first(entity(), other(more));
  expect([isPart({}), isPart({ table: 'bird' }), isPart({ namespace: 'zoo' })]).toEqual([true, false, false]);
  // Any other index on the same columns is a part of its own, and a unique one always.
  const plain = [{ columns: ['keeper_id'] }];
  expect(first(entity({ properties: [relation], indexes: plain }))).not.toBe(bare);
  expect(first(entity({ properties: [relation], uniques: full }))).not.toBe(bare);
  const partial = [{ columns: ['keeper_id'], type: 'hash', fillFactor: 70 }];
  expect(first(entity({ properties: [relation], indexes: partial }))).not.toBe(bare);
});

test('the digits after the point say which entity they are of, and that there is anything', () => {
  const rest = (description: StorageDescription) => fingerprint(description).split('.')[1];
  const full = (name: string, part: 'indexes' | 'uniques') =>
    rest({ entities: [{ ...animal, name, indexes: [], [part]: [{ columns: ['id'], fillFactor: 70 }] }] });
  expect(full('Animal', 'indexes')).toMatch(/^[0-9a-f]{16}$/);
  expect(full('Bird', 'indexes')).not.toBe(full('Animal', 'indexes'));
  expect(full('Animal', 'uniques')).toBe(full('Animal', 'indexes'));
  expect(rest({ entities: [animal, { ...animal, name: 'Bird' }] })).toBeUndefined();
});

test('only a many-to-many with the name of one of a parent in tables of their own is left out', () => {
  const tags = {
    name: 'tags',
    kind: 'm:n',
    target: 'Tag',
    pivot: { table: 'a', columns: [], inverseColumns: [] },
  } as const;
  const pair = (parent: Partial<EntityDescription>, own: EntityDescription['properties']) =>
    fingerprint({
      entities: [
        { name: 'A', table: 'a', inheritance: 'table per type', properties: [tags], ...parent },
        { name: 'B', table: 'b', extends: 'A', inheritance: 'table per type', properties: own },
      ],
    });
  const name = { name: 'tags', kind: 'scalar', type: 'string', columns: ['tags'] } as const;
  expect(pair({}, [tags])).toBe(pair({}, []));
  expect(pair({}, [name])).not.toBe(pair({}, []));
  expect(pair({ properties: [name] }, [tags])).not.toBe(pair({ properties: [name] }, []));
  expect(pair({ properties: [name, { ...tags, name: 'others' }, tags] }, [tags])).toBe(
    pair({ properties: [name, { ...tags, name: 'others' }, tags] }, []),
  );
  expect(pair({ inheritance: 'single table' }, [tags])).not.toBe(pair({ inheritance: 'single table' }, []));
});
