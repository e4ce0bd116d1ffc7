import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Difference, Step, Versions } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { databases, postgresql, type TestDatabase } from '../../support/databases.ts';
import { createRole } from '../../support/roles.ts';
import { freeze, release } from './releases.ts';
import { schemaClass, type Members } from '../../support/schemas.ts';
import { stateOf } from '../../support/state.ts';

interface Module {
  readonly Animal: EntitySchema;
}

function animals(properties: Record<string, unknown> = {}, options: object = {}): Module {
  return {
    Animal: defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), name: p.string().length(20), ...properties },
      ...options,
    } as never),
  };
}

const LONG_NAMES = { checks: [{ name: 'long_names', expression: 'length(name) > 1' }] };

const v1 = animals({}, LONG_NAMES);
const v2 = animals({ legs: p.integer().nullable() }, LONG_NAMES);
const v3 = animals({ legs: p.integer().nullable(), home: p.string().nullable() }, LONG_NAMES);

/** A database at version 1, with a row. */
async function arrange(database: TestDatabase) {
  const versions = await freeze(v1, v2, v3);
  const { zoo } = await release(database, v1, { latest: 1, versions: { 1: versions[1] } });
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed', drift: [] });
  await database.execute(`insert into animal (id, name) values (1, 'Leo')`);
  return versions;
}

// that somebody announced themselves stays in the epoch
const UNANNOUNCED = { announcements: false };

type OneStep = Step<Module, Module>;

const legs = async (step: OneStep) => step.addProperty(step.after.Animal, 'legs');
const home = async (step: OneStep) => step.addProperty(step.after.Animal, 'home');
const nothing = async () => {};

async function upgradable(database: TestDatabase, versions: Versions, members: Members) {
  const { latest } = members;
  const known = Object.fromEntries(Object.entries(versions).filter(([version]) => Number(version) <= Number(latest)));
  return release(database, latest === 2 ? v2 : v3, { versions: known, ...members });
}

function shown(differences: readonly Difference[]): string[] {
  return differences.map(({ kind, path }) => `${path.join(' ')}: ${kind}`);
}

