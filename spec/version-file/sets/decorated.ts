/*
 * Sets of entities that are written with decorators of the standard kind. Each text is the body of a function that answers
 * them.
 */

/** What every set is written with. */
const PREAMBLE = `
import { Check, Embeddable, Embedded, Entity, Enum, Index, ManyToMany, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/es';
import { Type, types } from '@mikro-orm/core';
`;

/** The module of a set. */
export function moduleOf(body: string): string {
  return `${PREAMBLE}export const make = () => {\n${body}\n};`;
}

/** By what is special about them. */
export const DECORATED: Readonly<Record<string, string>> = {
  'enums with and without items': `
    @Entity() class Animal {
      @PrimaryKey({ type: 'integer' }) id;
      @Enum({ type: 'string' }) mood;
      @Enum({ items: ['x', 'y'], array: true }) sounds;
      @Enum({ items: () => ({ Small: 1, Large: 2 }) }) size;
      @Enum(() => ({ Meat: 'meat', Plants: 'plants' })) diet;
      @Enum({ items: ['cat', 'dog'], nativeEnumName: 'species' }) species;
      @Enum({ array: true, type: 'string' }) tags;
      @Enum({ array: true, items: [1, 2], type: types.integer }) ranks;
      @Enum({ items: ['a'], type: types.text }) note;
      @Enum({ items: [1], type: 'smallint' }) legs;
      @Enum({ items: ['a'], columnType: 'varchar(10)' }) code;
    }
    return [Animal];`,
  'a check of a property by its name': `
    @Entity() class Animal {
      @PrimaryKey({ type: 'integer' }) id;
      @Check({ name: 'enough_legs', expression: 'legs > 1' }) @Property({ type: 'integer' }) legs;
    }
    return [Animal];`,
  'several checks of a property': `
    @Entity() class Animal {
      @PrimaryKey({ type: 'integer' }) id;
      @Check({ name: 'enough_legs', expression: 'legs > 1' }) @Check({ expression: 'legs < 9' }) @Property({ type: 'integer' }) legs;
      @Check({ expression: 'eyes > 1' }) @Property({ type: 'integer', check: 'eyes < 9' }) eyes;
    }
    return [Animal];`,
  'checks and indexes that come from a base': `
    @Entity({ abstract: true }) @Check({ name: 'low', expression: 'legs > 0' }) @Index({ name: 'by_legs', properties: ['legs'] })
    class Base {
      @PrimaryKey({ type: 'integer' }) id;
      @Check({ expression: 'legs > 2' }) @Property({ type: 'integer' }) legs;
      @Check({ name: 'two_eyes', expression: 'eyes = 2' }) @Property({ type: 'integer' }) eyes;
      @Property({ type: 'integer', check: 'wings > 2' }) wings;
    }
    @Entity() @Check({ name: 'high', expression: 'legs < 9' }) class Animal extends Base {
      @Check({ name: 'loud', expression: 'noise > 9' }) @Property({ type: 'integer' }) noise;
    }
    @Entity() class Keeper extends Base { @Unique({ name: 'once' }) @Property({ type: 'string' }) name; }
    return [Base, Animal, Keeper];`,
  'checks in one table': `
    @Entity({ discriminatorColumn: 'kind' }) class Animal {
      @PrimaryKey({ type: 'integer' }) id;
      @Check({ expression: 'legs > 2' }) @Property({ type: 'integer' }) legs;
    }
    @Entity() class Cat extends Animal { @Property({ type: 'integer', nullable: true }) lives; }
    @Entity() class Dog extends Animal { @Property({ type: 'integer', nullable: true }) tricks; }
    return [Animal, Cat, Dog];`,
  'a discriminator that is a property': `
    @Entity({ discriminatorColumn: 'kind' }) class Animal {
      @PrimaryKey({ type: 'integer' }) id;
      @Property({ type: 'string' }) kind;
    }
    @Entity() class Cat extends Animal { @Property({ type: 'integer', nullable: true }) lives; }
    return [Animal, Cat];`,
  'a discriminator that is a property of a base whose name comes last': `
    @Entity({ discriminatorColumn: 'kind', discriminatorValue: 'any' }) class Vehicle {
      @PrimaryKey({ type: 'integer' }) id;
      @Property({ type: 'string', length: 20 }) kind;
      @Property({ type: 'string', unique: true }) plate;
    }
    @Entity() class Car extends Vehicle { @Property({ type: 'integer', nullable: true }) doors; }
    @Entity() class Truck extends Vehicle { @Property({ type: 'integer', nullable: true }) load; }
    return [Vehicle, Car, Truck];`,
  'a relation to one of several, with keys that count': `
    @Entity() class Cat { @PrimaryKey({ type: 'number' }) id; }
    @Entity() class Dog { @PrimaryKey({ type: 'number' }) id; }
    @Entity() class Toy { @PrimaryKey({ type: 'number' }) id; @ManyToOne({ entity: () => [Cat, Dog], nullable: true }) owner; }
    return [Cat, Dog, Toy];`,
  'three generations in tables of their own': `
    @Entity({ inheritance: 'tpt' }) class Being { @PrimaryKey({ type: 'number' }) id; }
    @Entity() class Animal extends Being { @Property({ type: 'string' }) name; }
    @Entity() class Cat extends Animal { @Property({ type: 'string' }) lives; }
    @Entity() class Toy { @PrimaryKey({ type: 'number' }) id; @ManyToOne({ entity: () => Cat }) owner; }
    return [Being, Animal, Cat, Toy];`,
};
