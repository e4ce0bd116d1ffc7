import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { ZooSchema } from '../../../examples/zoo/schema.ts';
import * as v3 from '../../../examples/zoo/versions/3.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { captureRows } from '../../../lib/testing/rows/install-at.ts';
import { openSubject } from '../../../lib/testing/subject.ts';

const entities = () => [...bindModule({ ...v3 }, { name: 'the release' }).all];
const server = () => new URL('/postgres', process.env['DEJAVU_PG_URL']).href;
const DATABASES = [
  ['SQLite', () => ({})],
  ['PostgreSQL', () => ({ driver: PostgreSqlDriver as never, clientUrl: server() })],
] as const;
const settings = { seed: 1, from: undefined, dumps: undefined, reference: [], changes: {} };
const folders = () => readdirSync(tmpdir()).filter(name => /^dejavu-(?:proof|rows)/.test(name));

test.each(DATABASES)('a database on %s that is prepared once is lent as it was each time', async (_name, database) => {
  const options = { entities: entities(), ...database() };
  const subject = await openSubject(orm => new ZooSchema(orm), options, { ...settings, rows: 5 });
  const before = folders();
  const seen: string[] = [];
  for (let time = 0; time < 3; time += 1)
    await subject.prepared.lendAt(1, { seed: 1, rows: 5 }, async ({ schema, call, rowsAtFirst }) => {
      const first = await rowsAtFirst();
      seen.push(first.print('animal'));
      await call().database.orm.em.fork().getConnection().execute('delete from animal');
      await using now = await captureRows(call());
      expect(now.print('animal')).not.toBe(first.print('animal'));
      expect(await schema().upgrade({ allowLoss: true })).toMatchObject({ from: 1, to: 3 });
    });
  expect(new Set(seen).size).toBe(1);
  expect(folders()).toEqual(before);
});

test.each(DATABASES)('steps on %s lead to the same database each time it is lent', async (name, database) => {
  let ran = 0;
  class CountedZoo extends ZooSchema {
    override async upgradeTo_2(...of: Parameters<ZooSchema['upgradeTo_2']>): Promise<void> {
      ran += 1;
      return super.upgradeTo_2(...of);
    }
  }
  const options = { entities: entities(), ...database() };
  const subject = await openSubject(orm => new CountedZoo(orm), options, { ...settings, rows: 5 });
  const seen: unknown[] = [];
  const way = { from: 1, to: 2, options: { seed: 1, rows: 5 }, withRows: true };
  for (let time = 0; time < 3; time += 1)
    await subject.prepared.lendUpgraded(way, async ({ schema, call, rowsAtFirst, renames }) => {
      const first = await rowsAtFirst();
      await using now = await captureRows(call());
      const columns = [first, now].map(({ tables }) => tables.flatMap(one => one.columns).length);
      seen.push([await schema().deployed(), renames, columns, first.print('animal'), now.print('animal')]);
      await call().database.orm.em.fork().getConnection().execute('delete from animal');
    });
  expect(seen[0]).toEqual([2, expect.any(Array), expect.any(Array), expect.any(String), expect.any(String)]);
  expect(seen).toEqual([seen[0], seen[0], seen[0]]);
  expect(ran).toBe(name === 'SQLite' ? 1 : 3);
});

test('an ORM that the application makes between two checks takes the entities, and gives them back', async () => {
  const options = { entities: entities(), driver: SqliteDriver, dbName: ':memory:' };
  const subject = await openSubject(orm => new ZooSchema(orm), options, { ...settings, rows: 5 });
  const write = () =>
    subject.lend(async ({ orm, schema }) => {
      await schema().upgrade({ install: true });
      const em = orm.em.fork();
      const [Keeper] = options.entities.filter(({ meta }) => meta.className === 'Keeper');
      const ann = em.create(Keeper as never, { name: 'Ann' } as never);
      await em.flush();
      return (ann as unknown as { __meta: unknown }).__meta === orm.getMetadata().find(Keeper as never);
    });
  expect(await write()).toBe(true);
  await using _application = await MikroORM.init({ ...options, contextName: 'application' });
  expect(await write()).toBe(true);
});
