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
