import { defineEntity, p } from '@mikro-orm/core';

const LONG = 'a_name_that_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps';

/** A column with a name that PostgreSQL cuts off. */
export const long = { [`${LONG}_as_a_column`]: p.string().nullable() };

/**
 * A town with everything that has broken something: inheritance in one table and in several, composite keys, join tables with
 * and without an entity, embeddables, names that PostgreSQL cuts off, generated columns, self-references, cycles.
 *
 * @param namespace that of some of its tables, where the dialect has any
 * @param more properties of a company
 */
export function town(namespace: string | undefined, more: object = {}) {
  const schema = namespace === undefined ? {} : { schema: namespace };
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: { street: p.string(), no: p.integer().nullable() },
  });
  const Contact = defineEntity({
    name: 'Contact',
    embeddable: true,
    properties: { person: () => p.manyToOne(Person), note: p.string().nullable() },
  });
  // one table
  const Vehicle = defineEntity({
    name: 'Vehicle',
    discriminatorColumn: 'sort',
    discriminatorValue: 'vehicle',
    properties: {
      id: p.integer().primary(),
      sort: p.string().length(20),
      plate: p.string().length(20).unique(),
      owner: () => p.manyToOne(Party).nullable(),
    },
  });
  const Car = defineEntity({
    name: 'Car',
    extends: Vehicle,
    discriminatorValue: 'car',
    properties: { doors: p.integer().nullable(), towedBy: () => p.manyToOne(Truck).nullable() },
  });
  const Truck = defineEntity({
    name: 'Truck',
    extends: Vehicle,
    discriminatorValue: 'truck',
    properties: { load: p.decimal().precision(12).scale(3).nullable(), stops: () => p.manyToMany(Street).owner() },
  });
  const Tanker = defineEntity({
    name: 'Tanker',
    extends: Truck,
    discriminatorValue: 'tanker',
    properties: { fluid: p.string().nullable() },
  });
  // a table for each type
  const Party = defineEntity({
    name: 'Party',
    inheritance: 'tpt',
    properties: {
      id: p.integer().primary(),
      name: p.string().length(40).unique(),
      home: () => p.embedded(Address).nullable(),
    },
  });
  const Person = defineEntity({
    name: 'Person',
    extends: Party,
    properties: {
      boss: () => p.manyToOne(Person).nullable(),
      away: () => p.embedded(Address).object().nullable(),
      stays: () => p.embedded(Address).array().nullable(),
    },
  });
  const Company = defineEntity({
    name: 'Company',
    extends: Party,
    properties: { head: () => p.manyToOne(Person), ...more },
  });
  // composite keys, in another namespace
  const Street = defineEntity({
    name: 'Street',
    ...schema,
    properties: {
      town: p.string().length(20).primary(),
      no: p.integer().primary(),
      name: p.string().nullable(),
      label: p.string().length(40).generated(`(town || ' street') stored`).nullable(),
      crosses: () => p.manyToMany(Street).owner(),
    },
  });
  const House = defineEntity({
    name: 'House',
    tableName: LONG,
    ...schema,
    properties: {
      street: () => p.manyToOne(Street).primary(),
      letter: p.string().length(1).primary(),
      next: () => p.manyToOne(House).nullable(),
      opposite: () => p.manyToOne(House).nullable(),
    },
  });
  const Membership = defineEntity({
    name: 'Membership',
    properties: {
      club: () => p.manyToOne(Club).primary(),
      person: () => p.manyToOne(Person).primary(),
      since: p.integer().default(2000),
    },
  });
  const Club = defineEntity({
    name: 'Club',
    properties: {
      id: p.integer().primary(),
      code: p.string().length(10).unique(),
      founder: () => p.manyToOne(Person).nullable(),
      members: () => p.manyToMany(Person).pivotEntity(() => Membership),
      friends: () => p.manyToMany(Club).owner(),
      ranking: () => p.manyToMany(Person).owner().fixedOrder(),
      first: () => p.embedded(Contact).nullable(),
      others: () => p.embedded(Contact).array().nullable(),
    },
  });
  return { Address, Contact, Vehicle, Car, Truck, Tanker, Party, Person, Company, Street, House, Membership, Club };
}

/** Rows for {@link town}, in which everything refers to something, and some to themselves or in a circle. */
export function rowsOfTown(dialect: 'sqlite' | 'postgresql', namespace: string | undefined): string[] {
  const name = dialect === 'postgresql' ? LONG.slice(0, 63) : LONG;
  const at = namespace === undefined ? '' : `${namespace}.`;
  return [
    `insert into party (id, name, home_street, home_no) values (1, 'Ada', 'High', 1), (2, 'Bob', null, null), (3, 'Co', 'Low', null), (4, 'None', null, null)`,
    `insert into person (id, boss_id, away, stays) values (1, 2, '{"street": "x", "no": 2}', '[{"street": "y", "no": null}]'), (2, 1, null, null)`,
    `insert into company (id, head_id) values (3, 1)`,
    `insert into ${at}street (town, no, name) values ('A', 1, 'First'), ('A', 2, null), ('B', 1, 'First')`,
    `insert into ${at}street_crosses (street_1_town, street_1_no, street_2_town, street_2_no) values ('A', 1, 'A', 2), ('A', 2, 'A', 1)`,
    `insert into ${at}"${name}" (street_town, street_no, letter, next_street_town, next_street_no, next_letter) values ('A', 1, 'a', 'A', 1, 'b'), ('A', 1, 'b', 'A', 1, 'a'), ('B', 1, 'a', 'B', 1, 'a')`,
    `insert into vehicle (id, sort, plate, owner_id, doors, towed_by_id, load) values (1, 'car', 'C1', 3, 3, 2, null), (2, 'truck', 'T1', 1, null, null, 1.125), (3, 'vehicle', 'V1', null, null, null, null)`,
    `insert into vehicle (id, sort, plate, load, fluid) values (4, 'tanker', 'K1', 2, 'milk')`,
    `insert into vehicle_stops (vehicle_id, street_town, street_no) values (2, 'A', 1), (2, 'B', 1)`,
    `insert into club (id, code, founder_id, first_person_id, first_note, others) values (1, 'chess', 1, 1, 'n', '[{"person": 2, "note": null}]'), (2, 'go', null, null, null, null)`,
    `insert into club_ranking (club_id, party_id) values (1, 2), (1, 1)`,
    `insert into membership (club_id, person_id, since) values (1, 1, 1999), (1, 2, 2001)`,
    `insert into club_friends (club_1_id, club_2_id) values (1, 2), (2, 2)`,
    ...(dialect === 'postgresql'
      ? ['party', 'vehicle', 'club'].map(table => `select setval('${table}_id_seq', 10)`)
      : []),
  ];
}
