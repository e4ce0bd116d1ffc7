import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { versionSource } from '../../lib/version-file/version-source.ts';
import { compareVersions } from '../../lib/changes/compare-versions.ts';
import { isEmpty } from '../../lib/changes/storage-changes.ts';
import { declaredEntities } from '../../lib/cli/project/draft-version.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import type { StorageDescription } from '../../lib/models/description.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline, Workspace } from '../changes/workspace.ts';
import { postgresql, sqliteMemory, type DatabaseKind, type Entities, type TestDatabase } from '../support/databases.ts';
import { schemaClass, type Members } from '../support/schemas.ts';
import { SharedConnections } from '../support/shared-connections.ts';
import { stateOf, tablesOf } from '../support/state.ts';

/*
 * Keys of every kind, by each way of declaring them, with and without counting, on every driver: frozen, imported,
 * installed, brought by a step, and each time the storage that MikroORM makes of the entities.
 */

const DRIVERS: readonly DatabaseKind[] = [sqliteMemory, postgresql];
const KINDS = ['number', 'integer', 'bigint', 'smallint', 'uuid', 'string', 'composite'] as const;
const WAYS = ['decorator', 'EntitySchema', 'defineEntity'] as const;
const COUNTING = ['unsaid', 'on', 'off'] as const;
const PLACES = ['alone', 'with children in tables of their own'] as const;

type Kind = (typeof KINDS)[number];
type Way = (typeof WAYS)[number];
type Counting = (typeof COUNTING)[number];
type Place = (typeof PLACES)[number];

export interface Cell {
  readonly kind: Kind;
  readonly way: Way;
  readonly counting: Counting;
  readonly place: Place;
}

/** What freezing and living came to. */
interface Life {
  readonly text: string;
  readonly live: StorageDescription;
  readonly frozen: StorageDescription;
  readonly created: readonly string[];
  readonly installed: readonly string[];
  readonly stepped: readonly string[];
}

/** All there are. */
const CELLS: readonly Cell[] = KINDS.flatMap(kind =>
  WAYS.flatMap(way => COUNTING.flatMap(counting => PLACES.map(place => ({ kind, way, counting, place })))),
);

/** How the first property of the key is frozen. */
const FROZEN: Readonly<Record<Kind, Readonly<Record<Counting, string>>>> = {
  number: {
    unsaid: 'p.integer().primary()',
    on: 'p.integer().primary()',
    off: 'p.integer().primary().autoincrement(false)',
  },
  integer: {
    unsaid: 'p.integer().primary()',
    on: 'p.integer().primary()',
    off: 'p.integer().primary().autoincrement(false)',
  },
  bigint: {
    unsaid: 'p.bigint().primary()',
    on: 'p.bigint().primary()',
    off: 'p.bigint().primary().autoincrement(false)',
  },
  smallint: {
    unsaid: 'p.smallint().primary()',
    on: 'p.smallint().primary()',
    off: 'p.smallint().primary().autoincrement(false)',
  },
  uuid: { unsaid: 'p.uuid().primary()', on: 'p.uuid().primary().autoincrement()', off: 'p.uuid().primary()' },
  string: { unsaid: 'p.string().primary()', on: 'p.string().primary().autoincrement()', off: 'p.string().primary()' },
  composite: {
    unsaid: 'p.integer().primary()',
    on: 'p.integer().primary().autoincrement()',
    off: 'p.integer().primary()',
  },
};

/** Where children have tables of their own, a key that MikroORM counts early says so: its copies are made otherwise. */
function frozenKey({ kind, way, counting, place }: Cell): string {
  const early =
    counting === 'on' ||
    (counting === 'unsaid' && (kind === 'number' || (kind === 'bigint' && way !== 'defineEntity')));
  const says = place === 'with children in tables of their own' && early && kind !== 'composite';
  return says ? `${FROZEN[kind][counting].replace('.autoincrement()', '')}.autoincrement()` : FROZEN[kind][counting];
}

const BUILDERS: Readonly<Record<Kind, string>> = {
  number: `p.type('number')`,
  integer: 'p.integer()',
  bigint: 'p.bigint()',
  smallint: 'p.smallint()',
  uuid: 'p.uuid()',
  string: 'p.string()',
  composite: 'p.integer()',
};

