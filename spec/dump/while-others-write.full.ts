import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import Database from 'better-sqlite3';
import { dump } from '../../lib/dump/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { spawnWorker } from '../support/processes.ts';
import { newFolder, rowsIn, schemaOn } from './releases.ts';

const ACCOUNTS = 3000;
const WRITERS = 8;

function bank() {
  const counted = { id: p.integer().primary(), moved: p.integer() };
  const Aardvark = defineEntity({ name: 'Aardvark', properties: counted });
  const Zebra = defineEntity({ name: 'Zebra', properties: { id: p.integer().primary(), moved: p.integer() } });
  const Account = defineEntity({
    name: 'Account',
    properties: { id: p.integer().primary(), balance: p.integer(), note: p.string() },
  });
  return { Aardvark, Account, Zebra };
}

// With a rollback journal readers and writers wait for each other, which is said in the docs.
describe.each([
  { place: 'SQLite in WAL mode', create: () => sqliteFile.create({ wal: true }), isBlocking: false },
  { place: 'SQLite with a rollback journal', create: () => sqliteFile.create(), isBlocking: true },
  { place: 'PostgreSQL', create: () => postgresql.create(), isBlocking: false },
])('a dump on $place', ({ create, isBlocking }) => {
  test('is of one moment, while eight processes write', async () => {
    await using database = await create();
    const schema = await schemaOn(database, [bank()]);
    await schema.upgrade();
    const numbers =
      database.dialect === 'sqlite'
        ? `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ACCOUNTS}) select i, 100, 'n' from n`
        : `select i, 100, 'n' from generate_series(1, ${ACCOUNTS}) n(i)`;
    await database.execute(`insert into account (id, balance, note) ${numbers}`);
    for (const table of ['aardvark', 'zebra']) await database.execute(`insert into ${table} (id, moved) values (1, 0)`);
    const movedNow = async () =>
      Number((await database.execute<{ moved: number }>('select moved from zebra'))[0]?.moved);

    await using stack = new AsyncDisposableStack();
    const args = { address: database.address ?? '', accounts: ACCOUNTS };
    const writers = Array.from({ length: WRITERS }, (_, seed) =>
      stack.use(spawnWorker('transfers.ts', { ...args, seed })),
    );
    await Promise.all(writers.map(writer => writer.line('wrote')));

    const seen: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const folder = newFolder();
      let [first, last] = [0, 0];
      await dump(schema, folder, {
        // With a rollback journal it begins when no writer happens to be in its way.
        waitMs: 600_000,
        onProgress({ table, done }) {
          if (table === 'aardvark') first = done;
          last = done;
        },
      });
      expect([first, last]).toEqual([1, ACCOUNTS + 2]);
      const balances = rowsIn(folder, 'account').map(line => (JSON.parse(line) as number[])[1] as number);
      expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(100 * ACCOUNTS);
      const [before, after] = [rowsIn(folder, 'aardvark'), rowsIn(folder, 'zebra')];
      expect(after).toEqual(before);
      seen.push(Number((JSON.parse(after[0] ?? '[]') as number[])[1]));
    }
    // They went on writing from one dump to the next.
    expect(seen.toSorted((one, other) => one - other)).toEqual(seen);
    expect(new Set(seen).size).toBe(seen.length);

    for (const writer of writers) writer.say('stop');
    const stopped = await Promise.all(writers.map(writer => writer.line('stopped')));
    const committed = stopped.reduce((sum, { done }) => sum + (done as number), 0);
    expect(await movedNow()).toBe(committed);

    // What it blocks: a writer that waits for nothing, while rows are read.
    const folder = newFolder();
    const writing: Promise<unknown>[] = [];
    await dump(schema, folder, {
      onProgress: ({ table }) => {
        if (table === 'aardvark') writing.push(write(database).catch(({ code }: { code: string }) => code));
      },
    });
    expect(writing).toHaveLength(1);
    expect(await writing[0]).toBe(isBlocking ? 'SQLITE_BUSY' : 'written');
    expect(await movedNow()).toBe(isBlocking ? committed : committed + 1);
    expect(rowsIn(folder, 'zebra')).toEqual([`[1,${committed}]`]);
  });
});

/** Writes in a transaction that waits for no lock. */
async function write({ dialect, address = '', execute }: TestDatabase): Promise<string> {
  const sql = 'update zebra set moved = moved + 1 where id = 1';
  if (dialect === 'postgresql') {
    await execute(`begin; select * from zebra for update nowait; ${sql}; commit`);
    return 'written';
  }
  const writer = new Database(address, { timeout: 0 });
  try {
    writer.exec(sql);
    return 'written';
  } finally {
    writer.close();
  }
}

test('a dump of a SQLite file waits for a writer that is in its way, as long as it is told to', async () => {
  await using database = await sqliteFile.create();
  const schema = await schemaOn(database, [bank()]);
  await schema.upgrade();
  await database.execute('insert into zebra (id, moved) values (1, 0)');
  const writer = new Database(database.address ?? '');
  writer.exec('begin exclusive');
  await expect(dump(schema, newFolder(), { waitMs: 0 })).rejects.toMatchObject({
    code: 'UPGRADE_BUSY',
    // said once, though a look inside was busy as well
    message: expect.stringMatching(/^(?!.*could not get.*could not get).*could not get a lock: database is locked/),
  });
  const dumping = dump(schema, newFolder());
  // It looks again and again.
  setTimeout(() => writer.exec('commit'), 50);
  await expect(dumping).resolves.toMatchObject({ rows: 1 });
  writer.close();
});
