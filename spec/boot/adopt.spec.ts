import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM, type Options } from '@mikro-orm/sql';
import type { Step } from '../../lib/index.ts';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { settle, zooV1 } from '../support/zoo.ts';

function opens(id: number) {
  return async (step: Step) => void (await step.execute(`insert into zoo (id, name) values (${id}, 'Zoo ${id}')`));
}

const code: Members = { latest: 4, upgradeTo_3: opens(3), upgradeTo_4: opens(4) };

/** A database with storage and rows that nobody counted the versions of. */
async function arrange(database: TestDatabase, members: Members = code) {
  const orm = await database.orm(zooV1());
  await orm.schema.create();
  await settle(database);
  return { orm, zoo: new (schemaClass(members))(orm) };
}

async function logOf(database: TestDatabase) {
  return database.execute('select from_version, to_version, how, release from deployed_version_log order by id');
}

describe.each(databases)('on $name', kind => {
  test('adopt(n) records n and runs nothing', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await arrange(database);
    expect(await zoo.adopt(3, { release: '2.0.1' })).toEqual({
      guid: 'zoo',
      from: undefined,
      to: 3,
      outcome: 'adopted',
      steps: [],
      dropped: [],
      waitedMs: 0,
      orphans: 0,
      drift: [],
    });
    expect(await zoo.status()).toMatchObject({ deployed: 3, compatible: 3, standing: 'behind', stage: undefined });
    expect(await logOf(database)).toEqual([{ from_version: null, to_version: 3, how: 'adopt', release: '2.0.1' }]);
    expect(await zoo.upgrade()).toMatchObject({ from: 3, to: 4, steps: [{ version: 4 }] });
    expect(await database.execute('select id from zoo order by id')).toEqual([{ id: 1 }, { id: 4 }]);
  });

  test.each<[string, number, string]>([
    [
      'below the baseline',
      1,
      '1 is not a valid target: the steps start from version 2. Upgrade to version 2 with an older release first.',
    ],
    ['above latest', 5, '5 is not a valid target: this code knows versions up to 4.'],
    ['that is none', 1.5, '1.5 is not a valid target: use a whole number from 0 to 4.'],
  ])('a version %s is refused', async (_, version, message) => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await arrange(database);
    const before = await stateOf(database);
    await expect(zoo.adopt(version)).rejects.toMatchObject({ code: 'TARGET_INVALID', message: `zoo: ${message}` });
    expect(await stateOf(database)).toEqual(before);
  });

  test('a database that has a row is refused, and left alone by upgrade({ adopt })', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await arrange(database);
    await zoo.adopt(4);
    const before = await stateOf(database);
    await expect(zoo.adopt(3)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: 'zoo: 3 is not a valid target: the database is at version 4 already. Call `upgrade()` instead.',
    });
    await expect(zoo.adopt()).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: 'zoo: cannot adopt: the database is at version 4 already. Call `upgrade()` instead.',
    });
    expect(await zoo.upgrade({ adopt: 2 })).toMatchObject({ from: 4, to: 4, outcome: 'level' });
    expect(await stateOf(database)).toEqual(before);
  });

  test('an empty database has nothing to adopt', async () => {
    await using database = await kind.create({ pool: 1 });
    const zoo = new (schemaClass(code))(await database.orm(zooV1()));
    const before = (await stateOf(database)).catalog;
    await expect(zoo.adopt(3)).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: [] });
    await expect(zoo.adopt(3)).rejects.toThrow(
      /has no tables of this Schema, so it cannot be adopted\. Call `upgrade\(\)` to install it\.$/,
    );
    expect((await stateOf(database)).catalog).toEqual(before);
    expect(await zoo.upgrade({ adopt: 3 })).toMatchObject({ outcome: 'installed' });
  });

  test('upgrade({ adopt: n }) runs the steps from n, however many say so', async () => {
    await using database = await kind.create();
    await arrange(database);
    const replicas = [1, 2, 3].map(async () => {
      const zoo = new (schemaClass(code))(await database.orm(zooV1()), { adopt: 2 });
      // in memory they share the one connection, which is not to be shared by transactions
      return kind.name === 'sqlite memory' ? undefined : zoo.upgrade();
    });
    const reports = (await Promise.all(replicas)).filter(report => report !== undefined);
    if (reports.length === 0)
      reports.push(await new (schemaClass(code))(await database.orm(zooV1()), { adopt: 2 }).upgrade());
    expect(reports.filter(report => report.outcome === 'adopted')).toHaveLength(1);
    expect(reports.flatMap(report => report.steps.map(step => step.version)).toSorted((a, b) => a - b)).toEqual([3, 4]);
    expect(await database.execute('select id from zoo order by id')).toEqual([{ id: 1 }, { id: 3 }, { id: 4 }]);
    expect(await logOf(database)).toEqual([
      { from_version: null, to_version: 2, how: 'adopt', release: null },
      { from_version: 2, to_version: 3, how: 'upgrade', release: null },
      { from_version: 3, to_version: 4, how: 'upgrade', release: null },
    ]);
  });

  test('upgrade(n, { adopt }) adopts nothing above its target or below the baseline', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await arrange(database);
    const before = await stateOf(database);
    await expect(zoo.upgrade(3, { adopt: 4 })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message:
        'zoo: 3 is not a valid target: adopt is version 4, and upgrade() never goes down. Call `upgrade(4, { adopt: 4 })`.',
    });
    await expect(zoo.upgrade({ adopt: 1 })).rejects.toMatchObject({ code: 'TARGET_INVALID', target: 1 });
    expect(await stateOf(database)).toEqual(before);
  });

  test('a step that fails after the adoption leaves the adoption', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await arrange(database, {
      ...idleSteps(3, 4),
      latest: 4,
      upgradeTo_4: () => Promise.reject(new Error('no')),
    });
    await expect(zoo.upgrade({ adopt: 2 })).rejects.toMatchObject({ code: 'STEP_FAILED', deployed: 2, done: [] });
    expect(await zoo.status()).toMatchObject({ deployed: 2, stage: undefined });
  });

  test('who may run on an adopted database is what the steps before say', async () => {
    await using database = await kind.create();
    const { zoo } = await arrange(database, { ...code, steps: { 3: { compatible: 1 }, 4: { compatible: 2 } } });
    await zoo.adopt(4);
    expect(await zoo.status()).toMatchObject({ deployed: 4, compatible: 2 });
  });
});