/** A module that makes the entities of a cell anew with each call. */
function sourceOf({ kind, way, counting, place }: Cell): string {
  const autoincrement = counting === 'unsaid' ? '' : `, autoincrement: ${counting === 'on'}`;
  const type = kind === 'composite' ? 'integer' : kind;
  const second = kind === 'composite';
  const hasChild = place !== 'alone';
  const inheritance = hasChild ? `inheritance: 'tpt'` : '';
  switch (way) {
    case 'decorator':
      return `
        import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/es';
        export const make = () => {
          @Entity({ ${inheritance} })
          class Doc {
            @PrimaryKey({ type: '${type}'${autoincrement} }) id;
            ${second ? `@PrimaryKey({ type: 'string' }) part;` : ''}
            @Property({ type: 'string' }) name;
          }
          ${hasChild ? `@Entity() class Book extends Doc { @Property({ type: 'integer', nullable: true }) pages; }` : ''}
          return [Doc${hasChild ? ', Book' : ''}];
        };`;
    case 'EntitySchema':
      return `
        import { EntitySchema } from '@mikro-orm/core';
        export const make = () => {
          const Doc = new EntitySchema({ name: 'Doc', ${inheritance}${inheritance && ','} properties: {
            id: { type: '${type}', primary: true${autoincrement} },
            ${second ? `part: { type: 'string', primary: true },` : ''}
            name: { type: 'string' },
          } });
          ${hasChild ? `const Book = new EntitySchema({ name: 'Book', extends: Doc, properties: { pages: { type: 'integer', nullable: true } } });` : ''}
          return [Doc${hasChild ? ', Book' : ''}];
        };`;
    default:
      return `
        import { defineEntity, p } from '@mikro-orm/core';
        export const make = () => {
          const Doc = defineEntity({ name: 'Doc', ${inheritance}${inheritance && ','} properties: {
            id: ${BUILDERS[kind]}.primary()${counting === 'unsaid' ? '' : `.autoincrement(${counting === 'on'})`},
            ${second ? `part: p.string().primary(),` : ''}
            name: p.string(),
          } });
          ${hasChild ? `const Book = defineEntity({ name: 'Book', extends: Doc, properties: { pages: p.integer().nullable() } });` : ''}
          return [Doc${hasChild ? ', Book' : ''}];
        };`;
  }
}

const nameOf = ({ kind, way, counting, place }: Cell) => `${kind}, ${way}, autoincrement ${counting}, ${place}`;
/**
 * Declares the tests of the keys that a suite is to try.
 *
 * @param chosen chooses among the cells: each is in one of the two suites.
 */
export function describeKeys(chosen: (cell: Cell) => boolean): void {
  const cells = CELLS.filter(chosen);
  const workspace = new Workspace();
  afterAll(() => workspace[Symbol.dispose]());

  const lives = new Map<string, Life | Error>();
  const lifeOf = (driver: DatabaseKind, cell: Cell): Life => {
    const life = lives.get(`${driver.name}: ${nameOf(cell)}`);
    if (!life) throw new Error(`${nameOf(cell)} was not lived on ${driver.name}`);
    if (life instanceof Error) throw life;
    return life;
  };

  // Modules may not be imported between tests, and a step imports its versions.
  beforeAll(async () => {
    const databases = await Promise.all(DRIVERS.map(async driver => [driver, await openDatabase(driver)] as const));
    for (const [index, cell] of cells.entries()) {
      const { code } = transformSync(sourceOf(cell), {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { decoratorVersion: '2022-03' },
          target: 'es2022',
        },
        module: { type: 'es6' },
      });
      workspace.write(`${index}/entities.js`, code);
      const { make } = await workspace.load<{ make(): Entities }>(`${index}/entities.js`);
      for (const [driver, database] of databases)
        lives.set(
          `${driver.name}: ${nameOf(cell)}`,
          await live(workspace, database, index, make).catch((error: Error) => error),
        );
    }
    for (const [, database] of databases) await database[Symbol.asyncDispose]();
  }, 600_000);

  test('every cell was lived on every driver', () => {
    expect(CELLS).toHaveLength(KINDS.length * WAYS.length * COUNTING.length * PLACES.length);
    expect(lives.size).toBe(DRIVERS.length * cells.length);
    expect(cells.length).toBeGreaterThan(0);
  });

  describe('what is written is the same whatever it was written on, and says no more than it must', () => {
    test.each(cells)('$kind, $way, autoincrement $counting, $place', cell => {
      const [text, ...others] = DRIVERS.map(driver => lifeOf(driver, cell).text);
      expect(text?.match(/\bid: .*/g)).toEqual([`id: ${frozenKey(cell)},`]);
      for (const other of others) expect(other).toBe(text);
    });
  });

  describe.each(DRIVERS)('on $name', driver => {
    test.each(cells)('$kind, $way, autoincrement $counting, $place', cell => {
      const { live: before, frozen, created, installed, stepped } = lifeOf(driver, cell);
      expect(frozen.entities.map(({ name }) => name)).toEqual(cell.place === 'alone' ? ['Doc'] : ['Book', 'Doc']);
      expect(fingerprint(frozen)).toBe(fingerprint(before));
      expect(isEmpty(compareVersions(before, frozen))).toBe(true);
      const isImpossible = driver.dialect === 'sqlite' && cell.kind === 'composite' && cell.counting === 'on';
      const firstLine = isImpossible ? /^near "autoincrement": syntax error$/ : /doc.*id/;
      expect(created.find(line => firstLine.test(line))).toBeDefined();
      expect(installed).toEqual(created);
      expect(stepped).toEqual(created);
    });
  });
}

