import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { pivotOf } from '../../lib/mikro-orm/stored-metadata.ts';
import { sqliteMemory } from '../support/databases.ts';

test('pivotOf() finds the entity of a join table, also one that MikroORM made up', async () => {
  const Tag = defineEntity({ name: 'Tag', properties: { id: p.integer().primary() } });
  const Use = defineEntity({
    name: 'Use',
    properties: { post: () => p.manyToOne(Post).primary(), tag: () => p.manyToOne(Tag).primary() },
  });
  const Post = defineEntity({
    name: 'Post',
    properties: {
      id: p.integer().primary(),
      tags: () => p.manyToMany(Tag).owner(),
      used: () => p.manyToMany(Tag).pivotEntity(() => Use),
    },
  });
  await using database = await sqliteMemory.create();
  const all = (await database.orm([Post, Tag, Use])).getMetadata();
  const { tags, used, id } = all.get(Post).properties;
  expect(pivotOf(used)).toBe(all.get(Use));
  expect(pivotOf(tags)).toMatchObject({ tableName: 'post_tags', pivotTable: true });
  expect(pivotOf(id)).toBeUndefined();
});
