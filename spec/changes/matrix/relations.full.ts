import { type EntitySchema, p } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, ann, bare, id, keeper, kept, leo, leoOfAnn, named } from './zoo.ts';

proveChanges([
  {
    name: 'a relation without a foreign key gets one, and becomes unique',
    before: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false),
      ),
    after: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .unique(),
      ),
    rows: [ann, leoOfAnn],
    kept: { 'select name, keeper_id from animal': [{ name: 'Leo', keeper_id: 1 }] },
  },
  {
    name: 'a relation loses its foreign key, and is unique no longer',
    before: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .unique(),
      ),
    after: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false),
      ),
    rows: [ann, leoOfAnn],
    kept: { 'select name, keeper_id from animal': [{ name: 'Leo', keeper_id: 1 }] },
  },
  {
    name: 'a relation without a foreign key becomes unique',
    before: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false),
      ),
    after: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false)
          .unique(),
      ),
    rows: [ann, leoOfAnn],
    kept: { 'select name, keeper_id from animal': [{ name: 'Leo', keeper_id: 1 }] },
  },
  {
    name: 'a relation without a foreign key is unique no longer',
    before: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false)
          .unique(),
      ),
    after: () =>
      kept(Keeper =>
        p
          .manyToOne(Keeper as never)
          .nullable()
          .createForeignKeyConstraint(false),
      ),
    rows: [ann, leoOfAnn],
    kept: { 'select name, keeper_id from animal': [{ name: 'Leo', keeper_id: 1 }] },
  },
  {
    name: 'a many-to-many comes',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ keepers: () => p.manyToMany(Keeper) }), Keeper };
    },
    rows: [leo],
  },
  {
    name: 'a many-to-many goes',
    before: () => {
      const Keeper = keeper();
      return { ...animal({ keepers: () => p.manyToMany(Keeper) }), Keeper };
    },
    after: () => ({ ...animal(), Keeper: keeper() }),
    rows: [leo],
  },
  {
    name: 'the owner of a many-to-many is renamed',
    before: () => {
      const Keeper: EntitySchema = keeper({ animals: () => p.manyToMany(zoo.Animal) });
      const zoo = animal();
      return { ...zoo, Keeper };
    },
    after: () => {
      const Warden: EntitySchema = named('Warden', { animals: () => p.manyToMany(zoo.Animal) });
      const zoo = animal();
      return { ...zoo, Warden };
    },
    answers: { renamed: ['keeper:warden'] },
    rows: [leo, ann, 'insert into keeper_animals (keeper_id, animal_id) values (1, 1)'],
    kept: { 'select warden_id, animal_id from warden_animals': [{ warden_id: 1, animal_id: 1 }] },
  },
  {
    name: 'a many-to-many is owned by the other side, in another table',
    before: () => {
      const Keeper: EntitySchema = keeper({ animals: () => p.manyToMany(zoo.Animal) });
      const zoo = animal();
      return { ...zoo, Keeper };
    },
    after: () => {
      const Keeper = keeper();
      return { ...animal({ keepers: () => p.manyToMany(Keeper) }), Keeper };
    },
    answers: { renamed: ['keeper.animals:animal.keepers'] },
    rows: [
      leo,
      ann,
      "insert into animal (id, name) values (2, 'Mia')",
      'insert into keeper_animals (keeper_id, animal_id) values (1, 2)',
    ],
    kept: { 'select keeper_id, animal_id from animal_keepers': [{ keeper_id: 1, animal_id: 2 }] },
  },
  {
    name: 'a many-to-many is owned by the other side, in another table and by other names',
    before: () => {
      const Keeper: EntitySchema = keeper({ animals: () => p.manyToMany(zoo.Animal) });
      const zoo = animal();
      return { ...zoo, Keeper };
    },
    after: () => {
      const Warden = named('Warden');
      return { ...animal({ wardens: () => p.manyToMany(Warden) }), Warden };
    },
    answers: { renamed: ['keeper:warden', 'keeper.animals:animal.wardens'] },
    rows: [
      leo,
      ann,
      "insert into animal (id, name) values (2, 'Mia')",
      'insert into keeper_animals (keeper_id, animal_id) values (1, 2)',
    ],
    kept: { 'select warden_id, animal_id from animal_wardens': [{ warden_id: 1, animal_id: 2 }] },
  },
  {
    name: 'a relation comes, and the key it was goes',
    before: () => ({ ...animal({ keeperId: p.integer().nullable() }), Keeper: keeper() }),
    after: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'a relation and what it points to go',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => animal(),
    rows: [ann, leoOfAnn],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'a relation becomes many',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Keeper => p.manyToMany(Keeper)),
    rows: [ann, leoOfAnn],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'a relation gets an index, and another loses its own',
    only: 'postgresql',
    before: () => {
      const Keeper = keeper();
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), vet: () => p.manyToOne(Keeper).nullable().index() }),
        Keeper,
      };
    },
    after: () => {
      const Keeper = keeper();
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable().index(), vet: () => p.manyToOne(Keeper).nullable() }),
        Keeper,
      };
    },
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'a relation becomes the only one, and another one of many',
    before: () => {
      const Keeper = keeper();
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), vet: () => p.manyToOne(Keeper).nullable().unique() }),
        Keeper,
      };
    },
    after: () => {
      const Keeper = keeper();
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable().unique(), vet: () => p.manyToOne(Keeper).nullable() }),
        Keeper,
      };
    },
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'a foreign key gets another rule',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Keeper => p.manyToOne(Keeper).nullable().deleteRule('cascade')),
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'a foreign key goes and its column stays',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Keeper => p.manyToOne(Keeper).nullable().createForeignKeyConstraint(false)),
  },
  {
    name: 'a new relation that rows are filled with',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => kept(Keeper => p.manyToOne(Keeper)),
    answers: { fill: ['animal.keeper=1'] },
    rows: [leo, ann],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'the table between two becomes an entity',
    before: () => {
      const Keeper = keeper();
      return { ...animal({ keepers: () => p.manyToMany(Keeper).pivotTable('shift') }), Keeper };
    },
    after: () => {
      const Keeper = keeper();
      const zoo = animal({ keepers: () => p.manyToMany(Keeper).pivotEntity(() => Shift) });
      const Shift: EntitySchema = bare('Shift', {
        animal: () => p.manyToOne(zoo.Animal).primary(),
        keeper: () => p.manyToOne(Keeper).primary(),
        hours: p.integer().default(8),
      });
      return { ...zoo, Keeper, Shift };
    },
    rows: [leo, ann, 'insert into shift (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select animal_id, keeper_id, hours from shift': [{ animal_id: 1, keeper_id: 1, hours: 8 }] },
  },
  {
    name: 'a relation may not be null any more',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Keeper => p.manyToOne(Keeper)),
    answers: { fill: ['animal.keeper=1'] },
    rows: [ann, leo],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'one of many becomes the only one',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Keeper => p.oneToOne(Keeper).owner().nullable()),
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'two entities come to refer to each other',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => {
      const zoo = animal({ keeper: () => p.manyToOne(Keeper).nullable() });
      const Keeper: EntitySchema = keeper({ pet: () => p.oneToOne(zoo.Animal).owner().nullable() });
      return { ...zoo, Keeper };
    },
    rows: [leo, ann],
    kept: { 'select a.keeper_id, k.pet_id from animal a, keeper k': [{ keeper_id: null, pet_id: null }] },
  },
  {
    name: 'a relation points to another entity',
    before: () => ({ ...kept(Keeper => p.manyToOne(Keeper).nullable()), Vet: named('Vet') }),
    after: () => {
      const Vet = named('Vet');
      return { ...animal({ keeper: () => p.manyToOne(Vet).nullable() }), Vet, Keeper: keeper() };
    },
    rows: [ann, `insert into vet (id, name) values (1, 'Bob')`, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'a relation is renamed',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ warden: () => p.manyToOne(Keeper).nullable() }), Keeper };
    },
    answers: { renamed: ['animal.keeper:warden'] },
    rows: [ann, leoOfAnn],
    kept: { 'select warden_id from animal': [{ warden_id: 1 }] },
  },
  {
    name: 'a many-to-many is renamed',
    before: () => kept(Keeper => p.manyToMany(Keeper)),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ wardens: () => p.manyToMany(Keeper) }), Keeper };
    },
    answers: { renamed: ['animal.keeper:wardens'] },
    rows: [leo, ann, 'insert into animal_keeper (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select animal_id, keeper_id from animal_wardens': [{ animal_id: 1, keeper_id: 1 }] },
  },
  {
    name: 'a many-to-many goes, and the one it pointed to',
    before: () => kept(Keeper => p.manyToMany(Keeper)),
    after: () => animal(),
    rows: [leo, ann, 'insert into animal_keeper (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'a key at one end of a many-to-many has more room',
    before: () => kept(Keeper => p.manyToMany(Keeper)),
    after: () => {
      const Keeper = bare('Keeper', { id: p.bigint().primary(), name: p.string() });
      return { ...animal({ keeper: () => p.manyToMany(Keeper) }), Keeper };
    },
    rows: [leo, ann, 'insert into animal_keeper (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select animal_id from animal_keeper where keeper_id = 1': [{ animal_id: 1 }] },
  },
  {
    name: 'a key that is pointed to from everywhere becomes a text',
    before: () => {
      const Keeper: EntitySchema = keeper({ boss: () => p.manyToOne(Keeper).nullable() });
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), vets: () => p.manyToMany(Keeper) }),
        Keeper,
      };
    },
    after: () => {
      const Keeper: EntitySchema = bare('Keeper', {
        id: p.string().primary(),
        name: p.string(),
        boss: () => p.manyToOne(Keeper).nullable(),
      });
      return {
        ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), vets: () => p.manyToMany(Keeper) }),
        Keeper,
      };
    },
    rows: [
      ann,
      `insert into keeper (id, name, boss_id) values (2, 'Bob', 1)`,
      leoOfAnn,
      'insert into animal_vets (animal_id, keeper_id) values (1, 2)',
    ],
    kept: {
      'select keeper_id from animal': [{ keeper_id: '1' }],
      'select animal_id, keeper_id from animal_vets': [{ animal_id: 1, keeper_id: '2' }],
      'select id, boss_id from keeper order by id': [
        { id: '1', boss_id: null },
        { id: '2', boss_id: '1' },
      ],
    },
  },
  {
    name: 'a key that a child with a table of its own shares becomes a text',
    before: () => things(p.integer().primary()),
    after: () => things(p.string().primary()),
    rows: ['insert into thing (id) values (1)', 'insert into toy (id, noise) values (1, 7)'],
    kept: { 'select t.id, noise from toy t join thing on thing.id = t.id': [{ id: '1', noise: 7 }] },
  },
  {
    name: 'a relation is renamed, and does something else when the other goes',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ warden: () => p.manyToOne(Keeper).nullable().deleteRule('cascade') }), Keeper };
    },
    answers: { renamed: ['animal.keeper:warden'] },
    rows: [ann, leoOfAnn],
    kept: { 'select warden_id from animal': [{ warden_id: 1 }] },
  },
  {
    name: 'an entity between two gets a key of its own',
    before: () => shifts({}, relation => relation.primary()),
    after: () => shifts({ id: id() }, relation => relation),
    rows: [leo, ann, 'insert into shift (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select id, animal_id, keeper_id from shift': [{ id: 1, animal_id: 1, keeper_id: 1 }] },
  },
  {
    name: 'an entity between two becomes a table that is nobody’s',
    before: () => shifts({}, relation => relation.primary()),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ keepers: () => p.manyToMany(Keeper).pivotTable('shift') }), Keeper };
    },
    rows: [leo, ann, 'insert into shift (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select animal_id, keeper_id from shift': [{ animal_id: 1, keeper_id: 1 }] },
  },
  {
    name: 'a many-to-many does something else when one end goes',
    before: () => kept(Keeper => p.manyToMany(Keeper)),
    after: () => kept(Keeper => p.manyToMany(Keeper).deleteRule('restrict')),
    rows: [leo, ann, 'insert into animal_keeper (animal_id, keeper_id) values (1, 1)'],
    kept: { 'select animal_id, keeper_id from animal_keeper': [{ animal_id: 1, keeper_id: 1 }] },
  },
  {
    name: 'a many-to-many comes to keep its order',
    before: () => kept(Keeper => p.manyToMany(Keeper)),
    after: () => kept(Keeper => p.manyToMany(Keeper).fixedOrder()),
    rows: [leo, ann],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'an animal comes to have a mother, and friends',
    before: () => animal(),
    after: () => {
      const Animal: EntitySchema = animal({
        mother: () => p.manyToOne(Animal).nullable(),
        friends: () => p.manyToMany(Animal),
      }).Animal;
      return { Animal };
    },
    rows: [leo],
    kept: { 'select mother_id from animal': [{ mother_id: null }] },
  },
  {
    name: 'the primary key gets another property',
    before: () => animal({ zoo: p.integer().default(1) }),
    after: () => animal({ zoo: p.integer().default(1).primary() }),
    rows: [leo],
    kept: { 'select id, name, zoo from animal': [{ id: 1, name: 'Leo', zoo: 1 }] },
  },
  {
    name: 'a primary key is renamed, and what points to it follows',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => {
      const Keeper = bare('Keeper', { key: id(), name: p.string() });
      return { ...animal({ keeper: () => p.manyToOne(Keeper).nullable() }), Keeper };
    },
    answers: { renamed: ['keeper.id:key'] },
    rows: [ann, leoOfAnn],
    kept: { 'select k.name from animal a join keeper k on k.key = a.keeper_key': [{ name: 'Ann' }] },
  },
  {
    name: 'a key of several columns comes, and what points to it',
    before: () => ({ ...animal() }),
    after: () => {
      const zoo = animal();
      const Visit: EntitySchema = bare('Visit', {
        animal: () => p.manyToOne(zoo.Animal).primary(),
        day: p.date().primary(),
      });
      const Ticket: EntitySchema = bare('Ticket', { id: id(), visit: () => p.manyToOne(Visit).nullable() });
      return { ...zoo, Visit, Ticket };
    },
    rows: [leo],
  },
  {
    name: 'a property of a key of several columns is renamed',
    before: () => visited('day'),
    after: () => visited('date'),
    answers: { renamed: ['visit.day:date'] },
    rows: [
      leo,
      `insert into visit (animal_id, day) values (1, '2026-01-31')`,
      `insert into ticket (id, visit_animal_id, visit_day) values (1, 1, '2026-01-31')`,
    ],
    kept: { 'select visit_animal_id from ticket where visit_date is not null': [{ visit_animal_id: 1 }] },
  },
  {
    name: 'a primary key becomes a bigint, and what points to it follows',
    before: () => counted(() => p.integer().primary()),
    after: () => counted(() => p.bigint().primary()),
    rows: [ann, leoOfAnn],
    kept: { 'select k.name from animal a join keeper k on k.id = a.keeper_id': [{ name: 'Ann' }] },
  },
  {
    name: 'a key of several columns goes, and what points to it',
    before: () => visited('day'),
    after: () => animal(),
    rows: [leo, `insert into visit (animal_id, day) values (1, '2026-01-31')`],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
]);

