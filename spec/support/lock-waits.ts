import { readFileSync } from 'node:fs';
import type { TestDatabase } from './databases.ts';

/** What PostgreSQL writes down of the sessions on some databases. */
export interface LockWatch {
  /** Every wait for a lock inside a statement, and the statement; only complete once the sessions have ended. */
  waits(): string[];
  /** How many sessions there have been since; each counts once it was idle for the first time. */
  sessions(): Promise<number>;
}

// `2026-01-02 03:04:05.678 GMT [4711] postgres@zoo_1/worker LOG:  process 4711 still waiting for …`
const LINE = /^\S+ \S+ \S+ \[\d+\] \w+@(?<name>\w+)\/\S* (?<text>.+)$/;

/** Has PostgreSQL write down who waits for a lock for longer than the least it can measure, 1 ms, from the next session on. */
export async function watchLocks(databases: readonly TestDatabase[]): Promise<LockWatch> {
  const log = process.env['DEJAVU_PG_LOG'];
  if (!log) throw new Error('DEJAVU_PG_LOG is not set: the log of the server that DEJAVU_PG_URL leads to');
  const names = databases.map(({ address = '' }) => new URL(address).pathname.slice(1));
  for (const [index, database] of databases.entries()) {
    await database.execute(`alter database ${names[index]} set log_lock_waits = on`);
    await database.execute(`alter database ${names[index]} set deadlock_timeout = '1ms'`);
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
    waits() {
      const ours = readFileSync(log, 'utf8')
        .split('\n')
        .map(line => LINE.exec(line)?.groups as { name: string; text: string } | undefined)
        .filter(line => line && names.includes(line.name))
        .map(line => line?.text ?? '');
      // What it waited for is said again once it has it, and the statement comes after either.
      return ours.flatMap((text, index) => {
        const what = /^LOG: {2}process \d+ still waiting for (.+) after/.exec(text)?.[1];
        const statement = ours.slice(index).find(line => line.startsWith('STATEMENT:'));
        return what === undefined ? [] : [`${what}: ${statement?.slice('STATEMENT:'.length).trim()}`];
      });
    },
    sessions: async () => (await count()) - before,
  };
}
