import { expect } from '@jest/globals';
import { p, type EntitySchema } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, bare, id, leo } from './zoo.ts';

/** Numbers and codes of keepers are not in the same order. */
const keepers = `insert into keeper (id, code, name) values (1, 'zoe', 'Zoe'), (2, 'ann', 'Ann')`;
const ofKeepers = `insert into animal (id, name, keeper_id) values (1, 'Leo', 2), (2, 'Cub', 1), (3, 'Kit', null)`;
const byCode = {
  'select name, keeper_code from animal order by id': [
    { name: 'Leo', keeper_code: 'ann' },
    { name: 'Cub', keeper_code: 'zoe' },
    { name: 'Kit', keeper_code: null },
  ],
};
const number = () => p.integer().primary().autoincrement(false);
const numbered = () => ({ id: number(), code: p.string() });
const coded = () => ({ id: p.integer(), code: p.string().primary() });

/** A room with a guest, by a relation to one and by a relation to many. */
const roomInParis = [
  `insert into city (land, code) values ('fr', 'paris')`,
  `insert into room (city_land, city_code, number) values ('fr', 'paris', 7)`,
  `insert into guest (id, room_city_land, room_city_code, room_number) values (1, 'fr', 'paris', 7)`,
  `insert into guest_rooms (guest_id, room_city_land, room_city_code, room_number) values (1, 'fr', 'paris', 7)`,
];

// Rows are known by something else, and what refers to them follows.
proveChanges([
  {
    name: 'the first column of a key of several gets longer',
    before: () => rooms(2, 10),
    after: () => rooms(3, 10),
    rows: roomInParis,
  },
  {
    name: 'the second column of a key of several gets longer',
    before: () => rooms(2, 10),
    after: () => rooms(2, 12),
    rows: roomInParis,
  },
  {
    name: 'another property becomes the key',
    before: () => kept(numbered()),
    after: () => kept(coded()),
    rows: [keepers, ofKeepers],
    kept: byCode,
  },
  {
    name: 'another property becomes the key, and the old one goes',
    before: () => kept(numbered()),
    after: () => kept({ code: p.string().primary() }),
    rows: [keepers, ofKeepers],
    kept: byCode,
    refused: expect.stringContaining('keeper.id'),
  },
  {
    name: 'a new property becomes the key',
    before: () => kept({ id: number() }),
    after: () => kept({ id: p.integer(), code: p.string().primary() }),
    answers: { 'fill-sql': [`keeper.code='k' || id`] },
    rows: [`insert into keeper (id, name) values (1, 'Zoe'), (2, 'Ann')`, ofKeepers],
    kept: {
      'select name, keeper_code from animal where id < 3 order by id': [
        { name: 'Leo', keeper_code: 'k2' },
        { name: 'Cub', keeper_code: 'k1' },
      ],
    },
  },
  {
    name: 'the key gets another property, and what refers to it another column',
    before: () => kept({ id: number(), zoo: p.integer() }),
    after: () => kept({ id: number(), zoo: p.integer().primary() }),
    rows: [`insert into keeper (id, zoo, name) values (1, 7, 'Zoe'), (2, 8, 'Ann')`, ofKeepers],
    kept: {
      'select keeper_id, keeper_zoo from animal order by id': [
        { keeper_id: 2, keeper_zoo: 8 },
        { keeper_id: 1, keeper_zoo: 7 },
        { keeper_id: null, keeper_zoo: null },
      ],
    },
  },
  {
    name: 'another property becomes the key, and the column that refers to it keeps its name',
    before: () => kept(numbered(), relation => relation.joinColumn('keeper')),
    after: () => kept(coded(), relation => relation.joinColumn('keeper')),
    rows: [keepers, `insert into animal (id, name, keeper) values (1, 'Leo', 2), (2, 'Cub', 1)`],
    kept: { 'select keeper from animal order by id': [{ keeper: 'ann' }, { keeper: 'zoe' }] },
  },
  {
    name: 'another property becomes the key, which may not be null in what refers to it',
    before: () => kept(numbered(), relation => relation, false),
    after: () => kept(coded(), relation => relation, false),
    rows: [keepers, `insert into animal (id, name, keeper_id) values (1, 'Leo', 2)`],
    kept: { 'select keeper_code from animal': [{ keeper_code: 'ann' }] },
  },
  {
    name: 'another property becomes the key of what refers to itself',
    before: () => bosses(numbered()),
    after: () => bosses(coded()),
    rows: [keepers, 'update keeper set boss_id = 2 where id = 1'],
    kept: { 'select boss_code from keeper order by id': [{ boss_code: 'ann' }, { boss_code: null }] },
  },
  {
    name: 'another property becomes the key at one end of a many-to-many',
    before: () => many(numbered()),
    after: () => many(coded()),
    rows: [keepers, leo, 'insert into animal_keepers (animal_id, keeper_id) values (1, 2)'],
    kept: { 'select animal_id, keeper_code from animal_keepers': [{ animal_id: 1, keeper_code: 'ann' }] },
  },
  {
    name: 'another property becomes the key of what is part of a key, and that is referred to',
    before: () => shifts(numbered()),
    after: () => shifts(coded()),
    rows: [
      keepers,
      'insert into shift (keeper_id, day) values (2, 4)',
      'insert into note (id, shift_keeper_id, shift_day) values (1, 2, 4)',
    ],
    kept: {
      'select keeper_code, day from shift': [{ keeper_code: 'ann', day: 4 }],
      'select shift_keeper_code, shift_day from note': [{ shift_keeper_code: 'ann', shift_day: 4 }],
    },
  },
  {
    name: 'another property becomes the key of one of several that a relation may point to',
    before: () => liked({ id: number(), badge: p.integer() }),
    after: () => liked({ id: p.integer(), badge: number() }),
    rows: [
      `insert into keeper (id, badge, name) values (1, 2, 'Zoe'), (2, 1, 'Ann')`,
      `insert into "like" (id, what_type, what_id) values (1, 'keeper', 2)`,
    ],
    fails: expect.stringContaining('Like.what holds old keys of Keeper'),
  },
]);

