import SQLite from 'better-sqlite3';
import pg from 'pg';
import type { TestDatabase } from '../spec/support/databases.ts';

/** The driver itself, as somebody would use it who writes everything by hand. */
export interface Driver {
  /** Sends one statement; placeholders are `$1`, `$2`, …, which both drivers read. */
  send(sql: string, ...params: (string | number)[]): Promise<unknown[]>;
  /** Sends many at once. */
  batch(sql: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** What a careful person would keep beside the data. */
export const BOOKKEEPING = `
  create table deployed (guid text not null primary key, version integer not null);
  create table deployed_log (guid text not null, version integer not null, at text not null, took_ms integer not null);
  insert into deployed values ('bench', 1);
`;

export async function openByHand({ dialect, address = '' }: TestDatabase): Promise<Driver> {
  return dialect === 'sqlite' ? openSqlite(address) : openPostgresql(address);
}

function openSqlite(file: string): Driver {
  const database = new SQLite(file);
  return {
    async send(sql, ...params) {
      const statement = database.prepare(sql);
      const named = params.length === 0 ? [] : [Object.fromEntries(params.map((value, index) => [index + 1, value]))];
      if (statement.reader) return statement.all(...named);
      statement.run(...named);
      return [];
    },
    batch: async sql => database.exec(sql),
    close: async () => database.close(),
  };
}

async function openPostgresql(url: string): Promise<Driver> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    send: async (sql, ...params) => (await client.query(sql, params)).rows,
    batch: sql => client.query(sql),
    close: () => client.end(),
  };
}

/** Does one version by hand: its statement, its number, its line in the log. */
export async function stepByHand(driver: Driver, version: number, sql: string): Promise<void> {
  const began = performance.now();
  await driver.send(sql);
  await driver.send('update deployed set version = $1 where guid = $2 and version = $3', version, 'bench', version - 1);
  await driver.send(
    'insert into deployed_log values ($1, $2, $3, $4)',
    'bench',
    version,
    new Date().toISOString(),
    Math.round(performance.now() - began),
  );
}
