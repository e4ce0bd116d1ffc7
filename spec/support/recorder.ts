import { EventEmitter } from 'node:events';
import type { MikroORM } from '@mikro-orm/sql';
import type Database from 'better-sqlite3';
import type pg from 'pg';

/** One statement as it was handed to the driver. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Which of the connections it went to, counted from 1 in the order they were first used. */
  readonly connection: number;
}

/** What to do around the nth statement, counted from 1 since the recording began and never again from 1. */
export interface Hooks {
  /** Runs right before the statement is sent. */
  before?(n: number, sql: string): void;
  /** Runs once the database has answered, with rows or with an error. */
  after?(n: number, sql: string): void;
}

/** A recording under way; `using` ends it. */
export interface Recording extends Disposable {
  readonly statements: readonly Statement[];
  /** The SQL of what was sent, in order. */
  readonly sql: readonly string[];
  /** Forgets what was recorded so far. */
  clear(): void;
  /** Ends the recording and leaves the driver as it was. */
  stop(): void;
}

/** Notes that a statement is sent, and returns what to call once it was answered. */
type Note = (connection: object, sql: string, parameters?: readonly unknown[]) => () => void;

/**
 * Records every statement that reaches the driver of an ORM from now on, `begin` and `commit` included.
 *
 * The ORM is connected first, so what connecting costs is not in it. Statements are caught below MikroORM and Kysely,
 * at `pg` and `better-sqlite3` themselves: whoever sends them, they are seen. ORMs that share a database in
 * memory share its connection, so a recording of one sees them all.
 */
export async function record(orm: MikroORM, hooks: Hooks = {}): Promise<Recording> {
  const statements: Statement[] = [];
  const connections: object[] = [];
  let count = 0;
  const note: Note = (connection, sql, parameters = []) => {
    if (!connections.includes(connection)) connections.push(connection);
    const n = ++count;
    statements.push({ sql, parameters, connection: connections.indexOf(connection) + 1 });
    hooks.before?.(n, sql);
    return () => hooks.after?.(n, sql);
  };

  await orm.connect();
  const connection: { getNativeClient(): Promise<unknown> } = orm.em.getConnection();
  const client = await connection.getNativeClient();
  const stop = isPool(client) ? tapPool(client, note) : tapSqlite(client as Database.Database, note);
  return {
    statements,
    get sql() {
      return statements.map(statement => statement.sql);
    },
    clear: () => void statements.splice(0),
    stop,
    [Symbol.dispose]: stop,
  };
}

function isPool(client: unknown): client is pg.Pool {
  return typeof client === 'object' && client !== null && 'totalCount' in client;
}

function tapPool(pool: pg.Pool, note: Note): () => void {
  const taps: (() => void)[] = [];
  const tapClient = (client: pg.PoolClient) => taps.push(tapPgClient(client, note));
  // There is no public way to the clients that wait in the pool.
  for (const client of (pool as unknown as { _clients: pg.PoolClient[] })._clients) tapClient(client);
  pool.on('connect', tapClient);
  return () => {
    pool.off('connect', tapClient);
    for (const untap of taps.splice(0)) untap();
  };
}

type PgQuery = (query: string | pg.QueryConfig | pg.Submittable, ...rest: unknown[]) => unknown;

function tapPgClient(client: pg.PoolClient, note: Note): () => void {
  return tap<PgQuery>(client, 'query', query => (text, ...rest) => {
    const sql = typeof text === 'string' ? text : (text as { text: string }).text;
    const answered = note(client, sql, rest.find(Array.isArray));
    // The other way to be told, a callback, is used by nothing between MikroORM and here; a cursor has none at all.
    const result = query(text, ...rest);
    if (result instanceof Object && 'then' in result) void (result as Promise<unknown>).then(answered, answered);
    else if (result instanceof EventEmitter) result.once('close', answered);
    return result;
  });
}

type Send = (...parameters: unknown[]) => unknown;

function tapSqlite(database: Database.Database, note: Note): () => void {
  const noted = (send: Send, sql: string, parameters: readonly unknown[]) => {
    const answered = note(database, sql, parameters);
    try {
      return send();
    } finally {
      answered();
    }
  };
  const untaps = [
    tap<(sql: string) => Database.Statement>(database, 'prepare', prepare => sql => {
      let statement: Database.Statement;
      try {
        statement = prepare(sql);
      } catch (error) {
        // It was sent and refused: a missing table shows here already, and never gets as far as running.
        note(database, sql)();
        throw error;
      }
      for (const method of ['run', 'get', 'all', 'iterate'] as const) {
        tap<Send>(
          statement,
          method,
          send =>
            (...parameters) =>
              noted(() => send(...parameters), sql, parameters.flat()),
        );
      }
      return statement;
    }),
    tap<(sql: string) => unknown>(database, 'exec', exec => sql => noted(() => exec(sql), sql, [])),
    tap<(sql: string, ...rest: unknown[]) => unknown>(
      database,
      'pragma',
      pragma =>
        (sql, ...rest) =>
          noted(() => pragma(sql, ...rest), `pragma ${sql}`, []),
    ),
  ];
  return () => untaps.forEach(untap => untap());
}

/** Puts a method of one object behind another, and returns how to take it away again. */
function tap<Method extends (...parameters: never[]) => unknown>(
  target: object,
  name: string,
  around: (method: Method) => Method,
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = Reflect.get(target, name) as Method;
  const value = around(method.bind(target) as Method);
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  };
}
