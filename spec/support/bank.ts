import { randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { MikroORM, type Options } from '@mikro-orm/sql';
import { Schema, type Step, type Steps, type TransactionMode } from '../../lib/index.ts';
import type { TestDatabase } from './databases.ts';
import { sqliteOptions, type SqliteClient } from './drivers.ts';

/*
 * What the processes of a race run: an application whose rows tell how often each of its steps was done. It is imported
 * by fifty processes at a time, so it imports no driver but the one it needs.
 */

/** The storage: an account whose balance is a counter, and entries that are counted. */
export function bankEntities() {
  return {
    Account: defineEntity({
      name: 'Account',
      properties: { id: p.integer().primary(), balance: p.integer() },
    }),
    Entry: defineEntity({
      name: 'Entry',
      properties: { id: p.integer().primary().autoincrement(), note: p.text() },
    }),
  };
}

/** The first release: an installation opens one account, with nothing in it, and makes one entry. */
export class Bank extends Schema {
  readonly guid = 'bank';
  readonly latest: number = 1;

  override async onInstall(step: Step) {
    await step.execute('insert into account (id, balance) values (1, 0)');
    await step.execute(`insert into entry (note) values ('opened')`);
  }
}

/** A later one, each step of which adds 1 to the balance: done twice, or not at all, it shows. */
export class AddingBank extends Bank {
  override readonly latest: number;
  override readonly steps: Steps;

  constructor(orm: MikroORM, latest: number, compatible: number = latest, untilDone = async () => {}) {
    super(orm);
    this.latest = latest;
    this.steps = { [latest]: { compatible } };
    for (let version = 2; version <= latest; version += 1) {
      this[`upgradeTo_${version}`] = async (step: Step) => {
        await step.execute('update account set balance = balance + 1');
        if (version === latest) await untilDone();
      };
    }
  }
}

/** One whose only step inserts a row, and locks nothing that anybody else would want. */
export class EnteringBank extends Bank {
  override readonly latest = 2;

  async upgradeTo_2(step: Step) {
    await step.execute(`insert into entry (note) values ('entered')`);
  }
}

/** One that changes tables as well as rows, in two steps. */
export class ChangingBank extends Bank {
  override readonly latest = 3;

  async upgradeTo_2(step: Step) {
    await step.execute('alter table account add column owner text');
    await step.execute(`update account set balance = balance + 1, owner = 'Ann'`);
  }

  async upgradeTo_3(step: Step) {
    await step.execute('update account set balance = balance + 1');
    await step.execute('create table branch (id integer primary key)');
  }
}

/** One whose only step writes 300 entries of a size, and is done when told to be. */
export class WorkingBank extends Bank {
  override readonly latest = 2;
  readonly #size: number;
  readonly #untilDone: () => Promise<void>;

  constructor(orm: MikroORM, size: number, untilDone: () => Promise<void>) {
    super(orm);
    this.#size = size;
    this.#untilDone = untilDone;
  }

  async upgradeTo_2(step: Step) {
    const note = randomBytes(this.#size / 2).toString('hex');
    for (let entry = 0; entry < 300; entry += 1) await step.execute('insert into entry (note) values (?)', [note]);
    await step.execute('update account set balance = balance + 1');
    await this.#untilDone();
  }
}

/** How a process is to boot: on which database, as which release, with which options of `upgrade()`. */
export interface Boot {
  /** A file's path, or a URL of PostgreSQL. */
  readonly address: string;
  /** What opens a file. Default: better-sqlite3. */
  readonly client?: SqliteClient;
  readonly release: 'first' | 'adding' | 'entering' | 'changing' | 'working';
  /** What the release `adding` adds up to. Default: 11, which is ten steps. */
  readonly latest?: number;
  /** The oldest code that may run on what the release `adding` leaves. Default: itself. */
  readonly compatible?: number;
  /** Whether the release `adding` is done with its last step only when told to be. Default: false. */
  readonly pauses?: boolean;
  /** Connections on PostgreSQL at most. Default: the driver's own, 10. */
  readonly pool?: number;
  readonly waitMs?: number;
  readonly transaction?: TransactionMode;
}

/** Makes an ORM on the bank's storage. */
export async function openBank({ address, client = 'better-sqlite3', pool }: Boot): Promise<MikroORM> {
  const where: Options = address.startsWith('postgres')
    ? { driver: (await import('@mikro-orm/postgresql')).PostgreSqlDriver, clientUrl: address }
    : await sqliteOptions(client, address);
  const options: Options = { ...where, entities: Object.values(bankEntities()) };
  return MikroORM.init(pool ? { ...options, pool: { min: 0, max: pool } } : options);
}

/** Makes the release that boots. @param untilDone what one that is done when told to be waits for */
export function bankOf(
  orm: MikroORM,
  { address, release, latest = 11, compatible, pauses }: Boot,
  untilDone = async () => {},
): Bank {
  switch (release) {
    case 'first':
      return new Bank(orm);
    case 'adding':
      return new AddingBank(orm, latest, compatible, pauses ? untilDone : undefined);
    case 'entering':
      return new EnteringBank(orm);
    case 'changing':
      return new ChangingBank(orm);
    case 'working':
      // In a file 30 MB, twice what the page cache of better-sqlite3 holds. A server would take seconds to compress them.
      return new WorkingBank(orm, address.startsWith('postgres') ? 10 : 100_000, untilDone);
  }
}

/** Creates a database that the first release has installed. */
export async function installed(create: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await create();
  const orm = await database.orm(bankEntities());
  await new Bank(orm).upgrade();
  await orm.close();
  return database;
}

/** What a bank's database holds, as numbers. */
export interface Ledger {
  readonly accounts: number;
  readonly balance: number;
  readonly entries: number;
  readonly version: number;
  readonly stage: number | null;
  /** The process that announced itself. */
  readonly holder: number | null;
  /** Lines of the log. */
  readonly log: number;
}

/** Reads what a bank's database holds, past every ORM. */
export async function ledgerOf(database: Pick<TestDatabase, 'execute'>): Promise<Ledger> {
  const rows = await database.execute<Record<keyof Ledger, unknown>>(
    `select (select count(*) from account) as accounts, (select sum(balance) from account) as balance, ` +
      `(select count(*) from entry) as entries, (select count(*) from deployed_version_log) as log, ` +
      `version, stage, pid as holder from deployed_version`,
  );
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`deployed_version has ${rows.length} rows`);
  // PostgreSQL counts in bigints, which are text
  const numbers = Object.entries(row).map(([name, value]) => [name, value === null ? null : Number(value)]);
  return Object.fromEntries(numbers) as Ledger;
}
