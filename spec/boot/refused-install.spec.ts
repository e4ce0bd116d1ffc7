import { existsSync, rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { upgradeAll } from '../../lib/index.ts';
import type { Schema } from '../../lib/index.ts';
import { postgresql, sqliteFile, type Entities, type TestDatabase } from '../support/databases.ts';
import { schemaClass, type Members } from '../support/schemas.ts';
import { versionsOf } from '../dump/releases.ts';

/* A database that does not exist yet, and an installation that is refused before it begins. */

const animal = (more: object = {}) =>
  defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), ...more } });

/** An exhibit refers to an animal, which no Schema creates. */
function exhibits() {
  const Animal = animal();
  const Exhibit = defineEntity({
    name: 'Exhibit',
    properties: { id: p.integer().primary(), animal: () => p.manyToOne(Animal) },
  });
  return [Animal, Exhibit];
}

const refusals: readonly {
  readonly why: string;
  readonly code: string;
  readonly entities: () => Entities;
  readonly members: Members;
  readonly isFrozen?: boolean;
}[] = [
  {
    why: 'it depends on a Schema without a version',
    code: 'DEPENDENCY_MISSING',
    entities: () => [animal()],
    members: { dependsOn: { accounts: 1 } },
  },
  {
    why: 'a foreign key leads to a table that no Schema creates',
    code: 'SCHEMA_DEFINITION',
    entities: exhibits,
    members: { entities: ['Exhibit'] },
  },
  {
    why: 'the entities differ from the frozen latest',
    code: 'SCHEMA_DEFINITION',
    entities: () => [animal({ legs: p.integer() })],
    members: {},
    isFrozen: true,
  },
];

const calls: Readonly<Record<string, (schema: Schema) => Promise<unknown>>> = {
  'upgrade()': schema => schema.upgrade(),
  'upgrade({ install: true })': schema => schema.upgrade({ install: true }),
  'assertStorage()': schema => schema.assertStorage(),
  'upgradeAll()': schema => upgradeAll([schema]),
};

/** A database of this kind that does not exist, and whether it does. */
async function nowhere(kind: typeof sqliteFile) {
  const database = await kind.create();
  if (kind.dialect === 'sqlite') {
    const file = database.address as string;
    rmSync(file, { force: true });
    return { database, dbName: file, exists: async () => existsSync(file) };
  }
  const dbName = `dejavu_refused_${process.pid}`;
  const list = `select 1 from pg_database where datname = '${dbName}'`;
  return { database, dbName, exists: async () => (await database.execute(list)).length > 0 };
}

async function schemaOf(database: TestDatabase, dbName: string, { entities, members, isFrozen }: (typeof refusals)[0]) {
  const orm = await database.orm(entities(), { dbName });
  const versions = isFrozen === true ? { versions: versionsOf(orm, [{ Animal: animal() }]) } : {};
  return new (schemaClass({ ...members, ...versions }))(orm);
}

test.each([sqliteFile, postgresql])('a refused installation creates no database on $name', async kind => {
  const { database, dbName, exists } = await nowhere(kind);
  await using _database = database;
  for (const refusal of refusals) {
    for (const [name, call] of Object.entries(calls)) {
      // A list without the Schema that is needed is refused before anything is asked, and one asks a server for rows first.
      if (name === 'upgradeAll()' && (refusal.code === 'DEPENDENCY_MISSING' || kind.dialect !== 'sqlite')) continue;
      const schema = await schemaOf(database, dbName, refusal);
      const failure = await call(schema).then(
        () => undefined,
        (error: { code: string; failures?: { error: { code: string } }[] }) =>
          error.failures?.[0]?.error.code ?? error.code,
      );
      expect([refusal.why, name, failure, await exists()]).toEqual([refusal.why, name, refusal.code, false]);
    }
  }
});

test('an installation that fails leaves the new file empty, and the next call installs in it', async () => {
  const { database, dbName, exists } = await nowhere(sqliteFile);
  await using _database = database;
  const Failing = schemaClass({
    onInstall: async () => {
      throw new Error('no rows today');
    },
  });
  const failing = new Failing(await database.orm([animal()], { dbName }));
  await expect(failing.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED', method: 'onInstall' });
  expect(await exists()).toBe(true);
  expect(await database.execute('select name from sqlite_master')).toEqual([]);
  // Without a word about installing: an empty file is as good as none.
  const schema = new (schemaClass({}))(await database.orm([animal()], { dbName }));
  expect(await schema.upgrade()).toMatchObject({ outcome: 'installed' });
});
