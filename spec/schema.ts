import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import type { Schema, Step, UpgradeOptions } from '../lib/index.ts';
import type { DatabaseKind, TestDatabase } from './support/databases.ts';
import { idleSteps, schemaClass, type SchemaClass } from './support/schemas.ts';
import { bytesOf, stateOf, tablesOf } from './support/state.ts';
import { zooV1 } from './support/zoo.ts';

const STORAGE = ['animal', 'exhibit', 'zoo'];
const BOOKKEEPING = ['deployed_version', 'deployed_version_log'];

/** The code that every row meets: it can start from version 1, and its third step leaves a zoo behind, as its second does. */
const Code = schemaClass({ latest: 3, upgradeTo_2: opens(2), upgradeTo_3: opens(3) });
const CodeWithVersions = schemaClass({ latest: 3, versions: fingerprints('ours'), ...idleSteps(2, 3) });

function opens(id: number) {
  return async (step: Step) => void (await step.execute(`insert into zoo (id, name) values (${id}, 'Zoo ${id}')`));
}

/** A boot compares two strings, and imports none of the versions. */
function fingerprints(branch: string) {
  return {
    2: { fingerprint: `1:${branch}2`, load: notNeeded },
    3: { fingerprint: `1:${branch}3`, load: notNeeded },
  };
}

async function notNeeded() {
  throw new Error('nobody needs this version');
}

/** Everything a cell is about. */
interface Cell {
  readonly zoo: Schema;
  readonly database: TestDatabase;
  readonly orm: MikroORM;
}

type Check = (cell: Cell, call: (options?: UpgradeOptions) => Promise<unknown>) => Promise<void>;

interface Row {
  readonly row: string;
  readonly arrange: (database: TestDatabase) => Promise<unknown>;
  readonly code?: SchemaClass;
  readonly upgrade: Check;
  readonly assertStorage: Check;
  readonly assertVersion: Check;
}

/** The call throws this, and neither the database nor the ORM has changed for it. */
function throws(error: object): Check {
  return async ({ database, orm, zoo }, call) => {
    const before = await everythingOf(database);
    await expect(call()).rejects.toMatchObject({ guid: 'zoo', ...error });
    expect(await everythingOf(database)).toEqual(before);
    expect(zoo.stage).toBeUndefined();
    expect(await orm.em.execute('select 1 as one')).toEqual([{ one: 1 }]);
  };
}

/** Both report an installation at `latest`, with its storage and without a step. */
const installs: Check = async (cell, call) => {
  expect(await call()).toMatchObject({ guid: 'zoo', outcome: 'installed' });
  expect(await tablesOf(cell.database)).toEqual(expect.arrayContaining([...STORAGE, ...BOOKKEEPING]));
  expect(await cell.zoo.deployed()).toBe(3);
  expect(await zoosOf(cell)).toEqual([]);
  expect(await logOf(cell)).toEqual([{ from_version: null, to_version: 3, how: 'install' }]);
};

/** The call reports this, and writes nothing. */
function leavesAlone(report?: object): Check {
  return async ({ database }, call) => {
    const before = await everythingOf(database);
    expect({ report: await call() }).toMatchObject({ report });
    expect(await everythingOf(database)).toEqual(before);
  };
}

const missing = throws({ code: 'VERSION_MISSING', latest: 3 });
const corrupt = throws({ code: 'VERSION_CORRUPT' });
const forked = (deployed: number) =>
  throws({
    code: 'VERSION_FORKED',
    deployed,
    latest: 3,
    deployedFingerprint: `1:theirs${deployed}`,
    fingerprint: `1:ours${deployed}`,
  });

