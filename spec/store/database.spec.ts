import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import { databaseOf } from '../../lib/store/database.ts';
import type { Schema } from '../../lib/index.ts';
import {
  databases,
  openOrm,
  postgresql,
  sqliteFile,
  sqliteMemory,
  type OrmOptions,
  type TestDatabase,
} from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

const reads: Readonly<Record<string, (zoo: Schema) => Promise<unknown>>> = {
  'assertVersion()': zoo => zoo.assertVersion(),
  'deployed()': zoo => zoo.deployed(),
  'versioned()': zoo => zoo.versioned(),
  'status()': zoo => zoo.status(),
  'waitForVersion()': zoo => zoo.waitForVersion({ waitMs: 0 }),
};

const writes: Readonly<Record<string, (zoo: Schema) => Promise<unknown>>> = {
  'upgrade()': zoo => zoo.upgrade(),
  'downgrade()': zoo => zoo.downgrade(0),
  'assertStorage()': zoo => zoo.assertStorage(),
  'adopt()': zoo => zoo.adopt(1),
  'allow()': zoo => zoo.allow(1, { reason: 'it is safe' }),
};

/** What may create a database, since it would install one that is empty. */
const installs = new Set(['upgrade()', 'assertStorage()']);

/** What never installs, and so creates nothing. */
const others: Readonly<Record<string, (zoo: Schema) => Promise<unknown>>> = {
  ...Object.fromEntries(Object.entries(writes).filter(([name]) => !installs.has(name))),
  'upgrade({ install: false })': zoo => zoo.upgrade({ install: false }),
  'assertStorage({ install: false })': zoo => zoo.assertStorage({ install: false }),
  'upgrade(0)': zoo => zoo.upgrade(0),
};

const Zoo = schemaClass();

/** Opens the database at this address as another process would, and closes it again. */
async function on(address: string, work: (zoo: Schema, orm: MikroORM) => Promise<void>, more: OrmOptions = {}) {
  const orm = await openOrm(address, zooV1(), more);
  try {
    await work(new Zoo(orm), orm);
  } finally {
    await orm.close(true);
  }
}

/** Leads to a database that is not there; `gone` tells whether it still is not. */
function nowhere(database: TestDatabase) {
  const url = new URL(database.address ?? '');
  const name = `${url.pathname.slice(1)}_gone`;
  url.pathname = `/${name}`;
  const gone = async () =>
    (await database.execute('select 1 from pg_database where datname = $1', [name])).length === 0;
  const remove = () => database.execute(`drop database if exists ${name} with (force)`);
  return { url: url.href, name, gone, remove };
}

function place(orm: MikroORM, namespace?: string) {
  return databaseOf('zoo', orm, namespace).place;
}

describe.each(databases)('on $name an ORM that was closed', kind => {
  test('is told of by every method, and nothing is done', async () => {
    await using database = await kind.create();
    await new Zoo(await database.orm(zooV1())).upgrade();
    const before = await stateOf(database);
    const orm = await database.orm(zooV1());
    const zoo = new Zoo(orm);
    expect(await zoo.deployed()).toBe(1);
    await orm.close(true);
    for (const [name, call] of Object.entries({ ...reads, ...writes })) {
      await expect(call(zoo).then(() => name)).rejects.toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        guid: 'zoo',
        message: expect.stringMatching(/^zoo: the ORM of .* is closed\. Call this before `orm\.close\(\)`\.$/),
      });
    }
    expect(await stateOf(database)).toEqual(before);
  });
});

describe('a SQLite file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dejavu-sqlite-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('that is not there is not made by reading', async () => {
    const file = join(folder, 'zoo.db');
    for (const [name, call] of Object.entries(reads)) {
      await on(file, async zoo => {
        const missing = name.startsWith('assert') || name.startsWith('wait');
        const answer = await call(zoo).catch((error: unknown) => (error as { code: string }).code);
        const answers = {
          'deployed()': undefined,
          'versioned()': false,
          'status()': expect.objectContaining({ standing: 'missing' }),
        };
        expect(answer).toEqual(missing ? 'VERSION_MISSING' : answers[name as keyof typeof answers]);
        expect(existsSync(file)).toBe(false);
      });
    }
    await on(file, async zoo => {
      expect(await zoo.deployed()).toBeUndefined();
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
      expect(await zoo.deployed()).toBe(1);
    });
  });

  test.each(['zoo.db', 'file:zoo.db'])('that is not there is not made by what does not install: %s', async name => {
    const here = process.cwd();
    process.chdir(folder);
    try {
      for (const [method, call] of Object.entries({ ...reads, ...others })) {
        await on(name, async zoo => {
          await call(zoo).catch(() => {});
          expect([method, readdirSync(folder)]).toEqual([method, []]);
        });
      }
      await on(name, async zoo => expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' }));
      expect(readdirSync(folder)).toEqual([name]);
    } finally {
      process.chdir(here);
    }
  });

  test('in a folder that is not there cannot be made', async () => {
    const file = join(folder, 'nowhere', 'zoo.db');
    for (const [name, call] of Object.entries(writes).filter(([method]) => installs.has(method))) {
      await on(file, async zoo => {
        expect(await zoo.status()).toMatchObject({ standing: 'missing' });
        await expect(call(zoo).then(() => name)).rejects.toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
          guid: 'zoo',
          cause: expect.anything(),
          message:
            `zoo: ${file} cannot be reached: Cannot open database because the directory does not exist. ` +
            `Check that it exists, or may be created, and check the credentials.`,
        });
      });
    }
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  test('that is no database is told to be none, and left as it is', async () => {
    const file = join(folder, 'zoo.db');
    writeFileSync(file, 'Dear diary, today we went to the zoo. '.repeat(100));
    for (const [name, call] of Object.entries({ ...reads, ...writes })) {
      await on(file, async zoo => {
        await expect(call(zoo).then(() => name)).rejects.toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
          message: expect.stringContaining('file is not a database'),
        });
      });
    }
  });

  test('that may only be read answers what it is asked', async () => {
    const file = join(folder, 'zoo.db');
    await on(file, async zoo => void (await zoo.upgrade()));
    // root may write to any file, so that it takes the driver to refuse
    await on(
      file,
      async zoo => {
        await zoo.assertVersion();
        expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
        await expect(zoo.allow(0, { reason: 'it is safe' })).rejects.toMatchObject({
          code: 'PERMISSION_DENIED',
          cause: { code: 'SQLITE_READONLY' },
        });
      },
      { driverOptions: { readonly: true } },
    );
  });
});