class AddsGates extends Migration {
  override up() {
    this.addSql('alter table zoo add column gates integer');
  }
}

class AddsMotto extends Migration {
  override up() {
    this.addSql('alter table zoo add column motto text');
  }
}

const pending =
  /^zoo: 3 is not a valid target: MikroORM's Migrator has not run (.*) here\. Run the migrations: `npx mikro-orm migration:up`\. .* Then adopt\.$/;

describe.each(databases)("while MikroORM's Migrator has work to do, on $name", kind => {
  test('nothing is adopted, and what is missing is named', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    const orm = await database.orm(zooV1(), {
      extensions: [Migrator],
      migrations: {
        migrationsList: [AddsGates, { name: 'Adds-Motto.ts', class: AddsMotto }],
        silent: true,
        snapshot: false,
      },
    });
    const zoo = new (schemaClass(code))(orm);
    const before = await stateOf(database);
    const refused = { code: 'TARGET_INVALID', target: 3, message: expect.stringMatching(pending) as unknown };
    await expect(zoo.adopt(3)).rejects.toMatchObject(refused);
    await expect(zoo.upgrade({ adopt: 3 })).rejects.toMatchObject(refused);
    expect(await stateOf(database)).toEqual(before);

    const migrator = orm.config.getExtension<Migrator>('@mikro-orm/migrator') as Migrator;
    await migrator.up({ migrations: ['AddsGates'] });
    const halfWay = await stateOf(database);
    await expect(zoo.adopt(3)).rejects.toThrow(/has not run Adds-Motto here/);
    expect(await stateOf(database)).toEqual(halfWay);

    await migrator.up();
    expect(await zoo.adopt(3)).toMatchObject({ outcome: 'adopted', to: 3 });
  });

  test('its files are found, its folder is not made', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    const folder = mkdtempSync(join(tmpdir(), 'dejavu-migrations-'));
    try {
      const path = join(folder, 'migrations');
      const zooOn = async () => {
        const orm = await database.orm(zooV1(), { extensions: [Migrator], migrations: { path } });
        return new (schemaClass(code))(orm);
      };
      mkdirSync(path);
      for (const day of [1, 2, 3, 4, 5, 6]) writeFileSync(join(path, `Migration2026010${day}.js`), '');
      writeFileSync(join(path, 'Migration20260101.d.ts'), '');
      const before = await stateOf(database);
      await expect((await zooOn()).adopt(3)).rejects.toThrow(
        'not run Migration20260101, Migration20260102, Migration20260103, Migration20260104, Migration20260105 and 1 more here',
      );
      expect(await stateOf(database)).toEqual(before);

      rmSync(path, { recursive: true });
      expect(await (await zooOn()).adopt(3)).toMatchObject({ outcome: 'adopted' });
      expect(existsSync(path)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('its files are found the way it was done before MikroORM 7.2', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    const folder = mkdtempSync(join(tmpdir(), 'dejavu-migrations-'));
    try {
      writeFileSync(join(folder, 'Migration20260101.js'), '');
      const orm = await database.orm(zooV1(), { extensions: [Migrator], migrations: { path: folder } });
      Reflect.set(orm.config.getExtension<object>('@mikro-orm/migrator') as object, 'resolvePaths', undefined);
      await expect(new (schemaClass(code))(orm).adopt(3)).rejects.toThrow('not run Migration20260101 here');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('an ORM without it has nobody to ask, whatever it left', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    await database.execute('create table mikro_orm_migrations (id integer, name text, executed_at text)');
    const before = (await stateOf(database)).rows['mikro_orm_migrations'];
    // init() registers it wherever the package is installed
    const options = { ...database.options, migrations: { migrationsList: [AddsGates] } };
    const orm = new MikroORM({ ...options, entities: Object.values(zooV1()) } as Options);
    try {
      expect(await new (schemaClass(code))(orm).adopt(3)).toMatchObject({ outcome: 'adopted' });
    } finally {
      if (database.dialect === 'postgresql') await orm.close();
    }
    expect((await stateOf(database)).rows['mikro_orm_migrations']).toEqual(before);
  });
});

test("the Migrator's table may stand in a namespace of its own", async () => {
  await using database = await postgresql.create({ pool: 1 });
  await arrange(database);
  const orm = await database.orm(zooV1(), {
    extensions: [Migrator],
    migrations: { migrationsList: [AddsGates], tableName: 'tools.history', silent: true, snapshot: false },
  });
  const zoo = new (schemaClass(code))(orm);
  await expect(zoo.adopt(3)).rejects.toThrow(pending);
  await orm.config.getExtension<Migrator>('@mikro-orm/migrator')?.up();
  expect(await database.execute('select name from tools.history')).toEqual([{ name: 'AddsGates' }]);
  expect(await zoo.adopt(3)).toMatchObject({ outcome: 'adopted' });
});
