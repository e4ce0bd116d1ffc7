import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dump, restore } from '../../lib/dump/index.ts';
import type { Schema } from '../../lib/index.ts';
import { holdCommits, isGone } from '../support/commits.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { spawnWorker } from '../support/processes.ts';
import { stateOf, type State } from '../support/state.ts';
import type { Stage } from '../support/workers/dumper.ts';
import { filesOf, newFolder, schemaOn } from './releases.ts';
import { fill, steps, zooReleases } from './zoo-releases.ts';

const ROWS = 1001;
const ALL = ROWS + 6;
const READS = '^fetch|^copy \\(|group_concat';

const DUMP: readonly (Stage & { isWhole?: boolean })[] = [
  { name: 'the snapshot begins', sql: '^begin', when: 'after' },
  { name: 'rows are counted', sql: 'count\\(\\*\\)', when: 'after' },
  { name: 'the first rows were read', sql: READS, when: 'after' },
  { name: 'a table is half written', rows: 100 },
  { name: 'one table is written, and the next is not', rows: ROWS },
  { name: 'all rows are written', rows: ALL },
  { name: 'the manifest has another name', file: 'rename', when: 'before' },
  { name: 'the manifest is there', file: 'rename', when: 'after', isWhole: true },
];

/** At which version a killed restore leaves the database; nothing at all before its commit. */
const RESTORE: readonly (Stage & { at?: number; on?: string })[] = [
  { name: 'everything is checked', sql: '^(?:begin|start)', when: 'before' },
  { name: 'a table is created', sql: 'create table .*animal', when: 'after' },
  { name: 'some rows are loaded', rows: 500 },
  { name: 'all rows are loaded', rows: ALL },
  { name: 'an index is created', sql: 'create unique index|add constraint', when: 'after', afterRows: true },
  { name: 'rows are compared', sql: READS, when: 'after', afterRows: true },
  { name: 'it is to be committed', sql: '^commit', when: 'before', afterRows: true },
  { name: 'a file is being committed', on: 'sqlite', sql: '^commit', when: 'during', afterRows: true },
  { name: 'a server commits it', on: 'postgresql', sql: '^commit', when: 'during', afterRows: true, at: 1 },
  { name: 'it is committed', sql: '^commit', when: 'after', afterRows: true, at: 1 },
  { name: 'a step runs', sql: 'add column legs', when: 'after', at: 1 },
];

describe.each([sqliteFile, postgresql])('a process on $name that is killed', kind => {
  let source: TestDatabase;
  let target: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    [source, target] = [await kind.create(), await kind.create()];
    const schema = await schemaOn(source, zooReleases().slice(0, 1));
    await schema.upgrade();
    await fill(source, ROWS);
    await dump(schema, (folder = newFolder()));
  });
  afterAll(async () => {
    await source.drop();
    await target.drop();
  });

  const killed = async (args: { address: string; verb: string; place: string; stage: Stage; releases: number }) => {
    await using worker = spawnWorker('dumper.ts', { ...args });
    const { signal, stderr, lines } = await worker.finished;
    expect({ at: args.stage.name, signal, stderr, lines }).toEqual({
      at: args.stage.name,
      signal: 'SIGKILL',
      stderr: '',
      lines: [],
    });
  };

  test('in a dump leaves no dump that is taken for whole', async () => {
    const schema = await schemaOn(target, zooReleases().slice(0, 1));
    const before = await stateOf(source);
    const [kept, whole]: [string[], string[]] = [[], []];
    await inLanes(DUMP, async stage => {
      const place = newFolder();
      await killed({ address: source.address ?? '', verb: 'dump', place, stage, releases: 1 });
      (stage.isWhole ? whole : kept).push(place);
    });
    expect(whole.map(filesOf)).toEqual([filesOf(folder)]);
    for (const place of kept) {
      const message = expect.stringContaining(existsSync(place) ? 'is incomplete' : 'does not exist');
      const error = { code: 'DUMP_INVALID', file: 'manifest.json', message };
      await expect(restore(schema, place)).rejects.toMatchObject(error);
    }
    expect(kept.filter(existsSync)).toHaveLength(5);
    expect(await stateOf(source)).toEqual(before);
  }, 240_000);

  test('in a restore leaves the database empty until all of it is committed, and then at a whole version', async () => {
    const stages = RESTORE.filter(({ on }) => on === undefined || on === kind.dialect);
    await inLanes(stages, async stage => {
      await using database = await kind.create();
      const empty = await stateOf(database);
      await using commits = stage.when === 'during' ? await holdCommits(database) : undefined;
      await killed({ address: database.address ?? '', verb: 'restore', place: folder, stage, releases: 2 });
      await commits?.letGo();
      await isGone(database);
      const schema = await schemaOn(database, zooReleases(), steps);
      if (stage.at === undefined) await restoreAgain(schema, folder, { database, empty, name: stage.name });
      else await goOn(database, folder, { ...stage, at: stage.at });
      expect([stage.name, await schema.deployed()]).toEqual([stage.name, 2]);
      expect(await database.execute('select sum(legs) as legs from animal')).toMatchObject([
        { legs: kind.dialect === 'sqlite' ? 4 * ROWS : String(4 * ROWS) },
      ]);
    });
  }, 240_000);
});

/** Nothing is there, and nothing is in the way of another try. */
async function restoreAgain(
  schema: Schema,
  folder: string,
  { database, empty, name }: { readonly database: TestDatabase; readonly empty: State; readonly name: string },
): Promise<void> {
  expect([name, await stateOf(database)]).toEqual([name, empty]);
  await restore(schema, folder, { waitMs: 0 });
}

/** All rows are there, which another restore says, and the steps are still to come. */
async function goOn(database: TestDatabase, folder: string, { at, name }: Stage & { at: number }): Promise<void> {
  const [first, latest] = [zooReleases().slice(0, 1), zooReleases()];
  await expect(restore(await schemaOn(database, latest, steps), folder)).rejects.toMatchObject({
    code: 'RESTORE_REFUSED',
    message: expect.stringMatching(/has version 1 of 'zoo', restored at .*all of them are there: `npx dejavu upgrade`/),
  });
  const [again, schema] = [newFolder(), await schemaOn(database, first)];
  expect([name, await schema.deployed()]).toEqual([name, at]);
  await dump(schema, again);
  expect(filesOf(again)).toEqual(filesOf(folder));
  await (await schemaOn(database, latest, steps)).upgrade({ waitMs: 0 });
}

const AT_A_TIME = 3;

/** A process is mostly compiling: some at a time. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const lane = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}
