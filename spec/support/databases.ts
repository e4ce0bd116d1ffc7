import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { MikroORM, NodeSqliteDialect, SqliteDriver as PlainSqliteDriver, type Options } from '@mikro-orm/sql';
import { SqliteConnection, SqliteDriver } from '@mikro-orm/sqlite';
import Database from 'better-sqlite3';
import { SqliteDialect } from 'kysely';
import { keptSession } from './session.ts';
import { giveDatabaseBack, takeDatabase } from './spare-databases.ts';

/** The entities of one ORM, in a list or by name; made anew for each ORM, since two must not share them. */
export type Entities =
  | NonNullable<Options['entities']>
  | Readonly<Record<string, NonNullable<Options['entities']>[number]>>;

/** Everything an ORM is made with besides its entities. */
export type OrmOptions = Omit<Options, 'entities'>;

/** How a new database is to be. */
export interface DatabaseOptions {
  /** Connections an ORM on PostgreSQL may hold at most. Default: the driver's own, 10. */
  readonly pool?: number;
  /** Whether a SQLite file keeps a write-ahead log instead of a rollback journal. Default: false. */
  readonly wal?: boolean;
}

/** A kind of database that a cell of the matrix is run on. */
export interface DatabaseKind {
  readonly name: string;
  readonly dialect: 'sqlite' | 'postgresql';
  /** Creates an empty database that nobody else uses. */
  create(options?: DatabaseOptions): Promise<TestDatabase>;
}

/** An empty database of its own; `await using` drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgresql';
  /** What an ORM on this database needs to know, without entities. */
  readonly options: OrmOptions;
  /** Where another process finds it: a file's path or a URL; `undefined` in memory. @see openOrm */
  readonly address: string | undefined;
  /**
   * Makes a new ORM on this database, as the next release of an application would.
   *
   * In memory there is but one connection, which all of them share and none of them closes.
   */
  orm(entities: Entities, more?: OrmOptions): Promise<MikroORM>;
  /** Sends raw SQL past every ORM and returns the rows; placeholders are the driver's own, `?` or `$1`. */
  execute<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Closes the ORMs made here and removes the database; a second call does nothing. */
  drop(): Promise<void>;
}

const sqliteMemory: DatabaseKind = { name: 'sqlite memory', dialect: 'sqlite', create: createMemory };
const sqliteFile: DatabaseKind = { name: 'sqlite file', dialect: 'sqlite', create: createFile };
const postgresql: DatabaseKind = { name: 'postgresql', dialect: 'postgresql', create: createPostgres };

/** A SQLite file by `node:sqlite`, of which MikroORM sees no more than the dialect of Kysely. */
export const nodeSqlite: DatabaseKind = {
  name: 'sqlite file by node:sqlite',
  dialect: 'sqlite',
  create: createNodeFile,
};

/** The kinds that every cell of the matrix is run on. */
export const databases: readonly DatabaseKind[] = [sqliteMemory, sqliteFile, postgresql];

/** PostgreSQL in this very process, for smoke runs: it takes a second to start. */
export const pglite: DatabaseKind = { name: 'pglite', dialect: 'postgresql', create: createPglite };

export { postgresql, sqliteFile, sqliteMemory };

/** Makes an ORM on the database that `address` leads to, for processes that did not create it. */
export async function openOrm(address: string, entities: Entities, more?: OrmOptions): Promise<MikroORM> {
  return initOrm(address.startsWith('postgres') ? postgresOptions(address) : fileOptions(address), entities, more);
}

async function createMemory(): Promise<TestDatabase> {
  const memory = new Database(':memory:');
  return testDatabase({
    dialect: 'sqlite',
    address: undefined,
    options: { driver: sharedMemory(memory), dbName: ':memory:' },
    execute: async (sql, parameters) => sqliteRows(memory, sql, parameters),
    remove: async () => void memory.close(),
  });
}

async function createFile({ wal = false }: DatabaseOptions = {}): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-sqlite-'));
  const file = join(folder, 'zoo.db');
  const execute = async (sql: string, parameters?: readonly unknown[]) => {
    const database = new Database(file);
    try {
      return sqliteRows(database, sql, parameters);
    } finally {
      database.close();
    }
  };
  if (wal) await execute('pragma journal_mode = wal');
  return testDatabase({
    dialect: 'sqlite',
    address: file,
    options: fileOptions(file),
    execute,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  });
}

