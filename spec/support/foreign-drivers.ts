import type { UnsupportedName } from '../../lib/dialects/drivers/unsupported.ts';

/** A driver that is not supported, as an application would use it. */
export interface ForeignDriver {
  /** What npm installs for it. */
  readonly packages: Readonly<Record<string, string>>;
  /** The body of a function, in JavaScript, that returns the options of an ORM and what was written to its database. */
  readonly source: string;
}

const MIKRO_ORM = '7.2.1';
const KYSELY = { '@mikro-orm/sql': MIKRO_ORM, kysely: '0.29.6' };

/** Nothing listens there: whoever connects fails in another way. */
const server = (name: string, className: string): ForeignDriver => ({
  packages: { [`@mikro-orm/${name}`]: MIKRO_ORM },
  source: `
    const { ${className} } = await import('@mikro-orm/${name}');
    return { options: { driver: ${className}, dbName: 'zoo', host: '127.0.0.1', port: 9 }, written: () => [] };`,
});

const libsql = (address: string): ForeignDriver => ({
  packages: { '@mikro-orm/libsql': MIKRO_ORM },
  source: `
    const { LibSqlDriver } = await import('@mikro-orm/libsql');
    const { existsSync } = await import('node:fs');
    return { options: { driver: LibSqlDriver, dbName: '${address}' }, written: () => existsSync('${address}') ? ['${address}'] : [] };`,
});

/** A dialect of Kysely over a function that sends a statement. */
const DIALECT = `
    const { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } = await import('kysely');
    const { SqliteDriver } = await import('@mikro-orm/sql');
    const dialectOn = send => {
      const connection = { executeQuery: async ({ sql, parameters }) => ({ rows: await send(sql, parameters) }) };
      const tell = sql => () => send(sql, []);
      return {
        createAdapter: () => new SqliteAdapter(),
        createIntrospector: db => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createDriver: () => ({
          init: async () => {}, acquireConnection: async () => connection, releaseConnection: async () => {}, destroy: async () => {},
          beginTransaction: tell('begin'), commitTransaction: tell('commit'), rollbackTransaction: tell('rollback'),
        }),
      };
    };`;

const CLOUDFLARE = `
    const { Miniflare } = await import('miniflare');
    const script = \`
      import { DurableObject } from 'cloudflare:workers';
      export class Zoo extends DurableObject {
        async fetch(request) {
          const { sql, parameters } = await request.json();
          try { return Response.json({ rows: this.ctx.storage.sql.exec(sql, ...parameters).toArray() }); }
          catch (error) { return Response.json({ error: error.message }); }
        }
      }
      export default { fetch: (request, env) => env.ZOO.get(env.ZOO.idFromName('zoo')).fetch(request) };\`;
    const cloudflare = new Miniflare({
      modules: true, script, compatibilityDate: '2025-06-01', d1Databases: ['DB'],
      durableObjects: { ZOO: { className: 'Zoo', useSQLite: true } },
    });
    const close = () => cloudflare.dispose();
    const TABLES = "select name from sqlite_master where type = 'table' and name not like '\\\\_cf%' escape '\\\\'";`;

/** Each driver that real packages bring, by its name. PostgreSQL's kin have no packages: a server says that it is one of them. */
export const FOREIGN_DRIVERS: Readonly<Partial<Record<UnsupportedName, ForeignDriver>>> = {
  libsqlLocal: libsql('zoo-libsql.db'),
  libsqlRemote: libsql('libsql://zoo.example.invalid'),
  mysql: server('mysql', 'MySqlDriver'),
  mariadb: server('mariadb', 'MariaDbDriver'),
  mssql: server('mssql', 'MsSqlDriver'),
  oracle: server('oracledb', 'OracleDriver'),
  mongodb: server('mongodb', 'MongoDriver'),
  turso: {
    packages: { ...KYSELY, '@tursodatabase/database': '0.7.2' },
    source: `${DIALECT}
    const turso = await (await import('@tursodatabase/database')).connect('zoo-turso.db');
    const send = async (sql, parameters) => (await turso.prepare(sql)).all(...parameters);
    const written = async () => (await send('select name from sqlite_master', [])).map(row => row.name);
    return { options: { driver: SqliteDriver, dbName: 'zoo-turso.db', driverOptions: dialectOn(send) }, written };`,
  },
  d1: {
    packages: { ...KYSELY, 'kysely-d1': '0.4.0', miniflare: '4.20260730.0' },
    source: `${DIALECT}${CLOUDFLARE}
    const { D1Dialect } = await import('kysely-d1');
    const database = await cloudflare.getD1Database('DB');
    const written = async () => (await database.prepare(TABLES).all()).results.map(row => row.name);
    return { options: { driver: SqliteDriver, dbName: 'zoo', driverOptions: new D1Dialect({ database }) }, written, close };`,
  },
  durableObjects: {
    packages: { ...KYSELY, miniflare: '4.20260730.0' },
    source: `${DIALECT}${CLOUDFLARE}
    const send = async (sql, parameters) => {
      const body = JSON.stringify({ sql, parameters });
      const { rows, error } = await (await cloudflare.dispatchFetch('http://zoo/', { method: 'POST', body })).json();
      if (error) throw new Error(error);
      return rows;
    };
    const written = async () => (await send(TABLES, [])).map(row => row.name);
    return { options: { driver: SqliteDriver, dbName: 'zoo', driverOptions: dialectOn(send) }, written, close };`,
  },
  unknown: {
    packages: KYSELY,
    source: `
    const { MikroORM, SqliteDriver, SqlitePlatform } = await import('@mikro-orm/sql');
    class NewPlatform extends SqlitePlatform {
      getSchemaHelper() { return undefined; }
    }
    class NewDriver extends SqliteDriver {
      platform = new NewPlatform();
    }
    return { options: { driver: NewDriver, dbName: 'zoo' }, written: () => [] };`,
  },
};