/** A database that is emptied after each use, and many ORMs on the same connections to it. */
interface UsedDatabase extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly connections: SharedConnections;
}

async function openDatabase(driver: DatabaseKind): Promise<UsedDatabase> {
  const database = await driver.create();
  const connections = new SharedConnections(database);
  return {
    database,
    connections,
    async [Symbol.asyncDispose]() {
      await connections[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

async function live(
  workspace: Workspace,
  { database, connections }: UsedDatabase,
  index: number,
  make: () => Entities,
): Promise<Life> {
  const { dialect } = database;
  const orm = offline(dialect, make());
  const written = describeEntities(orm);
  const text = versionSource(await declaredEntities(orm), 1, { filter: () => true, extension: '.ts' });
  workspace.write(`${index}/${dialect}.ts`, text);
  const module = await workspace.load(`${index}/${dialect}.ts`);
  const frozen = { fingerprint: fingerprint(written), load: async () => module };
  const nothing = { fingerprint: fingerprint({ entities: [] }), load: async () => ({}) };
  const upgrade = async (entities: Entities, members: Members) => {
    const ZooSchema = schemaClass(members);
    await new ZooSchema(await connections.orm(entities)).upgrade();
  };
  return {
    text,
    live: written,
    frozen: describeModule(orm, module, { name: 'the frozen version 1' }),
    created: await storageAfter(database, async () => (await connections.orm(make())).schema.create()),
    installed: await storageAfter(database, () => upgrade(make(), { versions: { 1: frozen } })),
    stepped: await storageAfter(database, async () => {
      await upgrade([], { versions: { 1: nothing } });
      await upgrade(make(), {
        latest: 2,
        versions: { 1: nothing, 2: frozen },
        async upgradeTo_2(step: Bringing) {
          for (const name of ['Doc', 'Book'])
            if (name in step.after) await step.createStorage(step.after[name] as object);
        },
      });
    }),
  };
}

/** What the step needs of what it is handed. */
interface Bringing {
  readonly after: Readonly<Record<string, object>>;
  createStorage(entity: object): Promise<void>;
}

/**
 * All that is stored afterwards, but for what records versions, or why nothing can be: MikroORM itself has no SQL for a
 * counter in a key of several columns on SQLite. Nothing is left of it.
 */
async function storageAfter(database: TestDatabase, work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
    const { catalog } = await stateOf(database);
    const sequences = database.dialect === 'postgresql' ? await sequencesOf(database) : [];
    // SQLite keeps the list of its counters for good.
    return [...catalog, ...sequences].filter(line => !/deployed_version|sqlite_sequence/.test(line));
  } catch (error) {
    return [reasonOf(error)];
  } finally {
    await clear(database);
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause === undefined ? message : reasonOf(cause);
}

async function clear(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') {
    await database.execute('drop schema public cascade');
    await database.execute('create schema public');
    return;
  }
  await database.execute('pragma foreign_keys = off');
  for (const table of await tablesOf(database)) await database.execute(`drop table "${table}"`);
}

async function sequencesOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.execute<{ line: string }>(
    `select s.seqrelid::regclass || ' ' || format_type(s.seqtypid, null) || ' ' || s.seqstart || ' by ' || s.seqincrement || ` +
      `coalesce(' of ' || d.refobjid::regclass || '.' || d.refobjsubid, '') as line from pg_sequence s ` +
      `left join pg_depend d on d.objid = s.seqrelid and d.deptype = 'a' order by 1`,
  );
  return rows.map(({ line }) => line);
}