for (const kind of databases) {
  const isServer = kind.dialect === 'postgresql';

  describe(`the storage that steps lead to, on ${kind.name}`, () => {
    test('fails the step that does not lead to it, and the database is as it was', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      const before = await stateOf(database, UNANNOUNCED);
      const { zoo } = await upgradable(database, versions, { latest: 2, upgradeTo_2: nothing });
      const error = await zoo.upgrade().then(String, (failure: unknown) => failure);
      expect(error).toMatchObject({
        code: 'STEP_FAILED',
        method: 'upgradeTo_2',
        deployed: 1,
        message:
          'zoo: upgradeTo_2 failed: afterwards the storage differs from the frozen version 2: animal column legs is missing. ' +
          "The database is at version 1. Complete the step and call again. List intended additions in `extra` of the Schema. To record the version anyway, call `upgrade({ verify: 'report' })`.",
      });
      expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['animal column legs: missing']);
      expect(await stateOf(database, UNANNOUNCED)).toEqual(before);
      expect(await zoo.status()).toMatchObject({ deployed: 1, stage: undefined });
    });

    test('fails all steps of a transaction, and each by itself that commits by itself', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      const before = await stateOf(database, UNANNOUNCED);
      const { zoo } = await upgradable(database, versions, { latest: 3, upgradeTo_2: legs, upgradeTo_3: nothing });
      await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED', version: 3, deployed: 1, done: [] });
      expect(await stateOf(database, UNANNOUNCED)).toEqual(before);

      await expect(zoo.upgrade({ transaction: 'step' })).rejects.toMatchObject({
        code: 'STEP_FAILED',
        version: 3,
        deployed: 2,
        done: [2],
      });
      expect(await zoo.status()).toMatchObject({ deployed: 2, stage: undefined });
    });

    test('fails the way back as well', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      const members = { latest: 2, upgradeTo_2: legs, downgradeTo_1: nothing };
      const { zoo } = await upgradable(database, versions, members);
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', drift: [] });
      const error = await zoo.downgrade(1).then(String, (failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'STEP_FAILED', method: 'downgradeTo_1', deployed: 2 });
      expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['animal column legs: extra']);
    });

    test('is reported where that is asked for, and not looked at where nobody wants it', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      const { zoo } = await upgradable(database, versions, { latest: 3, upgradeTo_2: nothing, upgradeTo_3: nothing });
      const report = await zoo.upgrade(2, { verify: 'report' });
      expect(report).toMatchObject({ outcome: 'upgraded', to: 2 });
      expect(shown(report.drift)).toEqual(['animal column legs: missing']);
      expect(await zoo.upgrade({ verify: 'off' })).toMatchObject({ outcome: 'upgraded', to: 3, drift: [] });
      await expect(zoo.downgrade(2, { verify: 'never' } as never)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    });

    test('may differ as it did before: that is told, and kept', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      await database.execute('create index strangers on animal (name)');
      if (isServer) {
        await database.execute('alter table animal drop constraint long_names');
        await database.execute('alter table animal alter column name type varchar(100)');
      }
      const old = isServer
        ? ['animal column name type: different', 'animal index strangers: extra', 'animal check long_names: missing']
        : ['animal index strangers: extra'];
      const { zoo } = await upgradable(database, versions, { latest: 3, upgradeTo_2: legs, upgradeTo_3: home });
      const report = await zoo.upgrade(2);
      expect(shown(report.drift)).toEqual(old);
      // each transaction looks, and it is told once
      expect(shown((await zoo.upgrade({ transaction: 'step' })).drift)).toEqual(old);
      expect((await zoo.upgrade()).drift).toEqual([]);
      expect(JSON.stringify(await stateOf(database))).toContain('strangers');
    });

    test('has lost nothing that no step named', async () => {
      const text = isServer ? 'varchar(20)' : 'text';
      await using database = await kind.create();
      const versions = await arrange(database);
      await database.execute('create index strangers on animal (name)');
      const before = await stateOf(database, UNANNOUNCED);
      const key = isServer ? 'serial not null primary key' : 'integer not null primary key autoincrement';
      const create = `create table animal (id ${key}, name ${text} not null, legs integer null, constraint long_names check (length(name) > 1))`;
      const copied = [
        'create table kept as select * from animal',
        'drop table animal',
        create,
        'insert into animal (id, name) select id, name from kept',
        'drop table kept',
      ];
      const renamed = [
        'alter table animal rename to old',
        'create table kept as select * from old',
        'drop table old',
        create,
        'insert into animal (id, name) select id, name from kept',
        'drop table kept',
      ];
      for (const statements of [copied, renamed]) {
        const { zoo } = await upgradable(database, versions, {
          latest: 2,
          async upgradeTo_2(step: OneStep) {
            for (const statement of statements) await step.execute(statement);
          },
        });
        const error = await zoo.upgrade().then(String, (failure: unknown) => failure);
        expect(error).toMatchObject({ code: 'STEP_FAILED', deployed: 1 });
        expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['animal index strangers: missing']);
        expect(await stateOf(database, UNANNOUNCED)).toEqual(before);
      }

      const named = async (step: OneStep) => {
        await step.execute('drop index strangers');
        await legs(step);
      };
      const { zoo } = await upgradable(database, versions, { latest: 2, upgradeTo_2: named });
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', drift: [] });
    });

    test('may have more than its version where a step has created it in SQL of its own', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      const more = async (step: OneStep) => {
        await legs(step);
        await step.execute('create index by_length on animal (length(name))');
      };
      const { zoo } = await upgradable(database, versions, { latest: 3, upgradeTo_2: more, upgradeTo_3: home });
      const report = await zoo.upgrade();
      expect(report).toMatchObject({ outcome: 'upgraded', to: 3 });
      expect(shown(report.drift)).toEqual(['animal index by_length: extra']);
    });

    test('may have more than its version where the Schema says so', async () => {
      await using database = await kind.create();
      const versions = await arrange(database);
      await database.execute('create table animal_old (id integer)');
      await database.execute('create index strangers on animal (name)');
      const extra = ['animal.index.strangers', 'animal.column.wi*'];
      const wings = async (step: OneStep) => {
        await legs(step);
        await step.execute('alter table animal add column wings integer');
      };
      const { zoo } = await upgradable(database, versions, { latest: 2, extra, upgradeTo_2: wings });
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', drift: [] });
      const { zoo: wrong } = await upgradable(database, versions, { latest: 2, extra: 'all', upgradeTo_2: wings });
      await expect(wrong.upgrade()).rejects.toMatchObject({ code: 'SCHEMA_DEFINITION' });
    });

    test('of an installation may have more where onInstall has created it', async () => {
      await using database = await kind.create();
      const versions = await freeze(v1);
      const onInstall = async (step: OneStep) =>
        void (await step.execute('create index by_length on animal (length(name))'));
      const { zoo } = await release(database, v1, { latest: 1, versions, onInstall });
      const report = await zoo.upgrade();
      expect(report).toMatchObject({ outcome: 'installed', to: 1 });
      expect(shown(report.drift)).toEqual(['animal index by_length: extra']);
    });

    test('follows a drift through the renaming of its table and its column', async () => {
      await using database = await kind.create();
      const Beast = defineEntity({
        name: 'Beast',
        properties: { id: p.integer().primary(), title: p.string().length(20) },
        checks: [{ name: 'long_names', expression: 'length(title) > 1' }],
      } as never) as unknown as EntitySchema;
      const then = { Beast };
      const versions = await freeze(v1, then);
      const { zoo: first } = await release(database, v1, { latest: 1, versions: { 1: versions[1] } });
      await first.upgrade();
      await database.execute('create index strangers on animal (name)');
      const { zoo } = await release(database, then, {
        latest: 2,
        versions,
        async upgradeTo_2(step: Step<Module, { Beast: EntitySchema }>) {
          await step.renameStorage(step.before.Animal, step.after.Beast);
          await step.renameProperty(step.before.Animal, 'name', step.after.Beast, 'title');
        },
      });
      expect(shown((await zoo.upgrade()).drift)).toEqual(['beast index strangers: extra']);
    });

    test('is not looked at where there are no frozen versions', async () => {
      await using database = await kind.create();
      await arrange(database);
      const { zoo } = await release(database, v2, { latest: 2, upgradeTo_2: nothing });
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', drift: [] });
    });
  });

  describe(`a database without a version, on ${kind.name}`, () => {
    /** Storage of a version, with no row that says so. */
    async function unversioned(database: TestDatabase, module: object) {
      const orm = await database.orm([...bindModule({ ...module }, { name: 'before' }).all]);
      await orm.schema.create();
    }

    async function code(database: TestDatabase, modules = [v1, v2, v3]) {
      const versions = await freeze(...modules);
      return (await release(database, v3, { latest: 3, versions, upgradeTo_2: legs, upgradeTo_3: home })).zoo;
    }

    test('is adopted at the version whose storage it has', async () => {
      await using database = await kind.create();
      await unversioned(database, v2);
      const zoo = await code(database);
      expect(await zoo.adopt()).toMatchObject({ outcome: 'adopted', to: 2, drift: [] });
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', from: 2, to: 3 });
    });

    test('is adopted on the way up', async () => {
      await using database = await kind.create();
      await unversioned(database, v2);
      const zoo = await code(database);
      expect(await zoo.upgrade({ adopt: 'find' })).toMatchObject({
        outcome: 'adopted',
        to: 3,
        steps: [{ version: 3 }],
      });
    });

    test('that is no version is told the nearest, and what is different', async () => {
      await using database = await kind.create();
      await unversioned(database, v2);
      await database.execute('alter table animal drop column legs');
      await database.execute('alter table animal add column wings int');
      const before = await stateOf(database, UNANNOUNCED);
      const zoo = await code(database);
      const error = await zoo.adopt().then(String, (failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'STORAGE_DIFFERS', version: 1 });
      expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['animal column wings: extra']);
      expect(await stateOf(database, UNANNOUNCED)).toEqual(before);
    });

    test('has a table more in the version that brings it, and is no earlier one', async () => {
      await using database = await kind.create();
      const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } } as never);
      const grown = { ...v1, Keeper };
      await unversioned(database, grown);
      const versions = await freeze(v1, grown);
      const { zoo } = await release(database, grown, { latest: 2, versions, upgradeTo_2: nothing });
      const error = await zoo.adopt(1).then(String, (failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'STORAGE_DIFFERS', version: 1 });
      expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['keeper: extra']);
      expect(await zoo.adopt()).toMatchObject({ outcome: 'adopted', to: 2 });
    });

    test('of which two versions have the storage is told both', async () => {
      await using database = await kind.create();
      await unversioned(database, v2);
      const zoo = await code(database, [v1, v2, v2]);
      await expect(zoo.adopt()).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message: expect.stringContaining('versions 2 and 3'),
      });
    });

    test('is adopted at a version that it is not only unverified', async () => {
      await using database = await kind.create();
      await unversioned(database, v1);
      const before = await stateOf(database, UNANNOUNCED);
      const zoo = await code(database);
      const error = await zoo.adopt(2).then(String, (failure: unknown) => failure);
      expect(error).toMatchObject({ code: 'STORAGE_DIFFERS', version: 2 });
      expect(shown(Reflect.get(error as object, 'differences'))).toEqual(['animal column legs: missing']);
      expect(await stateOf(database, UNANNOUNCED)).toEqual(before);
      expect(await zoo.adopt(2, { unverified: true })).toMatchObject({ outcome: 'adopted', to: 2 });
    });
  });

  test(`assertStorage() creates what the frozen version has, and no more, on ${kind.name}`, async () => {
    await using database = await kind.create();
    const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } } as never);
    const Ticket = defineEntity({ name: 'Ticket', properties: { id: p.integer().primary() } } as never);
    const frozen = { ...v1, Keeper };
    const versions = await freeze(frozen);
    const { zoo: first } = await release(database, frozen, { latest: 1, versions });
    await first.upgrade();
    await database.execute('drop table keeper');
    // a developer is ahead of the version: the ticket is in none yet
    const { zoo } = await release(database, { ...frozen, Ticket }, { latest: 1, versions });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'completed', created: ['keeper'] });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level', created: [] });
    expect(JSON.stringify(await stateOf(database))).not.toContain('ticket');
  });
}

test('a step that moves rows only is compared by a role that may write rows only', async () => {
  await using database = await postgresql.create();
  const versions = await freeze(v1, v1);
  const { zoo: first } = await release(database, v1, { latest: 1, versions: { 1: versions[1] as never } });
  await first.upgrade();
  await database.execute(`insert into animal (id, name) values (1, 'Leo')`);
  const name = new URL(database.address as string).pathname.slice(1);
  await database.execute(`revoke temporary on database ${name} from public`);
  await using role = await createRole(
    database,
    'grant select, insert, update, delete on all tables in schema public to $role',
    'grant usage on all sequences in schema public to $role',
  );
  const orm = await database.orm([...bindModule({ ...v1 }, { name: 'the release' }).all], { clientUrl: role.url });
  const renamed = async (step: OneStep) => void (await step.execute(`update animal set name = 'Leopold'`));
  const zoo = new (schemaClass({ latest: 2, versions, upgradeTo_2: renamed }))(orm);
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', to: 2, drift: [] });
});
