import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { MikroORM } from '@mikro-orm/sql';
import type { PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Entities, OrmOptions, TestDatabase } from './databases.ts';

/**
 * Many ORMs on one database, one after the other, through the same connections. None has to be closed, and none is kept: a
 * pool for each would use up a server, whose new processes have to read the catalog again.
 */
export class SharedConnections implements AsyncDisposable {
  readonly #options: OrmOptions;
  readonly #end: () => Promise<void>;

  constructor({ dialect, options }: TestDatabase) {
    // In memory there is but one connection.
    const { driver, end } = dialect === 'postgresql' ? sharedPool() : { driver: options.driver, end: async () => {} };
    this.#options = { ...options, ...(driver && { driver }) };
    this.#end = end;
  }

  orm(entities: Entities): Promise<MikroORM> {
    return MikroORM.init({
      discovery: { warnWhenNoEntities: false },
      ...this.#options,
      entities: Array.isArray(entities) ? entities : Object.values(entities),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end();
  }
}

function sharedPool() {
  let pool: pg.Pool | undefined;
  let dialect: PostgresDialect | undefined;

  class SharedPoolConnection extends PostgreSqlConnection {
    override createKyselyDialect() {
      const onPoolCreated = (created: pg.Pool) => void (pool = created);
      const shared = (dialect ??= super.createKyselyDialect({ onPoolCreated } as object));
      const lasting = { createDriver: () => Object.assign(shared.createDriver(), { destroy: async () => {} }) };
      return Object.assign(Object.create(shared) as PostgresDialect, lasting);
    }

    override async getNativeClient() {
      await this.ensureConnection();
      return pool as pg.Pool;
    }
  }

  class SharedPoolDriver extends PostgreSqlDriver {
    protected override readonly connection = new SharedPoolConnection(this.config);
  }
  return { driver: SharedPoolDriver, end: async () => pool?.end() };
}
