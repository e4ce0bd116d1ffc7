import { defineEntity, EntitySchema, p } from '@mikro-orm/core';
import { Entity } from '@mikro-orm/decorators/es';
import { MikroORM } from '@mikro-orm/sqlite';
import { expect, test } from '@jest/globals';
import { definitionOf, forgetClasses, isDecorated } from '../../lib/mikro-orm/entity-registry.ts';

test('an entity is found by its schema, by the class of one, and by its decorators', () => {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  expect(definitionOf(Animal)).toBe(Animal.meta);

  class Keeper {
    id?: number;
  }
  const schema = new EntitySchema({ class: Keeper, properties: { id: { type: 'number', primary: true } } });
  expect(definitionOf(Keeper)).toBe(schema.meta);

  class Visitor {
    id?: number;
  }
  expect(definitionOf(Visitor)).toBeUndefined();
  expect(isDecorated(Visitor)).toBe(false);
  const context = { kind: 'class', name: 'Visitor', metadata: {}, addInitializer: () => undefined } as const;
  Entity({ tableName: 'guest' })(Visitor, context);
  expect(definitionOf(Visitor)).toMatchObject({ tableName: 'guest', class: Visitor });
  expect(isDecorated(Visitor)).toBe(true);
});

test('what discovery keeps of entities can be forgotten', () => {
  const Base = defineEntity({ name: 'Base', abstract: true, properties: { id: p.integer().primary() } });
  const Animal = defineEntity({ name: 'Animal', extends: Base, properties: { name: p.string() } });
  expect(() => new MikroORM({ entities: [Animal], dbName: ':memory:' })).not.toThrow();
  expect([Base, Animal].some(entity => EntitySchema.REGISTRY.has(entity.meta.class))).toBe(true);
  forgetClasses([Base, Animal]);
  expect([Base, Animal].some(entity => EntitySchema.REGISTRY.has(entity.meta.class))).toBe(false);
});
