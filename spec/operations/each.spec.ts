import { afterAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, wrap } from '@mikro-orm/core';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/sql';
import type { Step } from '../../lib/index.ts';
import { type DatabaseKind, postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { schemaClass } from '../support/schemas.ts';

/** Made anew for each ORM. */
function zoo() {
  const Owner = defineEntity({
    name: 'Owner',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      animals: () => p.oneToMany(Animal).mappedBy('owner'),
    },
  });
  const Home = defineEntity({ name: 'Home', embeddable: true, properties: { city: p.string().nullable() } });
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string().length(20),
      legs: p.integer().nullable(),
      weight: p.decimal().nullable(),
      tame: p.boolean().default(false),
      born: p.datetime().nullable(),
      tags: p.json<string[]>().nullable(),
      home: () => p.embedded(Home).nullable(),
      owner: () => p.manyToOne(Owner).nullable(),
    },
  });
  const Ticket = defineEntity({
    name: 'Ticket',
    properties: {
      code: p.string().length(40).primary(),
      price: p.integer(),
      edits: p
        .integer()
        .default(0)
        .onUpdate((ticket: { edits: number }) => ticket.edits + 1),
    },
  });
  const Seat = defineEntity({
    name: 'Seat',
    properties: { row: p.integer().primary(), place: p.integer().primary(), price: p.integer() },
  });
  const Counted = defineEntity({
    name: 'Counted',
    properties: { id: p.integer().primary(), n: p.integer(), version: p.integer().version().default(1) },
  });
  return { Owner, Home, Animal, Ticket, Seat, Counted };
}

type Zoo = ReturnType<typeof zoo>;
type Name = 'Animal' | 'Owner' | 'Ticket' | 'Seat' | 'Counted';
// oxlint-disable-next-line typescript/no-explicit-any -- rows of whichever entity
type Work = (rows: any[], em: SqlEntityManager, zoo: Zoo) => unknown;

const ROWS = `
  insert into owner (id, name) values (1, 'Ada'), (2, 'Bert');
  insert into animal (id, name, legs, tame, owner_id) values
    (1, 'ape', 2, false, 1), (2, 'bee', 6, false, null), (3, 'cat', 4, true, 2), (4, 'dog''s', null, true, 2), (5, 'eel', 0, false, null);
  insert into ticket (code, price) values ('a''1', 5), ('b\\2', 6), ('ß3', 7);
  insert into seat ("row", place, price) values (1, 1, 9), (1, 2, 9), (2, 1, 8);
  insert into counted (id, n, version) values (1, 1, 1), (2, 2, 1), (3, 3, 1)`;
const TABLES = ['owner', 'animal', 'ticket', 'seat', 'counted'];

/** One database for each kind: making one takes longer than all that is done in it. */
const kept = new Map<DatabaseKind, Promise<TestDatabase>>();
afterAll(async () => {
  for (const database of kept.values()) await (await database).drop();
});

async function installed(kind: DatabaseKind): Promise<TestDatabase> {
  const database = await kind.create();
  const orm = await database.orm(Object.values(zoo()));
  await new (schemaClass())(orm).upgrade();
  await orm.close(true);
  return database;
}

/** The database with its first rows, at version 1, whatever was done in it before. */
async function populated(kind: DatabaseKind): Promise<TestDatabase> {
  if (!kept.has(kind)) kept.set(kind, installed(kind));
  const database = (await kept.get(kind)) as TestDatabase;
  const emptied = TABLES.toReversed().map(table => `delete from ${table}`);
  await database.execute('delete from deployed_version_log where from_version = 1');
  await database.execute('update deployed_version set version = 1, compatible = 1');
  for (const statement of [...emptied, ...ROWS.split(';')]) await database.execute(statement);
  return database;
}

async function rowsOf(database: TestDatabase) {
  const tables = TABLES.map(table => database.execute(`select * from ${table} order by 1, 2`));
  return Promise.all(tables);
}

/** Everything in the tables once it is done, and the statements that wrote it. */
async function done(kind: DatabaseKind, how: (orm: MikroORM, entities: Zoo) => Promise<readonly string[]>) {
  const database = await populated(kind);
  const entities = zoo();
  const orm = await database.orm(Object.values(entities));
  try {
    const written = await how(orm, entities);
    return { rows: await rowsOf(database), written: written.filter(sql => /^(?:insert|update|delete)/i.test(sql)) };
  } finally {
    await orm.close(true);
  }
}

/** Two rows at a time, through a step. */
function byEach(kind: DatabaseKind, name: Name, work: Work) {
  return done(kind, async (orm, entities) => {
    const upgradeTo_2 = (step: Step) =>
      step.each(entities[name] as Zoo['Animal'], { batch: 2 }, rows => work(rows, step.em, entities));
    using recording = await record(orm);
    await new (schemaClass({ latest: 2, upgradeTo_2 }))(orm).upgrade();
    return recording.sql.filter(sql => !sql.includes('deployed_version'));
  });
}

/** The same with a flush after each two rows. */
function byFlush(kind: DatabaseKind, name: Name, work: Work) {
  return done(kind, async (orm, entities) => {
    using recording = await record(orm);
    await (orm.em.fork() as unknown as SqlEntityManager).transactional(async em => {
      const keys = await keysOf(em, entities[name]);
      for (let read = 0; read < keys.length; read += 2) {
        const rows: object[] = await em.find(entities[name] as never, keys.slice(read, read + 2));
        await work(rows, em, entities);
        await em.flush();
        em.clear();
      }
    });
    return recording.sql;
  });
}

