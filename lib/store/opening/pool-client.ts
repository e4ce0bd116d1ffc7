import type { EventEmitter } from 'node:events';
import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { nativeClientOf } from '../../mikro-orm/connection-parts.ts';

type Send = (...args: unknown[]) => unknown;

/** A connection of a pool of `pg`, as far as we use it. */
interface PoolClient {
  query: Send;
  end(): Promise<void>;
}

/** A pool of `pg`. */
interface Pool extends EventEmitter {
  readonly waitingCount: number;
  readonly idleCount: number;
}

function isPool(native: unknown): native is Pool {
  return typeof native === 'object' && native !== null && 'waitingCount' in native && 'on' in native;
}

/**
 * Finds out which connection of a pool of `pg` is the one we hold, so that it can be thrown away: Kysely gives a connection
 * back as it is, and the next to get it would inherit a statement that is never answered, or an open transaction.
 */
export class PoolWatch {
  readonly #pool: Pool | undefined;
  readonly #candidates = new Set<PoolClient>();
  readonly #add = (client: PoolClient) => void this.#candidates.add(client);
  #client: PoolClient | undefined;

  private constructor(pool: Pool | undefined) {
    this.#pool = pool;
    pool?.on('acquire', this.#add);
  }

  /** Watches what the pool of a connection hands out from now on; nothing where there is no such pool. */
  static async begin(connection: AbstractSqlConnection): Promise<PoolWatch> {
    const native = await nativeClientOf(connection);
    return new PoolWatch(isPool(native) ? native : undefined);
  }

  get isThere(): boolean {
    return this.#pool !== undefined;
  }

  /** Whether a connection that does not come is being opened, and not used by others. */
  get isOpening(): boolean {
    return this.#pool?.waitingCount === 0;
  }

  /** Sends a statement, and learns which of the connections that were handed out it goes to. */
  recognise<T>(send: () => T): T {
    if (this.#client || this.#candidates.size === 0) return send();
    const restore = [...this.#candidates].map(client => this.#listen(client));
    try {
      return send();
    } finally {
      for (const back of restore) back();
      this.stop();
    }
  }

  #listen(client: PoolClient): () => void {
    const own = Object.getOwnPropertyDescriptor(client, 'query');
    const query = client.query.bind(client);
    const value: Send = (...args) => {
      this.#client = client;
      return query(...args);
    };
    Object.defineProperty(client, 'query', { value, configurable: true, writable: true });
    return () => {
      if (own) Object.defineProperty(client, 'query', own);
      else Reflect.deleteProperty(client, 'query');
    };
  }

  /** The connection that was recognised. */
  get client(): unknown {
    return this.#client;
  }

  /** Ends the connection that was recognised: its pool does not hand it out again. */
  drop(): void {
    void this.#client?.end().catch(() => {});
  }

  stop(): void {
    this.#pool?.off('acquire', this.#add);
    this.#candidates.clear();
  }
}
