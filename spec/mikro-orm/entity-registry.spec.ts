import { defineEntity, EntitySchema, p } from '@mikro-orm/core';
import { Entity } from '@mikro-orm/decorators/es';
import { MikroORM } from '@mikro-orm/sqlite';
import { expect, test } from '@jest/globals';
import {
  definitionOf,
  entityTargets,
  forgetClasses,
  givenEntities,
  isDecorated,
} from '../../lib/mikro-orm/entity-registry.ts';

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

test('the entities that an ORM was given are found again, also in files', async () => {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  const path = '../models/zoo/2.ts';
  const options = { entities: [Animal], dbName: ':memory:', baseDir: import.meta.dirname, preferTs: false };
  const orm = new MikroORM(options);
  expect(entityTargets(orm)).toEqual({ targets: [Animal], paths: [], baseDir: import.meta.dirname });
  expect(await givenEntities(orm)).toEqual([Animal]);
  orm.config.set('entities', [Animal, path]);
  expect(entityTargets(orm).paths).toEqual([path]);
  const [first, ...found] = await givenEntities(orm);
  expect(first).toBe(Animal);
  const { Animal: inFile } = await import('../models/zoo/2.ts');
  expect(found).toContain(inFile);
});
