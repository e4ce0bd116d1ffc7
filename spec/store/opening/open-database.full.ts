import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { MikroORM, NodeSqliteDialect, SqliteDriver as PlainSqliteDriver, type Options } from '@mikro-orm/sql';
import { dump } from '../../../lib/dump/index.ts';
import { isSchemaError } from '../../../lib/errors.ts';
import type { Schema } from '../../../lib/index.ts';
import { fingerprint } from '../../../lib/models/fingerprint.ts';
import { describeModule } from '../../../lib/models/frozen-models.ts';
import { plan } from '../../../lib/plan/index.ts';
import { repair, verify } from '../../../lib/verify/index.ts';
import { postgresql, type OrmOptions, type TestDatabase } from '../../support/databases.ts';
import { firstEntities, firstVersion, makeApplication, type Application } from '../../support/cli/application.ts';
import { sqliteOptions } from '../../support/drivers.ts';
import { schemaClass, type SchemaClass } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

/** What may not install. */
const CALLS: Readonly<Record<string, (zoo: Schema) => Promise<unknown>>> = {
  'upgrade({ install: false })': zoo => zoo.upgrade({ install: false }),
  'upgrade({ install: false, adopt: 1 })': zoo => zoo.upgrade({ install: false, adopt: 1 }),
  "upgrade({ install: false, adopt: 'find' })": zoo => zoo.upgrade({ install: false, adopt: 'find' }),
  'assertStorage({ install: false })': zoo => zoo.assertStorage({ install: false }),
  'adopt(1)': zoo => zoo.adopt(1),
  'adopt()': zoo => zoo.adopt(),
  'downgrade(0)': zoo => zoo.downgrade(0),
  'allow(1)': zoo => zoo.allow(1, { reason: 'it is safe' }),
  'status()': zoo => zoo.status(),
  'deployed()': zoo => zoo.deployed(),
  'versioned()': zoo => zoo.versioned(),
  'assertVersion()': zoo => zoo.assertVersion(),
  'waitForVersion()': zoo => zoo.waitForVersion({ waitMs: 0 }),
  'verify()': zoo => verify(zoo),
  'verify({ version: 1 })': zoo => verify(zoo, { version: 1 }),
  'repair()': zoo => repair(zoo),
  'repair({ dryRun: true })': zoo => repair(zoo, { dryRun: true }),
  'plan()': zoo => plan(zoo),
  'plan(live)': zoo => plan(zoo, undefined, { live: true }),
  'dump()': zoo => dump(zoo, join(tmpdir(), 'dejavu-never-written')),
};

/** The commands that may not install. */
const COMMANDS: readonly (readonly string[])[] = [
  ['upgrade', '--no-install'],
  ['upgrade', '--no-install', '--adopt', '1'],
  ['status'],
  ['check'],
  ['adopt'],
  ['adopt', '1'],
  ['downgrade', '0'],
  ['plan'],
  ['plan', '--live'],
  ['repair'],
  ['repair', '--dry-run'],
  ['fixture', '--entities', 'Animal'],
  ['dump', join(tmpdir(), 'dejavu-never-written')],
];

/** A place where no database is. */
interface Nowhere extends AsyncDisposable {
  readonly options: OrmOptions;
  /** As `ZOO_DATABASE` of a project. */
  readonly address: string;
  /** Lists what is there by now. */
  found(): Promise<readonly string[]>;
}

