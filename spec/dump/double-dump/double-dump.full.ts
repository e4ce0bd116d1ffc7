import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { doubleDump, dump } from '../../../lib/dump/index.ts';
import { postgresql, sqliteFile, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { scratchFolders } from '../../support/scratch-folders.ts';
import { stateOf } from '../../support/state.ts';
import { everyType, newFolder, schemaOn, type Modules } from '../releases.ts';

const worker = join(import.meta.dirname, '..', '..', 'support', 'workers', 'double-dump.ts');

/** Animals who eat each other and have keepers; later they have legs, and then wings. */
function zoo(more: object = {}) {
  const Keeper = defineEntity({ name: 'Keeper', properties: { code: p.string().primary() } });
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      eats: () => p.manyToOne(Animal).nullable(),
      keepers: () => p.manyToMany(Keeper),
      ...more,
    },
  });
  return { Animal, Keeper };
}

const legs = { legs: p.integer().default(4) };
const releases: Modules = [zoo(), zoo(legs), zoo({ ...legs, wings: p.integer().nullable() })];
// oxlint-disable-next-line typescript/no-explicit-any -- steps as a spec writes them
const steps: Record<string, (step: any) => Promise<unknown>> = {
  upgradeTo_2: step => step.addProperty(step.after.Animal, 'legs', { fill: 4 }),
  async upgradeTo_3(step) {
    await step.addProperty(step.after.Animal, 'wings', { fill: null });
    // The entities of the application work in a scratch database too.
    // oxlint-disable-next-line typescript/no-explicit-any -- whichever entity it is
    const all: any[] = [...step.em.getMetadata().getAll().values()];
    const live = all.find(({ className }) => className === 'Animal');
    const [leo] = await step.em.find(live.class, { name: 'Leo' });
    leo.wings = 2;
    await step.em.flush();
  },
};

/** Scratch folders and databases that no process uses. Those of another suite that runs now are in use. */
async function leftovers(database: TestDatabase): Promise<string[]> {
  const sql = `select datname as name from pg_database d where datname like 'dejavu\\_scratch%'
    and not exists (select from pg_stat_activity a where a.datname = d.datname)`;
  const rows = database.dialect === 'sqlite' ? [] : await database.execute<{ name: string }>(sql);
  const folders = scratchFolders();
  return [...folders, ...rows.map(({ name }) => name)];
}

