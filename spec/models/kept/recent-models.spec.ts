import { describe, expect, test } from '@jest/globals';
import { describeModule, openModels } from '../../../lib/models/frozen-models.ts';
import { RecentModels } from '../../../lib/models/kept/recent-models.ts';
import { sqliteMemory } from '../../support/databases.ts';
import { createStorage, inTransaction } from '../support.ts';
import * as v1 from '../zoo/1.ts';

const name = { name: 'the frozen version 1' };

describe('what was made of frozen versions', () => {
  const [one, two, three] = [{}, {}, {}];

  test('is found for its module and namespace, and given away once', () => {
    const recent = new RecentModels<string>();
    recent.add(one, undefined, 'one');
    recent.add(one, 'zoo', 'one of the zoo');
    expect(recent.find(one, 'zoo')).toBe('one of the zoo');
    expect(recent.find(two, undefined)).toBeUndefined();
    expect(recent.take(two, undefined)).toBeUndefined();
    expect([recent.take(one, undefined), recent.take(one, undefined)]).toEqual(['one', undefined]);
    expect(recent.find(one, 'zoo')).toBe('one of the zoo');
  });

  test('goes when two others were made after it', () => {
    const recent = new RecentModels<string>();
    recent.add(one, undefined, 'one');
    recent.add(two, undefined, 'two');
    recent.add(three, undefined, 'three');
    expect([one, two, three].map(module => recent.find(module, undefined))).toEqual([undefined, 'two', 'three']);
  });
});

test('a version is discovered once for all of a transaction, and again in the next: what is left over from one never works in another', async () => {
  await using database = await sqliteMemory.create();
  const orm = await database.orm([]);
  const opened: { animal: object; em: { getMetadata(): unknown } }[] = [];
  const described = describeModule(orm, v1, name);
  for (const species of ['lion', 'owl'])
    await inTransaction(orm, async em => {
      const [models, again] = [openModels(em, v1, name), openModels(em, v1, name)];
      expect(again.Animal).toBe(models.Animal);
      expect(again.em).not.toBe(models.em);
      await createStorage(models);
      models.em.create(models.Animal, { species, weight: 1 });
      await models.em.flush();
      // Each manager has objects of its own.
      expect(await again.em.find(again.Animal, {})).toMatchObject([{ species }]);
      expect(again.em.getUnitOfWork().getIdentityMap().values()).toHaveLength(1);
      opened.push({ animal: models.Animal, em: models.em });
      expect(describeModule(orm, v1, name)).toEqual(described);
    });
  expect(opened[1]?.animal).not.toBe(opened[0]?.animal);
  expect(opened[1]?.em.getMetadata()).not.toBe(opened[0]?.em.getMetadata());
});
