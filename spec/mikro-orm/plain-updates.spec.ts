import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { plainUpdates } from '../../lib/mikro-orm/plain-updates.ts';
import { sqliteMemory } from '../support/databases.ts';

test('MikroORM tells what was changed of rows that were read, and a flush writes it afterwards', async () => {
  await using database = await sqliteMemory.create();
  const Animal = defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), firstName: p.string(), legs: p.integer().nullable() },
  });
  const orm = await database.orm([Animal]);
  await orm.schema.create();
  await database.execute(
    "insert into animal (id, first_name, legs) values (1, 'ape', 2), (2, 'bee', 6), (3, 'cat', 4)",
  );
  const em = orm.em.fork() as unknown as SqlEntityManager;
  const meta = em.getMetadata().get(Animal as never);
  const [ape, bee] = await em.find(Animal, {}, { orderBy: { id: 'asc' } });
  expect(plainUpdates(em, meta)).toEqual([]);
  Object.assign(ape ?? {}, { firstName: 'Ada', legs: null });
  Object.assign(bee ?? {}, { legs: 5 });
  expect(plainUpdates(em, meta)).toEqual([
    { key: ['id'], columns: ['first_name', 'legs'], rows: [[1, 'Ada', null]] },
    { key: ['id'], columns: ['legs'], rows: [[2, 5]] },
  ]);
  em.create(Animal, { id: 4, firstName: 'dog' });
  expect(plainUpdates(em, meta)).toBeUndefined();
  await em.flush();
  expect(await database.execute('select id, first_name as name, legs from animal order by id')).toEqual([
    { id: 1, name: 'Ada', legs: null },
    { id: 2, name: 'bee', legs: 5 },
    { id: 3, name: 'cat', legs: 4 },
    { id: 4, name: 'dog', legs: null },
  ]);
});