/** The keys of all rows, in order. */
async function keysOf(em: SqlEntityManager, entity: object): Promise<never[]> {
  const orderBy = Object.fromEntries(
    em
      .getMetadata()
      .get(entity as never)
      .primaryKeys.map(key => [key, 'asc']),
  );
  const rows: object[] = await em.fork({ keepTransactionContext: true }).find(entity as never, {}, { orderBy });
  return rows.map(row => wrap(row, true).getPrimaryKey() as never);
}

interface Case {
  readonly of: Name;
  readonly work: Work;
  /** How many statements write the rows of all batches. */
  readonly updates: number;
}

/** What is written with one statement for each batch, whose columns are the same in all rows. */
const plain: Readonly<Record<string, Case>> = {
  'a column': { of: 'Animal', updates: 3, work: rows => rows.forEach(row => (row.legs = row.name.length)) },
  nulls: { of: 'Animal', updates: 3, work: rows => rows.forEach(row => (row.legs = null)) },
  'columns of other types': {
    of: 'Animal',
    updates: 3,
    work: rows =>
      rows.forEach(row => {
        row.name = `${row.name} 'the' \\ ß`;
        row.weight = '12345.67';
        row.tame = !row.tame;
        row.born = new Date(Date.UTC(2001, row.id, 3, 4, 5, 6, 789));
      }),
  },
  'columns that differ from row to row': {
    of: 'Animal',
    updates: 5,
    work: rows => rows.forEach(row => (row.id % 2 ? (row.legs = 9) : ((row.tame = false), (row.name = 'even')))),
  },
  lists: { of: 'Animal', updates: 3, work: rows => rows.forEach(row => (row.tags = [row.name])) },
  'a column of what is embedded': {
    of: 'Animal',
    updates: 3,
    work: rows => rows.forEach(row => (row.home = { city: `city of ${row.name}` })),
  },
  'a key of text, and what is counted on update': {
    of: 'Ticket',
    updates: 2,
    work: rows => rows.forEach(row => (row.price += 1)),
  },
  'a key of two columns': { of: 'Seat', updates: 2, work: rows => rows.forEach(row => (row.price += row.place)) },
  'rows that others refer to': { of: 'Owner', updates: 1, work: rows => rows.forEach(row => (row.name += '!')) },
  nothing: { of: 'Animal', updates: 0, work: () => undefined },
  'what it was': { of: 'Owner', updates: 0, work: rows => rows.forEach(row => (row.name = row.name.slice())) },
};

/** What only a flush knows how to write. */
const flushed: Readonly<Record<string, Omit<Case, 'updates'>>> = {
  'a relation': {
    of: 'Animal',
    work: (rows, em, { Owner }) => rows.forEach(row => (row.owner = em.getReference(Owner, 1))),
  },
  'new rows': {
    of: 'Animal',
    work: (rows, em, { Owner }) =>
      rows.forEach(row => {
        row.owner = em.create(Owner, { id: 10 + row.id, name: row.name });
        row.legs = 7;
      }),
  },
  'rows that go': {
    of: 'Animal',
    work: (rows, em) => {
      const bee = rows.find(({ id }) => id === 2);
      if (!bee) return;
      for (const row of rows) row.legs = 1;
      em.remove(bee);
    },
  },
  versions: { of: 'Counted', work: rows => rows.forEach(row => (row.n *= 10)) },
  'what an owner has': {
    of: 'Owner',
    work: async (rows, em, { Animal }) => {
      for (const row of rows) {
        row.name += '?';
        await row.animals.init();
        row.animals.add(em.create(Animal, { id: 20 + row.id, name: 'new', tame: true }));
      }
    },
  },
  'rows of another table': {
    of: 'Animal',
    work: async (rows, em, { Owner }) => {
      const [ada] = await em.find(Owner, { id: 1 });
      for (const row of rows) row.legs = 3;
      if (ada) ada.name += rows.length;
    },
  },
};

describe.each([sqliteFile, postgresql])('each() on $name', kind => {
  test.each(Object.entries(plain))(
    'writes with one statement what a flush would write: %s',
    async (_, { of, work, updates }) => {
      const [ours, theirs] = [await byEach(kind, of, work), await byFlush(kind, of, work)];
      expect(ours.rows).toEqual(theirs.rows);
      expect(ours.written.filter(sql => sql.includes('from (values'))).toHaveLength(updates);
      expect(ours.written).toHaveLength(updates);
    },
  );

  test.each(Object.entries(flushed))('leaves to a flush what only that knows: %s', async (_, { of, work }) => {
    const [ours, theirs] = [await byEach(kind, of, work), await byFlush(kind, of, work)];
    expect(ours.rows).toEqual(theirs.rows);
    expect(ours.written).toEqual(theirs.written);
    expect(ours.written).not.toEqual([]);
  });

  test('what the database refuses is told as a flush tells it', async () => {
    const work: Work = rows => rows.forEach(row => (row.name = null));
    const refused = await byEach(kind, 'Animal', work).catch((error: unknown) => (error as Error).cause);
    expect(refused).toMatchObject({ name: 'NotNullConstraintViolationException' });
    if (kind === sqliteFile) return;
    // a text that is too long is not cut
    const long: Work = rows => rows.forEach(row => (row.name = 'x'.repeat(30)));
    const cut = await byEach(kind, 'Animal', long).catch((error: unknown) => String((error as Error).cause));
    expect(cut).toContain('value too long for type character varying(20)');
  });
});
