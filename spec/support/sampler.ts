import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Looks at what every session of some PostgreSQL databases does; `await using` ends it. */
export interface Sampler extends AsyncDisposable {
  /** How often it looked. */
  readonly samples: number;
  /** How many sessions it has seen. */
  readonly sessions: number;
  /** What it saw waiting for a lock inside a statement, and the statement. */
  readonly waits: readonly string[];
  /** Looks again and again while `work` runs. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

const ACTIVITY = `
  select pid, wait_event_type as type, wait_event as event, query from pg_stat_activity
  where datname = any($1) and backend_type = 'client backend' and pid <> pg_backend_pid()`;

/** Starts a sampler of the databases with these addresses, all on one server. */
export async function startSampler(addresses: readonly string[]): Promise<Sampler> {
  const client = new pg.Client({ connectionString: addresses[0] });
  await client.connect();
  const names = addresses.map(address => new URL(address).pathname.slice(1));
  const sessions = new Set<number>();
  const waits = new Set<string>();
  const at = { work: false, samples: 0 };

  async function look() {
    while (at.work) {
      const { rows } = await client.query<{ pid: number; type: string | null; event: string; query: string }>(
        ACTIVITY,
        [names],
      );
      at.samples += 1;
      for (const { pid, type, event, query } of rows) {
        sessions.add(pid);
        if (type === 'Lock') waits.add(`${event}: ${query}`);
      }
      await sleep(1);
    }
  }

  return {
    get samples() {
      return at.samples;
    },
    get sessions() {
      return sessions.size;
    },
    get waits() {
      return [...waits];
    },
    async during(work) {
      at.work = true;
      const looking = look();
      try {
        return await work();
      } finally {
        at.work = false;
        await looking;
      }
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
