import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import SQLite from 'better-sqlite3';
import pg from 'pg';
import { dump, restore } from '../lib/dump/index.ts';
import { Schema } from '../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../spec/support/databases.ts';

/** What it is called: `npm run bench -- 'dumping a million rows'` runs it alone. */
export const DUMPS = 'dumping a million rows';

/** Rows by table: a million together. `DEJAVU_ROWS=5` makes five times as many. */
const TIMES = Number(process.env['DEJAVU_ROWS'] ?? 1);
const ROWS = { customer: 100_000 * TIMES, purchase: 300_000 * TIMES, item: 600_000 * TIMES };
const TABLES = Object.keys(ROWS) as (keyof typeof ROWS)[];
const TOTAL = Object.values(ROWS).reduce((sum, rows) => sum + rows, 0);

function entities(): Record<string, EntitySchema> {
  const Customer = defineEntity({
    name: 'Customer',
    properties: { id: p.integer().primary(), name: p.string(), note: p.text().nullable(), bornAt: p.datetime() },
  });
  const Purchase = defineEntity({
    name: 'Purchase',
    properties: { id: p.integer().primary(), customer: () => p.manyToOne(Customer), total: p.double() },
  });
  const Item = defineEntity({
    name: 'Item',
    properties: {
      id: p.integer().primary(),
      purchase: () => p.manyToOne(Purchase),
      what: p.string(),
      count: p.integer(),
    },
  });
  return { Customer, Purchase, Item } as Record<string, EntitySchema>;
}

class Shop extends Schema {
  readonly guid = 'shop';
  readonly latest = 1;
  override readonly versions = { 1: { fingerprint: '0:bench', load: async () => entities() } };
}

/**
 * Dumps and restores a million rows in three tables, beside the same JSON lines written and loaded by the driver itself, and
 * beside the programs of PostgreSQL where they are installed.
 */