const table: readonly Row[] = [
  {
    row: 'no row, no tables',
    arrange: async () => undefined,
    upgrade: installs,
    assertStorage: installs,
    assertVersion: missing,
  },
  {
    row: 'no row, tables of others',
    arrange: strangersMoveIn,
    upgrade: async (cell, call) => {
      await throws({
        code: 'VERSION_MISSING',
        ownTables: [],
        otherTables: ['Order Item', 'customer'],
      })(cell, call);
      await installs(cell, () => call({ install: true }));
      expect(await cell.database.execute('select * from customer')).toEqual([{ id: 1 }]);
    },
    assertStorage: installs,
    assertVersion: missing,
  },
  {
    row: 'no row, some of its own tables',
    arrange: database => database.execute('create table animal (id integer primary key)'),
    upgrade: throws({ code: 'VERSION_MISSING', ownTables: ['animal'] }),
    assertStorage: throws({ code: 'VERSION_MISSING', ownTables: ['animal'] }),
    assertVersion: missing,
  },
  {
    row: 'no row, all of its own tables',
    arrange: storageIsThere,
    upgrade: async (cell, call) => {
      await throws({ code: 'VERSION_MISSING', ownTables: STORAGE, message: expect.stringContaining('adopt') })(
        cell,
        call,
      );
      expect(await call({ adopt: 2 })).toMatchObject({
        from: undefined,
        to: 3,
        outcome: 'adopted',
        steps: [{ version: 3 }],
      });
      expect(await zoosOf(cell)).toEqual([3]);
      expect(await logOf(cell)).toEqual([
        { from_version: null, to_version: 2, how: 'adopt' },
        { from_version: 2, to_version: 3, how: 'upgrade' },
      ]);
    },
    assertStorage: missing,
    assertVersion: missing,
  },
  {
    row: 'level',
    arrange: at(3),
    upgrade: leavesAlone({ from: 3, to: 3, outcome: 'level', steps: [] }),
    assertStorage: leavesAlone({ version: 3, outcome: 'level', created: [] }),
    assertVersion: leavesAlone(),
  },
  {
    row: 'level, a table is gone',
    arrange: async database => {
      await at(3)(database);
      await database.execute('drop table exhibit');
    },
    upgrade: leavesAlone({ outcome: 'level' }),
    assertStorage: async ({ database, zoo }, call) => {
      expect(await call()).toEqual({ guid: 'zoo', version: 3, outcome: 'completed', created: ['exhibit'] });
      expect(await tablesOf(database)).toEqual([...STORAGE, ...BOOKKEEPING].toSorted());
      expect(await zoo.status()).toMatchObject({ standing: 'level', stage: undefined, holder: undefined });
      expect(await call()).toMatchObject({ outcome: 'level', created: [] });
    },
    assertVersion: leavesAlone(),
  },
  {
    row: 'level, other fingerprint',
    arrange: forkedAt(3),
    code: CodeWithVersions,
    upgrade: forked(3),
    assertStorage: forked(3),
    assertVersion: forked(3),
  },
  {
    row: 'behind, other fingerprint',
    arrange: forkedAt(2),
    code: CodeWithVersions,
    upgrade: forked(2),
    assertStorage: forked(2),
    assertVersion: forked(2),
  },
  stepsFrom(1, 'at the baseline'),
  stepsFrom(2, 'behind'),
  everywhere('below the baseline', at(0), throws({ code: 'VERSION_TOO_OLD', deployed: 0, latest: 3, baseline: 1 })),
  {
    row: 'ahead, and this code may run',
    arrange: at(5, { steps: { 4: { compatible: 3 }, 5: { compatible: 2 } } }),
    upgrade: leavesAlone({ from: 5, to: 5, outcome: 'ahead', steps: [] }),
    assertStorage: leavesAlone({ version: 5, outcome: 'ahead', created: [] }),
    assertVersion: leavesAlone(),
  },
  everywhere(
    'ahead, and this code may not run',
    at(5, { steps: { 5: { compatible: 3 } } }),
    throws({
      code: 'VERSION_AHEAD',
      deployed: 5,
      latest: 3,
      compatible: 4,
      message: expect.stringContaining('allow(3'),
    }),
  ),
  ...['-1', "'many'", "'3'", '1.5', '1e12', 'null', '2147483648'].map(value =>
    everywhere(`the version ${value}`, by(loosely, ['zoo', value, '1']), corrupt),
  ),
  everywhere('the compatible -1', by(loosely, ['zoo', '3', '-1']), corrupt),
  everywhere('several rows', by(loosely, ['zoo', '3', '3'], ['zoo', '2', '2']), corrupt),
];

const methods = ['upgrade', 'assertStorage', 'assertVersion'] as const;

/** Every step that is missing runs, once. */
function stepsFrom(version: number, row: string): Row {
  const steps = [2, 3].filter(to => to > version);
  const upgrade: Check = async (cell, call) => {
    expect(await call()).toMatchObject({
      guid: 'zoo',
      from: version,
      to: 3,
      outcome: 'upgraded',
      steps: steps.map(to => ({ version: to, ms: expect.any(Number) })),
    });
    expect(await zoosOf(cell)).toEqual(steps);
    expect(await cell.zoo.status()).toMatchObject({ standing: 'level', deployed: 3, holder: undefined });
    expect(await call()).toMatchObject({ from: 3, to: 3, outcome: 'level', steps: [] });
    expect(await zoosOf(cell)).toEqual(steps);
  };
  const behind = throws({ code: 'VERSION_BEHIND', deployed: version, latest: 3 });
  return { row, arrange: at(version), upgrade, assertStorage: behind, assertVersion: behind };
}

function everywhere(row: string, arrange: Row['arrange'], check: Check): Row {
  return { row, arrange, upgrade: check, assertStorage: check, assertVersion: check };
}

