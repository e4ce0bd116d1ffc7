/** A driver, engine or server that dejavu knows and does not run on. */
interface Unsupported {
  /** Its name as people write it. */
  readonly title: string;
  /** Why it is not supported, as one or two sentences. */
  readonly why: string;
  /** What to use instead, as one sentence. */
  readonly instead: string;
}

const POSTGRESQL = 'Use PostgreSQL.';
const EITHER = 'Use PostgreSQL, or a SQLite file.';
const DDL_COMMITS =
  'A statement that changes a table commits the transaction there, so steps cannot be all or nothing.';

/** Every driver, engine and server that is known and not supported. `docs/drivers.md` lists the same, and a spec compares them. */
export const UNSUPPORTED = {
  libsqlLocal: {
    title: 'libSQL with a local file',
    why: 'libsql never resets a statement that failed because the file was locked, so a process that waits for another one never gets the lock.',
    instead: 'Use @mikro-orm/sqlite on the same file.',
  },
  libsqlRemote: {
    title: 'libSQL over the network',
    why: 'The server ends a transaction that stays open for a few seconds, so a step cannot rely on it.',
    instead: EITHER,
  },
  turso: {
    title: 'Turso Database',
    why: 'It lets only one process open a file, and it lacks parts of SQLite that dejavu needs, such as pragma_data_version.',
    instead: 'Use @mikro-orm/sqlite.',
  },
  d1: {
    title: 'Cloudflare D1',
    why: 'It has no transaction that stays open from one statement to the next, so steps cannot be all or nothing.',
    instead: 'Use PostgreSQL, which Workers reach by Hyperdrive.',
  },
  durableObjects: {
    title: 'SQLite in a Cloudflare Durable Object',
    why: 'SQL cannot begin a transaction there, only its JavaScript interface can, so steps cannot be all or nothing.',
    instead: 'Use PostgreSQL, which Workers reach by Hyperdrive.',
  },
  cockroachdb: {
    title: 'CockroachDB',
    why: 'Changes of tables are finished after the commit and may fail then, so steps cannot be all or nothing.',
    instead: POSTGRESQL,
  },
  yugabytedb: {
    title: 'YugabyteDB',
    why: 'By default a rollback does not undo changes of tables, so steps cannot be all or nothing.',
    instead: POSTGRESQL,
  },
  postgresqlKin: {
    title: 'A server that only speaks like PostgreSQL',
    why: 'Its locks and its changes of tables are not those of PostgreSQL, and dejavu relies on both.',
    instead: POSTGRESQL,
  },
  mysql: { title: 'MySQL', why: DDL_COMMITS, instead: EITHER },
  mariadb: { title: 'MariaDB', why: DDL_COMMITS, instead: EITHER },
  mssql: { title: 'Microsoft SQL Server', why: 'dejavu does not speak its dialect of SQL yet.', instead: EITHER },
  oracle: { title: 'Oracle Database', why: DDL_COMMITS, instead: EITHER },
  mongodb: { title: 'MongoDB', why: 'It has no tables, and dejavu compares and changes tables.', instead: EITHER },
  unknown: { title: 'This driver', why: 'dejavu does not speak its dialect of SQL.', instead: EITHER },
} as const satisfies Readonly<Record<string, Unsupported>>;

export type UnsupportedName = keyof typeof UNSUPPORTED;