/** Visits, known by animal and day, and tickets for them. */
function visited(day: string) {
  const zoo = animal();
  const Visit = bare('Visit', { animal: () => p.manyToOne(zoo.Animal).primary(), [day]: p.date().primary() });
  const Ticket = bare('Ticket', { id: id(), visit: () => p.manyToOne(Visit).nullable() });
  return { ...zoo, Visit, Ticket };
}

/** Keepers known by another kind of number, and their animals. */
function counted(key: () => unknown) {
  const Keeper = bare('Keeper', { id: key(), name: p.string() });
  return { ...animal({ keeper: () => p.manyToOne(Keeper).nullable() }), Keeper };
}

/** Things, and toys, which are things with a table of their own besides. */
function things(key: unknown) {
  const Thing = bare('Thing', { id: key }, { inheritance: 'tpt' });
  return { Thing, Toy: bare('Toy', { noise: p.integer() }, { extends: Thing }) };
}

/** Who keeps which animal, as an entity. */
function shifts(properties: object, both: (relation: ReturnType<typeof p.manyToOne>) => unknown) {
  const Keeper = keeper();
  const zoo = animal();
  const sides = { animal: () => both(p.manyToOne(zoo.Animal)), keeper: () => both(p.manyToOne(Keeper)) };
  return { ...zoo, Keeper, Shift: bare('Shift', { ...properties, ...sides }) };
}
