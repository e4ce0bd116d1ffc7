import { describe, expect, test } from '@jest/globals';
import { databaseAt, proveSchema } from 'mikro-orm-dejavu/testing';
import config from '../mikro-orm.config.ts';
import { ZooSchema } from '../schema.ts';
import type { V1, V3 } from '../versions/index.ts';

const checks = await proveSchema(ZooSchema, { databases: [config], dumps: `${import.meta.dirname}/../dumps` });

describe('every step of the zoo is proved', () => {
  test.each(checks)('$name', ({ run }) => run());
});

test('an animal keeps its keeper', async () => {
  await using zoo = await databaseAt<V1>(ZooSchema, 1, { database: config, rows: 0 });
  const { before } = zoo;
  before.em.create(before.Animal, { name: 'Leo', species: 'lion', keeperName: 'Ann' });
  await before.em.flush();

  await zoo.schema.upgrade();

  const after = await zoo.at<V3>(3);
  const leo = await after.em.findOneOrFail(after.Animal, { name: 'Leo' }, { populate: ['keeper'] });
  expect(leo).toMatchObject({ family: 'lion', legs: 4, keeper: { name: 'Ann' } });
});