async function createNodeFile(options?: DatabaseOptions): Promise<TestDatabase> {
  const { address = '', execute, drop } = await createFile(options);
  return testDatabase({
    dialect: 'sqlite',
    address,
    options: { driver: PlainSqliteDriver, dbName: address, driverOptions: () => new NodeSqliteDialect(address) },
    execute,
    remove: drop,
  });
}

async function createPostgres({ pool }: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = process.env['DEJAVU_PG_URL'];
  if (!server) throw new Error('DEJAVU_PG_URL is not set: PostgreSQL is started by the set-up of the whole run');
  const name = `zoo_${process.pid}_${randomBytes(5).toString('hex')}`;
  const admin = postgresUrl(server, 'postgres');
  const address = postgresUrl(server, name);
  await takeDatabase(admin, name);
  const session = keptSession(address);
  return testDatabase({
    dialect: 'postgresql',
    address,
    options: { ...postgresOptions(address), ...(pool && { pool: { min: 0, max: pool } }) },
    execute: session.rows,
    remove: () => giveDatabaseBack(admin, session, name),
  });
}

async function createPglite(): Promise<TestDatabase> {
  // Two megabytes of code, which few specs need.
  const [{ PGlite }, { PgliteDriver }] = [await import('@electric-sql/pglite'), await import('@mikro-orm/pglite')];
  const server = await PGlite.create();
  return testDatabase({
    dialect: 'postgresql',
    address: undefined,
    options: { driver: PgliteDriver, dbName: 'postgres', driverOptions: { pglite: server } },
    execute: async (sql, parameters) => {
      if (parameters) return (await server.query(sql, [...parameters])).rows;
      return (await server.exec(sql)).at(-1)?.rows ?? [];
    },
    remove: () => server.close(),
  });
}

interface Parts extends Pick<TestDatabase, 'address' | 'dialect' | 'options'> {
  readonly execute: (sql: string, parameters?: readonly unknown[]) => Promise<unknown[]>;
  readonly remove: () => Promise<void>;
}

function testDatabase({ execute, remove, ...database }: Parts): TestDatabase {
  const orms: MikroORM[] = [];
  let dropped: Promise<void> | undefined;
  const drop = () => (dropped ??= Promise.all(orms.map(orm => orm.close(true))).then(remove));
  return {
    ...database,
    async orm(entities, more) {
      const orm = await initOrm(database.options, entities, more);
      orms.push(orm);
      return orm;
    },
    execute: async <Row>(sql: string, parameters?: readonly unknown[]) => (await execute(sql, parameters)) as Row[],
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function initOrm(options: OrmOptions, entities: Entities, more?: OrmOptions) {
  return MikroORM.init({
    discovery: { warnWhenNoEntities: false },
    ...options,
    ...more,
    entities: Array.isArray(entities) ? entities : Object.values(entities),
  });
}

function fileOptions(file: string): OrmOptions {
  return { driver: SqliteDriver, dbName: file };
}

function postgresOptions(url: string): OrmOptions {
  return { driver: PostgreSqlDriver, clientUrl: url };
}

function postgresUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function sqliteRows(database: Database.Database, sql: string, parameters: readonly unknown[] = []): unknown[] {
  try {
    const statement = database.prepare(sql);
    if (statement.reader) return statement.all(...parameters);
    statement.run(...parameters);
  } catch (error) {
    // This is how better-sqlite3 says that the text holds more than one statement, or none. Its RangeError is not the
    // one of the sandbox that a spec runs in, so only the name tells.
    if ((error as Error).name !== 'RangeError' || parameters.length > 0) throw error;
    database.exec(sql);
  }
  return [];
}

/** The driver of `@mikro-orm/sqlite`, whose connections are all one, which outlives every ORM. */
function sharedMemory(memory: Database.Database): typeof SqliteDriver {
  class SharedMemoryConnection extends SqliteConnection {
    override createKyselyDialect() {
      return new SqliteDialect({ database: { prepare: sql => memory.prepare(sql), close: () => undefined } });
    }

    override async executeDump(dump: string) {
      memory.exec(dump);
    }

    override async getNativeClient() {
      await this.ensureConnection();
      return memory;
    }
  }

  return class SharedMemoryDriver extends SqliteDriver {
    protected override readonly connection = new SharedMemoryConnection(this.config);
  };
}
