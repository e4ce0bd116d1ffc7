import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MikroORM, NodeSqliteDialect, SqliteDriver } from '@mikro-orm/sql';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely';
import { chooseOld } from '../../../lib/dump/backups/kept-backups.ts';
import type { Step } from '../../../lib/index.ts';
import { nodeSqlite, sqliteFile, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { schemaClass, type Members } from '../../support/schemas.ts';

const sql = (text: string) => async (step: Step) => void (await step.execute(text));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dejavu-backup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function notes(database: TestDatabase, latest: number, members: Members = {}) {
  const Notes = schemaClass({ latest, ...members });
  return new Notes(await database.orm([]));
}

async function populated(database: TestDatabase): Promise<void> {
  await (await notes(database, 1)).upgrade();
  await database.execute('create table note (id integer primary key, body text)');
  await database.execute(`insert into note values (1, 'as it was')`);
}

const next: Members = {
  upgradeTo_2: sql(`update note set body = 'changed'`),
  upgradeTo_3: sql(`insert into note values (2, 'new')`),
};
const broken: Members = { ...next, upgradeTo_3: sql('drop table nowhere') };

function saved(file: string) {
  const database = new Database(file, { readonly: true });
  try {
    const row = database.prepare('select version, stage, host as holder from deployed_version').get() as object;
    return { ...row, notes: database.prepare('select id, body from note').all() };
  } finally {
    database.close();
  }
}

for (const kind of [sqliteFile, sqliteMemory, nodeSqlite]) {
  describe(`a backup on ${kind.name}`, () => {
    for (const transaction of ['plan', 'step'] as const) {
      test(`is what the first step finds, by ${transaction}, and is named in the report`, async () => {
        await using database = await kind.create({ wal: kind !== sqliteMemory && transaction === 'step' });
        await populated(database);
        const file = join(folder, `${kind.name}-${transaction}.db`);
        const report = await (await notes(database, 3, next)).upgrade({ backup: file, transaction });
        expect(report).toMatchObject({ from: 1, to: 3, backup: file });
        expect(saved(file)).toEqual({ version: 1, stage: null, holder: null, notes: [{ id: 1, body: 'as it was' }] });
      });
    }

    test('is named in the error of a step that failed', async () => {
      await using database = await kind.create();
      await populated(database);
      const file = join(folder, `${kind.name}-failed.db`);
      const upgrade = (await notes(database, 3, broken)).upgrade({ backup: file });
      await expect(upgrade).rejects.toMatchObject({
        code: 'STEP_FAILED',
        backup: file,
        deployed: 1,
        message: expect.stringContaining(`The backup from before is ${file}.`),
      });
      expect(saved(file)).toEqual({ version: 1, stage: null, holder: null, notes: [{ id: 1, body: 'as it was' }] });
      expect(await database.execute('select body from note')).toEqual([{ body: 'as it was' }]);
    });

    test('that is there already is not overwritten, and nothing is done', async () => {
      await using database = await kind.create();
      await populated(database);
      const file = join(folder, `${kind.name}-there.db`);
      writeFileSync(file, 'precious');
      await expect((await notes(database, 3, next)).upgrade({ backup: file })).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        target: file,
      });
      expect(readFileSync(file, 'utf8')).toBe('precious');
      expect(await database.execute('select body from note')).toEqual([{ body: 'as it was' }]);
    });

    test('is not made when there is nothing to do', async () => {
      await using database = await kind.create();
      await populated(database);
      const file = join(folder, `${kind.name}-level.db`);
      expect(await (await notes(database, 1)).upgrade({ backup: file })).not.toHaveProperty('backup');
      expect(existsSync(file)).toBe(false);
    });
  });
}

test.each([0o600, 0o640, 0o644])('a backup may be read by those who may read the database: %o', async mode => {
  await using database = await sqliteFile.create();
  await populated(database);
  chmodSync(database.address ?? '', mode);
  const file = join(folder, `mode-${mode}.db`);
  await (await notes(database, 3, next)).upgrade({ backup: file });
  expect(statSync(file).mode & 0o777).toBe(mode);
});

test('a backup into a folder that does not exist is refused, and nothing is done', async () => {
  await using database = await sqliteFile.create();
  await populated(database);
  const file = join(folder, 'nowhere', 'notes.db');
  await expect((await notes(database, 3, next)).upgrade({ backup: file })).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    target: file,
    message: expect.stringMatching(/cannot be written: .*no such file or directory.*\. Create its folder/),
  });
  expect(await database.execute('select body from note')).toEqual([{ body: 'as it was' }]);
});

test('a process that is late waits for the one that makes the backup, and makes none', async () => {
  await using database = await sqliteFile.create();
  await populated(database);
  const file = join(folder, 'late.db');
  const goOn = Promise.withResolvers<void>();
  const working = Promise.withResolvers<void>();
  const first = (
    await notes(database, 2, {
      async upgradeTo_2() {
        working.resolve();
        await goOn.promise;
      },
    })
  ).upgrade({ backup: file });
  await working.promise;
  const late = (await notes(database, 2, { upgradeTo_2: sql('select 1') })).upgrade({
    backup: file,
    onProgress: ({ type }) => void (type === 'waiting' && goOn.resolve()),
  });
  expect(await first).toMatchObject({ outcome: 'upgraded', backup: file });
  expect(await late).toMatchObject({ outcome: 'level' });
  expect(await late).not.toHaveProperty('backup');
});

