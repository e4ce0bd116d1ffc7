import { expect, test } from '@jest/globals';
import { plan, type Plan } from '../../lib/plan/index.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { settleLife } from '../support/life/rows.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';

async function release(database: TestDatabase, version: number) {
  return zooOf(version, await database.orm(await entitiesOf(version)));
}

function locksIn({ steps }: Plan) {
  const [step] = steps;
  const tables = step?.tables.filter(({ lock }) => lock !== undefined) ?? [];
  const told = tables.map(({ name, lock, rewritten, dropped }) => ({ name, lock, rewritten, dropped }));
  return { method: step?.method, tables: told.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
}

test('what is told of locks and rewrites beforehand is what PostgreSQL takes and does, up and down', async () => {
  await using database = await postgresql.create();
  await (await release(database, 1)).upgrade();
  await settleLife(database);
  const zoo = await release(database, LATEST);
  for (let to = 2; to <= LATEST; to += 1) {
    expect(locksIn(await plan(zoo, to))).toEqual(locksIn(await plan(zoo, to, { live: true })));
    await zoo.upgrade(to);
  }
  for (let to = LATEST - 1; to >= 0; to -= 1) {
    expect(locksIn(await plan(zoo, to))).toEqual(locksIn(await plan(zoo, to, { live: true })));
    await zoo.downgrade(to, { allowLoss: true });
  }
});
