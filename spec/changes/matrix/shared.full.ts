import { expect } from '@jest/globals';
import { p, type EntitySchema } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, ann, bare, id, keeper, leo, named } from './zoo.ts';

const rows = [
  `insert into tenant (id, name) values (5, 'Five')`,
  `insert into org (tenant_id, id) values (5, 1), (5, 2)`,
  `insert into doc (tenant_id, id, org_id) values (5, 9, 2)`,
];
const ofAnn = [leo, ann, 'insert into animal_keepers (animal_id, keeper_id) values (1, 1)'];
const pairs = { 'select animal_id, keeper_id from animal_keepers': [{ animal_id: 1, keeper_id: 1 }] };

// One column, or one table between two entities, is stored in by several properties.
proveChanges([
  {
    name: 'a relation goes that shares a column with the key',
    before: () => office(relation => ({ org: relation('tenant_id', 'org_id') })),
    after: () => office(() => ({})),
    rows,
    kept: { 'select tenant_id, id from doc': [{ tenant_id: 5, id: 9 }] },
    refused: expect.anything(),
  },
  {
    name: 'a relation comes that shares a column with the key',
    before: () => office(() => ({})),
    after: () => office(relation => ({ org: relation('tenant_id', 'org_id') })),
    rows: [...rows.slice(0, 2), `insert into doc (tenant_id, id) values (5, 9)`],
    kept: { 'select tenant_id, id, org_id from doc': [{ tenant_id: 5, id: 9, org_id: null }] },
  },
  {
    name: 'a relation over columns that others have goes',
    before: () => office(relation => ({ orgId: p.integer().nullable(), org: relation('tenant_id', 'org_id') })),
    after: () => office(() => ({ orgId: p.integer().nullable() })),
    rows,
    kept: { 'select tenant_id, org_id from doc': [{ tenant_id: 5, org_id: 2 }] },
  },
  {
    name: 'a relation is renamed that shares a column with another',
    before: () => office(relation => ({ org: relation('tenant_id', 'org_id'), top: relation('tenant_id', 'org_id') })),
    after: () => office(relation => ({ firm: relation('tenant_id', 'firm_id'), top: relation('tenant_id', 'org_id') })),
    answers: { renamed: ['doc.org:firm'] },
    rows,
    kept: { 'select tenant_id, org_id, firm_id from doc': [{ tenant_id: 5, org_id: 2, firm_id: 2 }] },
  },
  {
    name: 'a relation gets another column under its name, and another keeps the one it had',
    before: () => office(relation => ({ org: relation('tenant_id', 'org_id'), top: relation('tenant_id', 'org_id') })),
    after: () => office(relation => ({ org: relation('tenant_id', 'firm_id'), top: relation('tenant_id', 'org_id') })),
    rows,
    kept: { 'select tenant_id, org_id, firm_id from doc': [{ tenant_id: 5, org_id: 2, firm_id: 2 }] },
  },
  {
    name: 'two relations are renamed that share a column, which is renamed',
    before: () => office(relation => ({ org: relation('tenant_id', 'org_id'), top: relation('tenant_id', 'org_id') })),
    after: () =>
      office(relation => ({ firm: relation('tenant_id', 'firm_id'), top: relation('tenant_id', 'firm_id') })),
    answers: { renamed: ['doc.org:firm'] },
    rows,
    kept: { 'select tenant_id, firm_id from doc': [{ tenant_id: 5, firm_id: 2 }] },
  },
  {
    name: 'the target of a many-to-many is renamed',
    before: () => many(keeper()),
    after: () => many(named('Warden')),
    answers: { renamed: ['keeper:warden'] },
    rows: ofAnn,
    kept: { 'select animal_id, warden_id from animal_keepers': [{ animal_id: 1, warden_id: 1 }] },
  },
  {
    name: 'the target of a many-to-many has another class, and its table',
    before: () => many(keeper()),
    after: () => many(named('Warden', {}, { tableName: 'keeper' })),
    rows: ofAnn,
    kept: { 'select animal_id from animal_keepers': [{ animal_id: 1 }] },
  },
  {
    name: 'both ends of a many-to-many are renamed',
    before: () => many(keeper()),
    after: () => many(named('Warden'), 'Beast'),
    answers: { renamed: ['keeper:warden', 'animal:beast'] },
    rows: ofAnn,
    kept: { 'select beast_id, warden_id from beast_keepers': [{ beast_id: 1, warden_id: 1 }] },
  },
  {
    name: 'an entity is renamed that is many-to-many with itself',
    before: () => friends('Animal'),
    after: () => friends('Beast'),
    answers: { renamed: ['animal:beast'] },
    rows: [
      leo,
      `insert into animal (id, name) values (2, 'Cub')`,
      'insert into animal_friends (animal_1_id, animal_2_id) values (1, 2)',
    ],
    kept: { 'select beast_1_id, beast_2_id from beast_friends': [{ beast_1_id: 1, beast_2_id: 2 }] },
  },
  {
    name: 'a many-to-many is owned by its other side, in the same table',
    before: () => many(keeper()),
    after: () => {
      const zoo = animal();
      const Keeper = keeper({ animals: () => p.manyToMany(zoo.Animal).pivotTable('animal_keepers') });
      return { ...zoo, Keeper };
    },
    rows: ofAnn,
    kept: pairs,
  },
  {
    name: 'one of two many-to-many in the same table goes',
    before: () =>
      heads(Keeper => ({ heads: p.manyToMany(Keeper).pivotTable('animal_keepers').where({ name: 'Ann' }) })),
    after: () => heads(() => ({})),
    rows: ofAnn,
    kept: pairs,
  },
  {
    name: 'one of the entities goes that share a table of tags',
    before: () => tagged(['Post', 'Video']),
    after: () => tagged(['Post']),
    rows: [
      `insert into tag (id, name) values (1, 'new')`,
      `insert into post (id, name) values (1, 'Hello')`,
      `insert into video (id, name) values (2, 'Leo')`,
      `insert into taggables (tag_id, taggable_type, taggable_id) values (1, 'post', 1), (1, 'video', 2)`,
    ],
    kept: { [`select taggable_id from taggables where taggable_type = 'post'`]: [{ taggable_id: 1 }] },
  },
]);