function nowhereInFolder(optionsOf: (path: string) => OrmOptions): Nowhere {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-nowhere-'));
  const address = join(folder, 'zoo.db');
  return {
    options: optionsOf(address),
    address,
    found: async () => readdirSync(folder),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function nowhereOnServer(database: TestDatabase): Nowhere {
  const url = new URL(database.address ?? '');
  const name = `${url.pathname.slice(1)}_gone`;
  url.pathname = `/${name}`;
  return {
    options: { driver: PostgreSqlDriver, clientUrl: url.href },
    address: url.href,
    found: async () => {
      const rows = await database.execute<{ datname: string }>('select datname from pg_database where datname = $1', [
        name,
      ]);
      return rows.map(({ datname }) => datname);
    },
    [Symbol.asyncDispose]: async () => void (await database.execute(`drop database if exists "${name}" with (force)`)),
  };
}

function open(options: OrmOptions): Promise<MikroORM> {
  const entities: NonNullable<Options['entities']> = Object.values(zooV1());
  return MikroORM.init({ ...options, entities });
}

let server: TestDatabase;
let Zoo: SchemaClass;
beforeAll(async () => {
  server = await postgresql.create();
  const print = fingerprint(describeModule(await server.orm([]), zooV1(), { name: 'a version' }));
  Zoo = schemaClass({ versions: { 1: { fingerprint: print, load: async () => zooV1() } } });
});
afterAll(() => server.drop());

const SQLITE = await sqliteOptions('better-sqlite3', 'replaced');

const PLACES: Readonly<Record<string, { readonly of: () => Nowhere; readonly made: RegExp }>> = {
  'better-sqlite3': { of: () => nowhereInFolder(dbName => ({ ...SQLITE, dbName })), made: /^zoo\.db$/ },
  'node:sqlite': {
    of: () =>
      nowhereInFolder(dbName => ({
        driver: PlainSqliteDriver,
        dbName,
        driverOptions: new NodeSqliteDialect(dbName),
      })),
    made: /^zoo\.db$/,
  },
  pg: { of: () => nowhereOnServer(server), made: /_gone$/ },
  PGlite: { of: () => nowhereInFolder(dbName => ({ driver: PgliteDriver, dbName })), made: /^zoo\.db$/ },
};

describe.each(Object.keys(PLACES))('where no database is, by %s,', name => {
  const { of, made } = PLACES[name] as (typeof PLACES)[string];
  let nowhere: Nowhere;
  let orm: MikroORM;

  beforeEach(async () => {
    nowhere = of();
    orm = await open(nowhere.options);
  });
  afterEach(async () => {
    await orm.close(true);
    await nowhere[Symbol.asyncDispose]();
  });

  test.each(Object.keys(CALLS))('%s creates nothing', async call => {
    const refusal = await CALLS[call]?.(new Zoo(orm)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal === undefined || isSchemaError(refusal)).toBe(true);
    expect(await nowhere.found()).toEqual([]);
  });

  test('upgrade() installs, also after another call found nothing', async () => {
    const zoo = new Zoo(orm);
    await zoo.status().catch(() => {});
    expect(await nowhere.found()).toEqual([]);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
    expect(await nowhere.found()).toEqual([expect.stringMatching(made)]);
    expect(await zoo.status()).toMatchObject({ standing: 'level' });
  });
});

describe('a dialect of the application that opens another file than dbName', () => {
  test.each([
    ['zoo', 'zoo.db'],
    ['zoo', ':memory:'],
  ])('dbName %s, and the dialect opens %s', async (dbName, opened) => {
    await using nowhere = nowhereInFolder(path => ({ dbName: path }));
    const folder = dirname(nowhere.address);
    const at = (name: string) => (name === ':memory:' ? name : join(folder, name));
    const orm = await open({
      driver: PlainSqliteDriver,
      dbName: at(dbName),
      driverOptions: new NodeSqliteDialect(at(opened)),
    });
    try {
      const zoo = new Zoo(orm);
      expect(await zoo.status()).toMatchObject({ standing: 'missing' });
      // The second call is on an ORM that is connected by then
      for (const call of [() => zoo.upgrade(), () => zoo.assertStorage(), () => zoo.upgrade()]) {
        await expect(call()).rejects.toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
          message: `zoo: dbName of the ORM is '${at(dbName)}', and no such file exists: the Kysely dialect in driverOptions opens '${at(opened)}'. Set dbName: '${at(opened)}'.`,
        });
      }
      expect(await orm.em.execute('select name from sqlite_master')).toEqual([]);
    } finally {
      await orm.close(true);
    }
  });
});

const CONFIG_NODE_SQLITE = `
import { NodeSqliteDialect, SqliteDriver } from '@mikro-orm/sql';
import * as entities from './entities.ts';

const dbName = process.env['ZOO_DATABASE'];
export default {
  driver: SqliteDriver,
  dbName,
  driverOptions: new NodeSqliteDialect(dbName),
  entities: Object.values(entities),
  schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] },
};
`;

describe.each(['better-sqlite3', 'node:sqlite', 'pg'])('where no database is, by %s, the command', name => {
  const { of } = PLACES[name] as (typeof PLACES)[string];
  let application: Application;
  let nowhere: Nowhere;

  beforeAll(() => {
    nowhere = of();
    application = makeApplication(firstEntities, {
      ...firstVersion,
      ...(name === 'node:sqlite' && { 'mikro-orm.config.ts': CONFIG_NODE_SQLITE }),
    });
  });
  afterAll(async () => {
    application[Symbol.dispose]();
    await nowhere[Symbol.asyncDispose]();
  });

  test.each(COMMANDS.map(args => [args.join(' '), args] as const))('%s creates nothing', async (_, args) => {
    const ran = await application.dejavu(args, { ZOO_DATABASE: nowhere.address });
    // It came as far as the database, which is not there
    expect(`${ran.stdout}${ran.stderr}`).toMatch(/zoo/);
    expect(ran.code).not.toBe(70);
    expect(await nowhere.found()).toEqual([]);
  });
});
