import { defineEntity, p, Type } from '@mikro-orm/core';

const LONG = 'ThingWhoseNameIsLongerThanTheSixtyThreeBytesThatPostgresqlHasRoomForInOne';

/** A type of an application that reads no text but its own. */
class Cents extends Type<{ cents: number }, string> {
  override convertToDatabaseValue({ cents }: { cents: number }) {
    return `${cents} ct`;
  }

  override convertToJSValue(stored: string) {
    const [, cents] = /^(\d+) ct$/.exec(stored) ?? [];
    if (cents === undefined) throw new Error(`${stored} is no amount`);
    return { cents: Number(cents) };
  }

  override getColumnType() {
    return 'varchar(20)';
  }
}

/** Entities of all shapes that storage has, as version 1 or 2 has them: the second has more of each. */
export function hostile(version: 1 | 2, { namespaces = false } = {}) {
  /** What only the second version has. */
  const more = <T extends object>(properties: T): T => (version === 2 ? properties : ({} as T));
  const id = p.integer().primary();

  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: { city: p.string(), since: p.datetime().nullable(), ...more({ zip: p.string().default('0000') }) },
  });
  // One table for all of a family, and a table for each member of another one.
  const Animal = defineEntity({
    name: 'Animal',
    discriminatorColumn: 'type',
    abstract: true,
    properties: { id, type: p.enum(['dog', 'cat', ...(version === 2 ? ['fox'] : [])]), name: p.string().unique() },
  });
  const Dog = defineEntity({
    name: 'Dog',
    extends: Animal,
    discriminatorValue: 'dog',
    properties: {
      tricks: p.integer(),
      chases: () => p.manyToOne(Cat).nullable(),
      ...more({ collar: p.string().nullable() }),
    },
  });
  const Cat = defineEntity({
    name: 'Cat',
    extends: Animal,
    discriminatorValue: 'cat',
    properties: { lives: p.smallint(), ...more({ mood: p.enum(['calm', 'wild']).nullable() }) },
  });
  const Vehicle = defineEntity({
    name: 'Vehicle',
    inheritance: 'tpt',
    properties: { id, wheels: p.smallint(), ...more({ plate: p.string().nullable() }) },
  });
  const Car = defineEntity({
    name: 'Car',
    extends: Vehicle,
    properties: {
      doors: p.smallint(),
      tows: () => p.manyToOne(Car).nullable(),
      ...more({ electric: p.boolean().default(false) }),
    },
  });
  const Racer = defineEntity({
    name: 'Racer',
    extends: Car,
    properties: { speed: p.double(), ...more({ rival: () => p.manyToOne(Racer).nullable() }) },
  });
  // A key of two relations, a pivot with columns, and what refers to a key of two columns.
  const Order = defineEntity({
    name: 'Order',
    properties: {
      id: p.bigint().primary(),
      at: p.datetime(),
      products: () => p.manyToMany(Product).pivotEntity(() => Item),
    },
  });
  const Product = defineEntity({
    name: 'Product',
    properties: {
      code: p.string().length(12).primary(),
      price: p.decimal().precision(12).scale(4),
      cost: p.type(Cents),
    },
  });
  const Item = defineEntity({
    name: 'Item',
    properties: {
      order: () => p.manyToOne(Order).primary(),
      product: () => p.manyToOne(Product).primary(),
      amount: p.integer().default(1),
      ...more({ note: p.text().nullable() }),
    },
  });
  const Complaint = defineEntity({
    name: 'Complaint',
    properties: {
      id: p.uuid().primary(),
      item: () => p.manyToOne(Item).nullable(),
      ...more({ about: p.string().default('') }),
    },
  });
  // What refers to itself, and two that refer to each other.
  const Node = defineEntity({
    name: 'Node',
    properties: {
      id,
      parent: () => p.manyToOne(Node).nullable(),
      root: () => p.manyToOne(Node),
      friends: () => p.manyToMany(Node),
      ...more({ twin: () => p.oneToOne(Node).owner().nullable() }),
    },
  });
  const Egg = defineEntity({
    name: 'Egg',
    properties: { id, hen: () => p.manyToOne(Hen), ...more({ size: p.enum([1, 2, 3]).nullable() }) },
  });
  const Hen = defineEntity({ name: 'Hen', properties: { id: p.smallint().primary(), from: () => p.manyToOne(Egg) } });
  // Values in values.
  const Person = defineEntity({
    name: 'Person',
    properties: {
      id,
      level: p.enum([1, 2, ...(version === 2 ? [3] : [])]),
      home: () => p.embedded(Address),
      away: () => p.embedded(Address).object().nullable(),
      places: () => p.embedded(Address).array().nullable(),
      tags: p.array().nullable(),
      ...more({ photo: p.blob().nullable() }),
    },
  });
  const Long = defineEntity({
    name: LONG,
    properties: { id, [`one${LONG}`]: p.string(), ...more({ [`two${LONG}`]: p.integer().default(2) }) },
  } as never);
  // A key of the application's own type, and what refers to it.
  const Fee = defineEntity({ name: 'Fee', properties: { amount: p.type(Cents).primary(), name: p.string() } });
  const Bill = defineEntity({
    name: 'Bill',
    properties: {
      id,
      fee: () => p.manyToOne(Fee),
      of: () => p.manyToOne([Car, Node]).nullable(),
      ...more({ paid: p.type(Cents).nullable() }),
    },
  });
  const Elsewhere = defineEntity({
    name: 'Elsewhere',
    ...(namespaces && { schema: 'there' }),
    properties: { id, dog: () => p.manyToOne(Dog).nullable(), ...more({ seen: p.bigint().nullable() }) },
  });
  return {
    Address,
    Animal,
    Dog,
    Cat,
    Vehicle,
    Car,
    Racer,
    Order,
    Product,
    Item,
    Complaint,
    Node,
    Egg,
    Hen,
    Person,
    Long,
    Fee,
    Bill,
    Elsewhere,
  };
}
