import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { subjectOf } from '../../lib/operations/subjects.ts';

describe('an operation', () => {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  const Exhibit = defineEntity({ name: 'Exhibit', properties: { id: p.integer().primary() } });

  test.each([
    ['createStorage', [Animal, Exhibit], 'Animal, Exhibit'],
    ['addProperty', [Animal, 'legs', { fill: 4 }], 'Animal.legs'],
    ['alterProperty', [Animal, Animal, 'legs'], 'Animal.legs'],
    ['alterStorage', [Animal, Animal, {}], 'Animal'],
    ['addIndex', [Animal, ['name', 'family']], 'Animal (name, family)'],
    ['renameProperty', [Animal, 'species', Animal, 'family'], 'Animal.species to Animal.family'],
    ['renameStorage', [Animal, Exhibit], 'Animal to Exhibit'],
    ['fill', [Animal, 'mood', 'asleep', { where: 'legs = 4' }], 'Animal.mood'],
    ['each', [Animal, { batch: 10 }, () => undefined], 'Animal'],
    ['execute', ['delete from animal'], ''],
  ])('%s of %# is about what it was given', (verb, given, subject) => {
    expect(subjectOf(verb, given)).toBe(subject);
  });
});