describe('a database of PostgreSQL', () => {
  test('that is not there is not made by reading', async () => {
    await using database = await postgresql.create();
    const { url, name, gone } = nowhere(database);
    for (const [method, call] of Object.entries(reads)) {
      await on(url, async zoo => {
        await expect(call(zoo).then(() => method)).rejects.toMatchObject({
          code: 'DATABASE_UNAVAILABLE',
          guid: 'zoo',
          cause: { code: '3D000' },
          message: expect.stringMatching(
            new RegExp(
              `^zoo: the database "${name}" on 127.0.0.1:\\d+ cannot be reached: database "${name}" does not exist\\. ` +
                'Check its name\\. If it is new, `npx dejavu upgrade` creates it, unless `install` or `ensureDatabase` is false\\.$',
            ),
          ),
        });
      });
    }
    expect(await gone()).toBe(true);
  });

  test('that is not there is not made by what does not install', async () => {
    await using database = await postgresql.create();
    const { url, gone } = nowhere(database);
    for (const call of Object.values(others))
      await on(url, async zoo => expect(call(zoo)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' }));
    expect(await gone()).toBe(true);
  });

  test('that is not there is made by upgrade(), also after it was looked for', async () => {
    await using database = await postgresql.create();
    const { url, gone, remove } = nowhere(database);
    try {
      await on(url, async zoo => {
        await expect(zoo.status()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
        expect(await gone()).toBe(true);
        expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
        expect(await zoo.status()).toMatchObject({ standing: 'level' });
      });
    } finally {
      await remove();
    }
  });

  test('that is not there is not made where ensureDatabase is false', async () => {
    await using database = await postgresql.create();
    const { url, gone } = nowhere(database);
    for (const [method, call] of Object.entries(writes)) {
      await on(
        url,
        async zoo => expect(call(zoo).then(() => method)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' }),
        {
          ensureDatabase: false,
        },
      );
    }
    expect(await gone()).toBe(true);
  });

  test('that is not there cannot be made by a role that may not', async () => {
    await using database = await postgresql.create();
    await using role = await createRole(database);
    const { name, gone } = nowhere(database);
    const url = new URL(role.url);
    url.pathname = `/${name}`;
    for (const [method, call] of Object.entries(writes)) {
      await on(url.href, async zoo => {
        const refused = call(zoo).then(() => method);
        await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', guid: 'zoo' });
        await expect(refused).rejects.toThrow(
          installs.has(method)
            ? / cannot be reached: .*permission denied to create database.*\. Check that it exists, or may be created/
            : / cannot be reached: .*does not exist/,
        );
        await expect(zoo.status()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', cause: { code: '3D000' } });
        await expect(call(zoo)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      });
    }
    expect(await gone()).toBe(true);
  });

  test('that lets nobody in by this name, or that nobody serves, is told without the password', async () => {
    await using database = await postgresql.create();
    const stranger = new URL(database.address ?? '');
    stranger.username = 'nobody_knows_me';
    stranger.password = 'open-sesame';
    const deaf = new URL(stranger);
    deaf.port = '1';
    for (const url of [stranger, deaf]) {
      for (const call of [...Object.values(reads), ...Object.values(writes)]) {
        await on(url.href, async zoo => {
          const error = await call(zoo).catch((reason: unknown) => reason);
          expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
          expect((error as Error).message).toMatch(
            /cannot be reached: .*(authentication|nobody_knows_me|ECONNREFUSED)/,
          );
          expect((error as Error).message).not.toContain('open-sesame');
        });
      }
    }
  });
});

describe('what a database is called', () => {
  test('names it as a person would', async () => {
    await using memory = await sqliteMemory.create();
    await using file = await sqliteFile.create();
    expect(place(await memory.orm([]))).toBe(':memory:');
    expect(place(await file.orm([]))).toBe(file.address);
    expect(place(await file.orm([]), 'shop')).toBe(file.address);

    await using server = await postgresql.create();
    const url = new URL(server.address ?? '');
    const named = `the database "${url.pathname.slice(1)}" on ${url.host}`;
    expect(place(await server.orm([]))).toBe(named);
    expect(place(await server.orm([]), 'shop')).toBe(`${named}, namespace "shop"`);
    expect(place(await server.orm([], { schema: 'public' }))).toBe(named);
    expect(place(await server.orm([], { schema: 'shop' }))).toBe(`${named}, namespace "shop"`);
  });
});
