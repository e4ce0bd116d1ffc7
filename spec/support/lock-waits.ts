import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { TestDatabase } from './databases.ts';

/** What PostgreSQL writes down of the sessions on some databases. */
export interface LockWatch {
  /**
   * Every wait for a lock inside a statement, and the statement; only complete once the sessions have ended.
   *
   * Without those that a reader cannot avoid: a commit makes a new table visible a moment before it releases its locks.
   */
  waits(): Promise<string[]>;
  /** How many sessions there have been since; each counts once it was idle for the first time. */
  sessions(): Promise<number>;
}

/** A line of the server's log. */
interface Line {
  readonly pid: string;
  readonly database: string;
  /** The transaction that its session is in; '0' before the first write. */
  readonly transaction: string;
  readonly text: string;
}

/** A wait for a lock, as the lines of one session tell of it. */
interface Wait {
  readonly database: string;
  /** As in 'AccessShareLock on relation 20764 of database 16384'. */
  readonly what: string;
  readonly statement: string;
  /** The sessions that hold the lock. */
  readonly holders: readonly string[];
  /** What the first of them was told last before that, and in which transaction. */
  readonly told: Line | undefined;
}

// `2026-01-02 03:04:05.678 GMT [4711] postgres@zoo_1/worker 815 LOG:  process 4711 still waiting for …`
const LINE =
  /^\S+ \S+ \S+ \[(?<pid>\d+)\] \w+@(?<database>\w+)\/\S* (?<transaction>\d+) (?<text>[A-Z]+: .+(?:\n\t.*)*)$/gm;
const STILL_WAITING = /^LOG: {2}process \d+ still waiting for (.+) after/;
const HOLDING = /^DETAIL: {2}Process(?:es)? holding the lock: ([\d, ]+)\./;
const STATEMENT = /^STATEMENT: {2}([^]*)/;
const TOLD = /^LOG: {2}(?:statement|execute [^:]+): /;

/** Has PostgreSQL write down who waits for a lock for longer than the least it can measure, 1 ms, from the next session on. */
export async function watchLocks(databases: readonly TestDatabase[]): Promise<LockWatch> {
  const log = process.env['DEJAVU_PG_LOG'];
  if (!log) throw new Error('DEJAVU_PG_LOG is not set: the log of the server that DEJAVU_PG_URL leads to');
  const written = writtenFromNow(log);
  const names = databases.map(({ address = '' }) => new URL(address).pathname.slice(1));
  for (const [index, database] of databases.entries()) {
    await database.execute(`alter database ${names[index]} set log_lock_waits = on`);
    await database.execute(`alter database ${names[index]} set deadlock_timeout = '1ms'`);
    // Whether a holder is still in the transaction that created the table: see isOfItsCreation.
    await database.execute(`alter database ${names[index]} set log_statement = 'all'`);
  }
  const count = async () => {
    const [row] =
      (await databases[0]?.execute<{ sessions: string }>(
        `select sum(sessions) as sessions from pg_stat_database where datname = any('{${names.join(',')}}')`,
      )) ?? [];
    return Number(row?.sessions);
  };
  const before = await count();
  return {
    async waits() {
      const waits: string[] = [];
      for (const wait of waitsIn(written(), names)) {
        const database = databases[names.indexOf(wait.database)] as TestDatabase;
        if (!(await isOfItsCreation(database, wait))) waits.push(`${wait.what}: ${wait.statement}`);
      }
      return waits;
    },
    sessions: async () => (await count()) - before,
  };
}

/** Reads what a file gets from now on: the log of a long run is longer than all that one of its specs needs. */
export function writtenFromNow(path: string): () => string {
  const begin = statSync(path).size;
  return () => {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(fstatSync(file).size - begin);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, begin));
    } finally {
      closeSync(file);
    }
  };
}

function waitsIn(log: string, names: readonly string[]): Wait[] {
  const lines = [...log.matchAll(LINE)].map(({ groups }) => groups as unknown as Line);
  const ours = lines.filter(({ database }) => names.includes(database));
  return ours.flatMap(({ pid, database, text }, index) => {
    const what = STILL_WAITING.exec(text)?.[1];
    if (what === undefined) return [];
    const own = ours.slice(index + 1).filter(line => line.pid === pid);
    const first = (pattern: RegExp) => own.map(line => pattern.exec(line.text)?.[1]).find(found => found !== undefined);
    const holders = first(HOLDING)?.split(', ') ?? [];
    const told = ours.slice(0, index).findLast(line => line.pid === holders[0] && TOLD.test(line.text));
    return [{ database, what, statement: first(STATEMENT)?.trim() ?? '', holders, told }];
  });
}

/**
 * Whether a statement that names a table waited for nobody but the session that creates it, in that very transaction.
 * Such a table can be found by its name only once the creation is committed: what is waited for is the last moment of the
 * commit, in which PostgreSQL releases locks, and no work. A reader cannot know that it has to come later.
 */
async function isOfItsCreation(database: TestDatabase, { what, statement, holders, told }: Wait): Promise<boolean> {
  const relation = /^AccessShareLock on relation (\d+) of database \d+$/.exec(what)?.[1];
  if (relation === undefined || holders.length !== 1 || told === undefined) return false;
  // Nothing ever updates the row of a system column: what wrote it is what created the table.
  const [created] = await database.execute<{ name: string; transaction: string }>(
    `select c.relname as name, a.xmin::text as transaction from pg_class c ` +
      `join pg_attribute a on a.attrelid = c.oid and a.attname = 'tableoid' where c.oid = ${relation} and c.relkind = 'r'`,
  );
  return created?.transaction === told.transaction && new RegExp(`\\b${created.name}\\b`).test(statement);
}