type ToOne = ReturnType<typeof p.manyToOne>;

/** Animals, and who keeps them, known by this or that. */
function kept(known: object, say: (relation: ToOne) => unknown = relation => relation, nullable = true) {
  const Keeper = bare('Keeper', { ...known, name: p.string() });
  return {
    ...animal({ keeper: () => say((nullable ? p.manyToOne(Keeper).nullable() : p.manyToOne(Keeper)) as ToOne) }),
    Keeper,
  };
}

function bosses(known: object) {
  const Keeper: EntitySchema = bare('Keeper', {
    ...known,
    name: p.string(),
    boss: () => p.manyToOne(Keeper).nullable(),
  });
  return { Keeper };
}

function many(known: object) {
  const Keeper = bare('Keeper', { ...known, name: p.string() });
  return { ...animal({ keepers: () => p.manyToMany(Keeper) }), Keeper };
}

/** Shifts, known by keeper and day, and notes about them. */
function shifts(known: object) {
  const Keeper = bare('Keeper', { ...known, name: p.string() });
  const Shift = bare('Shift', {
    keeper: () => p.manyToOne(Keeper).primary(),
    day: p.integer().primary().autoincrement(false),
  });
  const Note = bare('Note', { id: id(), shift: () => p.manyToOne(Shift).nullable() });
  return { Keeper, Shift, Note };
}

/** Keepers and animals, and what is liked of them. */
function liked(known: object) {
  const Keeper = bare('Keeper', { ...known, name: p.string() });
  const zoo = animal();
  return { ...zoo, Keeper, Like: bare('Like', { id: id(), what: () => p.manyToOne([zoo.Animal, Keeper]).nullable() }) };
}

/** Rooms, known by a city, which two columns know, and a number. Guests have one and many of them. */
function rooms(land: number, code: number) {
  const City = bare('City', { land: p.string().length(land).primary(), code: p.string().length(code).primary() });
  const Room = bare('Room', {
    city: () => p.manyToOne(City).primary(),
    number: p.integer().primary().autoincrement(false),
  });
  const Guest = bare('Guest', {
    id: id(),
    room: () => p.manyToOne(Room).nullable(),
    rooms: () => p.manyToMany(Room),
  });
  return { City, Room, Guest };
}