describe.each([sqliteFile, sqliteMemory, postgresql])('doubleDump() on $name', kind => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await kind.create();
    await (await schemaOn(database, releases.slice(0, 1))).upgrade();
    await database.execute(`insert into keeper (code) values ('b'), ('B'), ('é')`);
    await database.execute(
      `insert into animal (id, name, eats_id) values (1, 'Leo', null), (7, E'Zoë', 1)`.replace(
        /E'/,
        kind.dialect === 'sqlite' ? `'` : `E'`,
      ),
    );
    await database.execute(`insert into animal_keepers (animal_id, keeper_code) values (1, 'é'), (7, 'b')`);
  });
  afterAll(() => database.drop());

  /** Nothing is left behind, and the database is as it was. */
  const untouched = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = await stateOf(database);
    const result = await work();
    expect(await stateOf(database)).toEqual(before);
    expect(await leftovers(database)).toEqual([]);
    return result;
  };

  test('restored and dumped again, and led to latest in two ways, the dumps are equal', async () => {
    const schema = await schemaOn(database, releases, steps);
    const began: unknown[] = [];
    const report = await untouched(() =>
      doubleDump(schema, { onProgress: ({ check, version }) => began.push([check, version]) }),
    );
    expect(report).toMatchObject({ guid: 'zoo', isEqual: true, dumps: [{ folder: undefined, version: 1, rows: 7 }] });
    expect(report.checks.map(({ check, version, differences }) => [check, version, differences.length])).toEqual([
      ['again', 1, 0],
      ['steps', 2, 0],
      ['steps', 3, 0],
      ['storage after steps', 3, 0],
      ['in place', 1, 0],
      ['storage', 1, 0],
      ['in place', 2, 0],
      ['storage', 2, 0],
      ['new storage', 3, 0],
    ]);
    // Each is named once.
    expect(new Set(report.checks.map(({ check, version }) => `${check} ${version}`)).size).toBe(report.checks.length);
    expect(began).toEqual([['dump', undefined], ...report.checks.map(({ check, version }) => [check, version])]);
  });

  test('a step that gives other rows each time is found, with file and line', async () => {
    let next = 0;
    // oxlint-disable-next-line typescript/no-explicit-any -- a step as a spec writes it
    const upgradeTo_2 = async (step: any) => {
      await step.addProperty(step.after.Animal, 'legs', { fill: 4 });
      await step.execute(`update animal set legs = ${(next += 1)} where id = 7`);
    };
    const schema = await schemaOn(database, releases.slice(0, 2), { upgradeTo_2 });
    const report = await untouched(() => doubleDump(schema));
    expect(report.isEqual).toBe(false);
    expect(report.checks.filter(({ differences }) => differences.length > 0)).toEqual([
      {
        check: 'in place',
        dump: undefined,
        version: 1,
        differences: [
          { kind: 'dump', file: 'tables/animal.jsonl', line: 3, first: '[7,"Zoë",1,1]', second: '[7,"Zoë",1,2]' },
        ],
      },
    ]);
  });

  test('a step that fails is a difference, and the test goes on', async () => {
    const upgradeTo_2 = async () => Promise.reject(new Error('no legs'));
    const report = await untouched(async () =>
      doubleDump(await schemaOn(database, releases.slice(0, 2), { upgradeTo_2 })),
    );
    expect(report).toMatchObject({ isEqual: false });
    expect(report.checks).toMatchObject([
      { check: 'again', differences: [] },
      { check: 'steps', version: 2, differences: [{ kind: 'error', error: { code: 'STEP_FAILED' } }] },
    ]);
  });

  test('old dumps that are kept go through it, whatever the database has', async () => {
    const kept = newFolder();
    mkdirSync(kept);
    const one = await schemaOn(database, releases.slice(0, 1));
    const except = {
      Keeper: { reason: 'personal data', references: 'null' },
      animal_keepers: 'personal data',
    } as const;
    await dump(one, join(kept, '1'), { except });
    await using empty = await kind.create();
    const schema = await schemaOn(empty, releases, steps);
    const report = await doubleDump(schema, { dumps: kept });
    expect(report).toMatchObject({ isEqual: true, dumps: [{ folder: join(kept, '1'), version: 1, rows: 2 }] });
    expect(report.checks).toHaveLength(9);
    await expect(doubleDump(schema, { dumps: newFolder() })).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    appendFileSync(join(kept, '1', 'tables', 'animal.jsonl'), '[8]\n');
    expect(await doubleDump(schema, { dumps: kept })).toMatchObject({
      isEqual: false,
      checks: [{ check: 'again', differences: [{ kind: 'error', error: { code: 'DUMP_INVALID' } }] }],
    });
  });
});

test.each([
  { ...sqliteFile, left: 1 },
  { ...postgresql, left: 2 },
])('what a killed test leaves on $name, the next one removes', async ({ left, ...kind }) => {
  await using database = await kind.create();
  const killed = spawnSync(process.execPath, [worker, database.address ?? ''], { encoding: 'utf8' });
  expect(killed).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  expect(await leftovers(database)).toHaveLength(left);
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  expect(await doubleDump(await schemaOn(database, [{ Animal }]))).toMatchObject({ isEqual: true });
  expect(await leftovers(database)).toEqual([]);
});

describe('doubleDump() across dialects', () => {
  test('is equal where both have room for every value, and says where one has not', async () => {
    await using lite = await sqliteFile.create();
    await using server = await postgresql.create();
    const schema = await schemaOn(lite, [everyType()]);
    await schema.upgrade();
    await lite.execute(
      `insert into thing (id, big, double, at, json) values (1, 9007199254740993, 0.1, 1509239766123, '{"a":1}')`,
    );
    const across = await schemaOn(server, [everyType()]);
    const report = await doubleDump(schema, { across });
    expect(report.checks.map(({ check, differences }) => [check, differences])).toEqual([
      ['again', []],
      ['storage', []],
      ['new storage', []],
      ['across', []],
    ]);
    await lite.execute(`insert into thing (id, word) values (2, 'a' || char(0))`);
    expect(await doubleDump(schema, { across })).toMatchObject({
      isEqual: false,
      checks: [
        {},
        {},
        {},
        {
          check: 'across',
          differences: [{ kind: 'error', error: { misfits: [{ table: 'thing', column: 'word', key: '2', rows: 1 }] } }],
        },
      ],
    });
    expect(await server.execute(`select 1 from pg_tables where tablename = 'thing'`)).toEqual([]);
  });
});