describe.each([sqliteFile, nodeSqlite])('backups that are kept, on $name', kind => {
  test('are numbered and compared; the oldest go, and those of others stay', async () => {
    await using database = await kind.create();
    await using another = await kind.create();
    await populated(database);
    await populated(another);
    chmodSync(database.address ?? '', 0o600);
    const backups = join(folder, `kept-${kind.name}`);
    mkdirSync(backups);
    writeFileSync(join(backups, 'zoo.txt'), 'mine');
    const upgrade = async (latest: number, on = database) => {
      const members = { ...next, upgradeTo_4: sql('select 1'), upgradeTo_5: sql('select 1') };
      const { backup = '' } = await (
        await notes(on, 5, members)
      ).upgrade(latest, {
        backup: { folder: backups, keep: 2 },
      });
      return backup;
    };
    const other = await upgrade(2, another);
    const made: string[] = [];
    for (const latest of [2, 3, 4, 5]) made.push(await upgrade(latest));
    expect(made.map(path => basename(path).slice(-8))).toEqual(['-0001-v1', '-0002-v2', '-0003-v3', '-0004-v4']);
    const left = [...made.slice(-2), other].map(path => basename(path));
    expect(readdirSync(backups).toSorted()).toEqual([...left, 'zoo.txt'].toSorted());
    const newest = made.at(-1) ?? '';
    const about = JSON.parse(readFileSync(join(newest, 'backup.json'), 'utf8')) as Record<string, unknown>;
    const file = join(newest, String(about['file']));
    const bytes = readFileSync(file);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(about).toMatchObject({ guid: 'zoo', version: 4, bytes: bytes.length, sha256 });
    expect(statSync(newest).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(saved(file)).toMatchObject({ version: 4, holder: null, stage: null });
  });

  test('of an attempt that failed do not push out those of versions before', async () => {
    await using database = await kind.create();
    await populated(database);
    const backups = join(folder, `failing-${kind.name}`);
    const backup = { folder: backups, keep: 2 };
    await (await notes(database, 3, next)).upgrade(2, { backup });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect((await notes(database, 3, broken)).upgrade({ backup })).rejects.toMatchObject({
        code: 'STEP_FAILED',
      });
    expect(readdirSync(backups).map(name => name.slice(-8))).toEqual(['-0001-v1', '-0004-v2']);
  });
});

test('the oldest backups go first, but those of the same version before them', () => {
  const chosen = (versions: string, keep: number) => {
    const all = versions.split('').map((version, index) => ({ version: Number(version), name: `${version}#${index}` }));
    return chooseOld(all, keep).map(({ name }) => name);
  };
  expect(chosen('', 1)).toEqual([]);
  expect(chosen('321', 3)).toEqual([]);
  expect(chosen('4321', 3)).toEqual(['1#3']);
  expect(chosen('4321', 1)).toEqual(['1#3', '2#2', '3#1']);
  expect(chosen('44321', 3)).toEqual(['4#1', '1#4']);
  expect(chosen('44421', 3)).toEqual(['4#2', '4#1']);
  expect(chosen('444', 1)).toEqual(['4#2', '4#1']);
});

test.each([
  [{ backup: '' }, 'backup is ""'],
  [{ backup: {} }, 'backup is {}'],
  [{ backup: { folder: 'x', keep: 0 } }, 'backup.keep is 0'],
  [{ backup: { folder: 'x', keep: 1.5 } }, 'backup.keep is 1.5'],
])('%j is refused', async (options, message) => {
  await using database = await sqliteMemory.create();
  await expect((await notes(database, 1)).upgrade(options as never)).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringContaining(message),
  });
});

/** node:sqlite as Kysely wants it. */
function nodeClient(native: DatabaseSync): SqliteDatabase {
  return {
    prepare(text) {
      const statement = native.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: parameters => statement.all(...(parameters as SQLInputValue[])),
        run: parameters => statement.run(...(parameters as SQLInputValue[])),
        iterate: parameters => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
    close: () => native.close(),
  };
}

describe('a backup that cannot be read through a second connection is refused, and nothing is done', () => {
  const one = (native: DatabaseSync) => new SqliteDialect({ database: nodeClient(native) });
  const cells: readonly (readonly [string, (file: string) => object, string])[] = [
    ['a dialect on one connection', file => one(new DatabaseSync(file)), 'has one connection only'],
    [
      'a Kysely of the application',
      file => new Kysely({ dialect: one(new DatabaseSync(file)) }),
      'has one connection only',
    ],
    ['a database in memory', () => new NodeSqliteDialect(':memory:'), 'cannot copy a database in memory'],
  ];
  test.each(cells)('%s', async (_, driverOptionsFor, reason) => {
    const source = join(folder, `refused-${randomUUID()}.db`);
    const driverOptions = driverOptionsFor(source);
    const dbName = existsSync(source) ? source : ':memory:';
    const options = { driver: SqliteDriver, dbName, driverOptions, discovery: { warnWhenNoEntities: false } };
    const orm = await MikroORM.init({ ...options, entities: [] });
    const Notes = schemaClass({
      latest: 2,
      onInstall: sql('create table note (body text)'),
      upgradeTo_2: sql(`insert into note values ('new')`),
    });
    await new Notes(orm).upgrade();
    await orm.em.execute('update deployed_version set version = 1, compatible = 1');
    await orm.em.execute('delete from deployed_version_log');
    const file = `${source}.backup`;
    await expect(new Notes(orm).upgrade({ backup: file })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      target: file,
      message: expect.stringContaining(reason),
    });
    expect(existsSync(file)).toBe(false);
    // The connection is the application's own, and it goes on with it.
    expect(await orm.em.execute('select count(*) as notes from note')).toEqual([{ notes: 0 }]);
    expect(await new Notes(orm).upgrade()).toMatchObject({ outcome: 'upgraded', to: 2 });
    await orm.close();
  });
});