type Relation = (...columns: string[]) => unknown;

/** Tenants, their organisations, and documents known by tenant and number. */
function office(own: (relation: Relation) => object) {
  const Tenant = named('Tenant');
  const Org = bare('Org', { tenant: () => p.manyToOne(Tenant).primary(), id: id().autoincrement(false) });
  const Doc = bare('Doc', {
    tenant: () => p.manyToOne(Tenant).primary(),
    id: id().autoincrement(false),
    ...own(
      (...columns) =>
        () =>
          p
            .manyToOne(Org)
            .joinColumns(...columns)
            .nullable(),
    ),
  });
  return { Tenant, Org, Doc };
}

/** Animals and those who keep them. */
function many(Keeper: EntitySchema, name = 'Animal') {
  return { Animal: named(name, { keepers: () => p.manyToMany(Keeper) }), Keeper };
}

function friends(name: string) {
  const Animal: EntitySchema = named(name, { friends: () => p.manyToMany(Animal) });
  return { Animal };
}

function heads(own: (Keeper: EntitySchema) => object) {
  const Keeper = keeper();
  return { ...animal({ keepers: () => p.manyToMany(Keeper), ...own(Keeper) }), Keeper };
}

/** What has tags, in one table for all kinds of it. */
function tagged(names: readonly string[]) {
  const Tag = named('Tag');
  const all = names.map(name => [
    name,
    named(name, {
      tags: () => p.manyToMany(Tag).pivotTable('taggables').discriminator('taggable').inverseJoinColumn('tag_id'),
    }),
  ]);
  return { Tag, ...Object.fromEntries(all) };
}