/** Declares the tests of what each call does with each row. */
export function describeRows(kind: DatabaseKind): void {
  describe.each(table)('$row', ({ arrange, code = Code, upgrade, assertStorage, assertVersion }) => {
    const calls = { upgrade, assertStorage, assertVersion };
    // A refusal leaves everything as it was, so that the next call meets the same row.
    const refused = new Set(Object.values(calls)).size === 1;
    const groups = refused ? [methods] : methods.map(method => [method]);

    test.each(groups.map(group => ({ group, name: group.map(method => `${method}()`).join(', ') })))(
      '$name',
      async ({ group }) => {
        expect.hasAssertions();
        await using database = await kind.create({ pool: 1 });
        await arrange(database);
        const orm = await database.orm(zooV1());
        const zoo = new code(orm);
        for (const method of group) await calls[method]({ zoo, database, orm }, async options => zoo[method](options));
      },
    );
  });

  test('a database that carries another Schema only is installed like an empty one', async () => {
    await using database = await kind.create();
    const Aquarium = schemaClass({ guid: 'aquarium', entities: [] });
    await new Aquarium(await database.orm([])).upgrade();
    const zoo = new Code(await database.orm(zooV1()));
    expect(await zoo.status()).toMatchObject({ standing: 'missing', runnable: false, deployed: undefined });
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
  });
}

/** Declares the test of one database that meets release after release. */
export function describeStory(kind: DatabaseKind): void {
  test(`the story of a zoo is the same on ${kind.name}`, async () => {
    await using database = await kind.create();
    const meet = async (code: SchemaClass, check: Check, method: (typeof methods)[number] = 'upgrade') => {
      const orm = await database.orm(zooV1());
      const zoo = new code(orm);
      await check({ database, orm, zoo }, async options => zoo[method](options));
      return zoo;
    };
    const Next = schemaClass({ latest: 4, upgradeTo_4: opens(4) });
    const Broken = schemaClass({ latest: 5, upgradeTo_5: (step: Step) => step.execute('nonsense') });

    await meet(Code, missing, 'assertVersion');
    await meet(Code, installs);
    await meet(Code, leavesAlone({ outcome: 'level' }));
    await meet(Next, throws({ code: 'VERSION_BEHIND' }), 'assertVersion');
    await meet(Next, async (cell, call) => {
      expect(await call()).toMatchObject({ from: 3, to: 4, outcome: 'upgraded' });
      expect(await zoosOf(cell)).toEqual([4]);
    });
    await meet(Code, throws({ code: 'VERSION_AHEAD' }));
    const broken = await meet(Broken, async (_, call) => {
      await expect(call()).rejects.toMatchObject({ code: 'STEP_FAILED', version: 5, deployed: 4 });
    });
    expect(await broken.status()).toMatchObject({ deployed: 4, stage: undefined });
  });
}

/** Brings a database to this version. */
export function at(version: number, members: object = {}) {
  const Release = schemaClass({ latest: version, ...members });
  return async (database: TestDatabase) => new Release(await database.orm(zooV1())).upgrade();
}

function forkedAt(version: number) {
  return async (database: TestDatabase) => {
    await at(version)(database);
    await database.execute(`update deployed_version set fingerprint = '1:theirs${version}'`);
  };
}

async function storageIsThere(database: TestDatabase) {
  await (await database.orm(zooV1())).schema.create();
}

async function strangersMoveIn(database: TestDatabase) {
  await database.execute('create table customer (id integer)');
  await database.execute('insert into customer values (1)');
  await database.execute('create table "Order Item" (id integer)');
}

type Loose = readonly [guid: string, version: string, compatible: string];

function by(arrange: (database: TestDatabase, rows: readonly Loose[]) => Promise<void>, ...rows: Loose[]) {
  return (database: TestDatabase) => arrange(database, rows);
}

/** A table that somebody made by hand: without a key, without types that would keep nonsense out. */
async function loosely(database: TestDatabase, rows: readonly Loose[]) {
  const texts = rows.some(row => row.some(value => value.startsWith("'")));
  const type = database.dialect === 'sqlite' ? '' : texts ? 'text' : 'numeric';
  await database.execute(
    `create table deployed_version (guid text, version ${type}, compatible ${type}, epoch integer)`,
  );
  for (const [guid, version, compatible] of rows) {
    await database.execute(`insert into deployed_version values ('${guid}', ${version}, ${compatible}, 0)`);
  }
}

/** A file down to its bytes, and what any database holds. */
async function everythingOf(database: TestDatabase) {
  const bytes = isFile(database) ? bytesOf(database.address) : undefined;
  return { bytes, state: await stateOf(database) };
}

function isFile(database: TestDatabase): database is TestDatabase & { address: string } {
  return database.dialect === 'sqlite' && database.address !== undefined;
}

async function zoosOf({ database }: Cell) {
  return (await database.execute<{ id: number }>('select id from zoo order by id')).map(row => row.id);
}

async function logOf({ database }: Cell) {
  return database.execute(
    `select from_version, to_version, how from deployed_version_log where guid = 'zoo' order by id`,
  );
}
