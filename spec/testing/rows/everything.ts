import { defineEntity, p } from '@mikro-orm/core';

/** Entities of all sorts that rows can be made for. */
export function everything() {
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: { city: p.string(), since: p.datetime().nullable(), tags: p.array().nullable() },
  });
  const Kinds = defineEntity({
    name: 'Kinds',
    properties: {
      id: p.bigint().primary(),
      tiny: p.smallint(),
      whole: p.integer().nullable(),
      big: p.bigint().nullable(),
      flag: p.boolean(),
      single: p.float().nullable(),
      double: p.double(),
      money: p.decimal().precision(10).scale(2).nullable(),
      plainDecimal: p.decimal().nullable(),
      word: p.string(),
      short: p.string().length(3).nullable(),
      text: p.text().nullable(),
      code: p.character().length(3).nullable(),
      at: p.datetime(),
      coarse: p.datetime().length(0).nullable(),
      local: p.datetime().columnType('timestamp').nullable(),
      day: p.date().nullable(),
      time: p.time().nullable(),
      span: p.interval().nullable(),
      json: p.json<unknown>().nullable(),
      needed: p.json<unknown>(),
      list: p.array().nullable(),
      uuid: p.uuid(),
      bytes: p.blob().nullable(),
      kind: p.enum(['a', "b'c"]),
      number: p.enum([1, 2, 3]).nullable(),
      kinds: p.enum(['x', 'y']).array().nullable(),
      twice: p.integer().generated('(tiny * 2) stored').nullable(),
      home: () => p.embedded(Address).nullable(),
      away: () => p.embedded(Address).object().nullable(),
      places: () => p.embedded(Address).array().nullable(),
      lock: p.integer().version(),
    },
  });
  const Tree = defineEntity({
    name: 'Tree',
    properties: {
      id: p.integer().primary(),
      name: p.string().unique(),
      parent: () => p.manyToOne(Tree).nullable(),
      twin: () => p.oneToOne(Tree).owner().nullable(),
      best: () => p.manyToOne(Tree),
    },
  });
  const Egg = defineEntity({
    name: 'Egg',
    properties: { id: p.integer().primary(), hen: () => p.manyToOne(Hen) },
  });
  const Hen = defineEntity({
    name: 'Hen',
    properties: { id: p.uuid().primary(), from: () => p.manyToOne(Egg) },
  });
  const Seat = defineEntity({
    name: 'Seat',
    properties: {
      row: p.string().primary(),
      number: p.smallint().primary(),
      tree: () => p.manyToOne(Tree).primary(),
      price: p.integer(),
    },
    checks: [{ name: 'seat_price', expression: 'price >= 5 and price <= 7' }],
  });
  const Ticket = defineEntity({
    name: 'Ticket',
    properties: {
      id: p.integer().primary(),
      seat: () => p.oneToOne(Seat).owner(),
      neighbour: () => p.manyToOne(Seat).nullable(),
      from: p.integer(),
      to: p.integer(),
    },
    checks: [{ name: 'ticket_order', expression: '"from" < "to"' }],
  });
  const Party = defineEntity({
    name: 'Party',
    discriminatorColumn: 'type',
    abstract: true,
    properties: { id: p.integer().primary(), type: p.enum(['person', 'firm']), name: p.string() },
  });
  const Person = defineEntity({
    name: 'Person',
    extends: Party,
    discriminatorValue: 'person',
    properties: { born: p.date(), boss: () => p.manyToOne(Person).nullable() },
  });
  const Firm = defineEntity({
    name: 'Firm',
    extends: Party,
    discriminatorValue: 'firm',
    properties: { number: p.string().length(8), owner: () => p.manyToOne(Person) },
  });
  const Vehicle = defineEntity({
    name: 'Vehicle',
    inheritance: 'tpt',
    properties: { id: p.integer().primary(), wheels: p.smallint() },
  });
  const Car = defineEntity({ name: 'Car', extends: Vehicle, properties: { doors: p.smallint() } });
  const Truck = defineEntity({
    name: 'Truck',
    extends: Vehicle,
    properties: { load: p.double(), driver: () => p.manyToOne(Person).nullable() },
  });
  const Garage = defineEntity({
    name: 'Garage',
    properties: {
      id: p.integer().primary(),
      vehicles: () => p.manyToMany(Vehicle),
      ordered: () => p.manyToMany(Tree).fixedOrder(),
      holds: () => p.manyToOne([Car, Tree]).nullable(),
    },
  });
  const Impossible = defineEntity({
    name: 'Impossible',
    properties: { id: p.integer().primary(), n: p.integer() },
    checks: [{ name: 'never', expression: 'n < 0 and n > 0' }],
  });
  const Leaning = defineEntity({
    name: 'Leaning',
    properties: { id: p.integer().primary(), on: () => p.manyToOne(Impossible) },
  });
  const Count = defineEntity({
    name: 'Count',
    view: true,
    expression: 'select count(*) as n from tree',
    properties: { n: p.integer().primary() },
  });
  return {
    Address,
    Kinds,
    Tree,
    Egg,
    Hen,
    Seat,
    Ticket,
    Party,
    Person,
    Firm,
    Vehicle,
    Car,
    Truck,
    Garage,
    Impossible,
    Leaning,
    Count,
  };
}