export async function dumps(kind: DatabaseKind): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-bench-dump-'));
  await using source = await kind.create();
  await using target = await kind.create();
  await using byHand = await kind.create();
  try {
    await warmUp(kind, folder);
    const shop = new Shop(await source.orm(Object.values(entities())));
    await shop.upgrade();
    await fill(source);
    const dumped = [await timed('by hand', () => writeByHand(source, folder))];
    const peak = watchMemory();
    dumped.push(await timed('dejavu', () => dump(shop, join(folder, 'dump'))));
    const restoring = new Shop(await target.orm(Object.values(entities())));
    const ours = await timed('dejavu', () => restore(restoring, join(folder, 'dump')));
    const { mb } = peak.stop();
    await new Shop(await byHand.orm(Object.values(entities()))).upgrade();
    const loaded = [await timed('by hand', () => loadByHand(byHand, folder)), ours];
    if (kind.dialect === 'postgresql') {
      await using empty = await kind.create();
      const { out, into } = await byPrograms({ source, target: byHand, empty }, folder);
      dumped.push(...out);
      loaded.push(...into);
    }
    return [
      `${DUMPS} (${TOTAL} in three tables), ${kind.name}; budget 1 × of by hand; heap and buffers grew by ${mb} MB at most`,
      ...shown('dumping', dumped),
      ...shown('restoring', loaded),
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads what is loaded late: from sources in TypeScript, that would take as long as 200,000 rows. */
async function warmUp(kind: DatabaseKind, folder: string): Promise<void> {
  await using source = await kind.create();
  await using target = await kind.create();
  const shop = new Shop(await source.orm(Object.values(entities())));
  await shop.upgrade();
  await dump(shop, join(folder, 'empty'));
  await restore(new Shop(await target.orm(Object.values(entities()))), join(folder, 'empty'));
}

/** How long somebody took, and how much of it this process computed. */
interface Timed {
  readonly who: string;
  readonly ms: number;
  readonly cpuMs: number;
}

function shown(what: string, [byHand, ...others]: readonly Timed[]): string[] {
  return [byHand, ...others].flatMap(one => {
    if (!one) return [];
    const { who, ms, cpuMs } = one;
    const rate = `${String(Math.round(TOTAL / ms)).padStart(5)}k rows/s`;
    return `  ${what.padEnd(10)} ${who.padEnd(10)} ${rate}, ${(ms / (byHand?.ms ?? ms)).toFixed(2)} ×, ${Math.round(cpuMs)} ms of CPU here`;
  });
}

interface Databases {
  readonly source: TestDatabase;
  /** Has the tables, with rows. */
  readonly target: TestDatabase;
  readonly empty: TestDatabase;
}

/** What `psql` and `pg_dump` take; nothing where they are not installed, or refuse the version of the server. */
async function byPrograms(
  { source, target, empty }: Databases,
  folder: string,
): Promise<{ readonly out: Timed[]; readonly into: Timed[] }> {
  const copies = (how: string) =>
    TABLES.flatMap(table => ['-c', String.raw`\copy ${table} ${how} '${join(folder, table)}.copy'`]);
  const file = join(folder, 'dump.pg');
  const [from, to] = [source.address ?? '', target.address ?? ''];
  const out = [
    await timedProgram('psql', [from, '-q', ...copies('to')]),
    await timedProgram('pg_dump', ['-Fc', '-Z0', '-f', file, from]),
  ];
  await target.execute(`truncate ${TABLES.join(', ')}`);
  const into = [
    await timedProgram('psql', [to, '-q', '-1', ...copies('from')]),
    out[1] && (await timedProgram('pg_restore', ['-1', '--no-owner', '-d', empty.address ?? '', file])),
  ];
  return { out: out.filter(one => one !== undefined), into: into.filter(one => one !== undefined) };
}

async function timedProgram(program: string, args: readonly string[]): Promise<Timed | undefined> {
  try {
    return await timed(program, () => promisify(execFile)(program, args));
  } catch (error) {
    process.stderr.write(`${program}: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}\n`);
    return undefined;
  }
}

async function fill(database: TestDatabase): Promise<void> {
  const isSqlite = database.dialect === 'sqlite';
  const series = (rows: number) =>
    isSqlite
      ? `(with recursive s (n) as (select 1 union all select n + 1 from s where n < ${rows}) select n from s)`
      : `(select generate_series(1, ${rows}) as n)`;
  const moment = isSqlite ? '1700000000000 + n' : `timestamptz '2023-11-14 22:13:20Z' + n * interval '1 ms'`;
  await database.execute(
    `insert into customer (id, name, note, born_at) select n, 'customer ' || n, case when n % 3 = 0 then null else 'a note with "quotes" and ä, ' || n end, ${moment} from ${series(ROWS.customer)} as s`,
  );
  await database.execute(
    `insert into purchase (id, customer_id, total) select n, n % ${ROWS.customer} + 1, n * 0.37 from ${series(ROWS.purchase)} as s`,
  );
  await database.execute(
    `insert into item (id, purchase_id, what, count) select n, n % ${ROWS.purchase} + 1, 'thing ' || (n % 977), n % 7 from ${series(ROWS.item)} as s`,
  );
}

/** What somebody would write who has the driver and an afternoon. */
async function writeByHand({ dialect, address = '' }: TestDatabase, folder: string): Promise<void> {
  for (const table of TABLES) {
    // On the disk when it is closed, as a dump is.
    const file = createWriteStream(join(folder, `${table}.jsonl`), { flush: true });
    const write = async (rows: Iterable<unknown>) => {
      let text = '';
      for (const row of rows) {
        text += `${JSON.stringify(row)}\n`;
        if (text.length < 1 << 16) continue;
        if (!file.write(text)) await once(file, 'drain');
        text = '';
      }
      file.write(text);
    };
    if (dialect === 'sqlite') {
      const database = new SQLite(address, { readonly: true });
      await write(database.prepare(`select * from ${table} order by id`).raw().iterate());
      database.close();
    } else {
      const client = new pg.Client({ connectionString: address });
      await client.connect();
      for (let after = 0; after < ROWS[table]; after += 10_000) {
        const { rows } = await client.query({
          text: `select * from ${table} where id > ${after} and id <= ${after + 10_000} order by id`,
          rowMode: 'array',
        });
        await write(rows);
      }
      await client.end();
    }
    file.end();
    await once(file, 'close');
  }
}

async function loadByHand({ dialect, address = '' }: TestDatabase, folder: string): Promise<void> {
  const linesOf = (table: string) => createInterface({ input: createReadStream(join(folder, `${table}.jsonl`)) });
  if (dialect === 'sqlite') {
    const database = new SQLite(address);
    database.exec('begin');
    for (const table of TABLES) {
      let insert: SQLite.Statement | undefined;
      for await (const line of linesOf(table)) {
        const row = JSON.parse(line) as unknown[];
        insert ??= database.prepare(`insert into ${table} values (${row.map(() => '?').join(', ')})`);
        insert.run(row);
      }
    }
    database.exec('commit');
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  await client.query('begin');
  for (const table of TABLES) {
    let batch: unknown[][] = [];
    const send = async () => {
      const [first = []] = batch;
      if (batch.length === 0) return;
      const places = batch.map((_, r) => `(${first.map((_value, c) => `$${r * first.length + c + 1}`).join(', ')})`);
      await client.query(`insert into ${table} values ${places.join(', ')}`, batch.flat());
      batch = [];
    };
    for await (const line of linesOf(table)) {
      if (batch.push(JSON.parse(line) as unknown[]) === 1000) await send();
    }
    await send();
  }
  await client.query('commit');
  await client.end();
}

async function timed(who: string, work: () => Promise<unknown>): Promise<Timed> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { who, ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

function usedMemory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The most memory that was in use, beyond what was in use at the beginning. */
function watchMemory(): { stop(): { readonly mb: number } } {
  const start = usedMemory();
  let most = start;
  const timer = setInterval(() => (most = Math.max(most, usedMemory())), 50);
  return {
    stop() {
      clearInterval(timer);
      return { mb: Math.round((most - start) / 1e6) };
    },
  };
}
