import { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { asSentence, DatabaseUnavailableError, PermissionDeniedError, reasonOf } from '../../errors.ts';
import { connectionTo } from '../../mikro-orm/connection-parts.ts';
import { managementDatabaseOf } from '../../mikro-orm/schema-helper-parts.ts';
import { quoteName } from '../../sql/quoting.ts';
import { primaryOf } from '../../store/connection.ts';
import { faultOf } from '../../store/faults.ts';
import { isForgotten, LIKE_SCRATCH, nameScratch } from '../../store/opening/scratch-names.ts';
import type { DialectName } from '../../dialects/registry.ts';
import { applicationOn, type Lender, type OrmOptions } from './lender.ts';

/**
 * Lends databases of a PostgreSQL server. Each is created for one check, with the extensions of the application's database,
 * and dropped after it. Databases of killed processes are dropped before the first.
 */
export function serverLender(guid: string, options: OrmOptions, dialect: DialectName): Lender {
  const server = { guid, options };
  let extensions: Promise<readonly string[]> | undefined;
  return {
    title: 'PostgreSQL',
    dialect,
    async lend(_kind, owner) {
      const name = nameScratch('proof');
      extensions ??= onServer(server, undefined, dropForgotten).then(() => extensionsOf(server));
      // The next check tries again.
      extensions.catch(() => (extensions = undefined));
      const wanted = await extensions;
      await onServer(server, undefined, admin => admin.execute(`create database ${quoteName(name)}`));
      const drop = () =>
        onServer(server, undefined, admin => admin.execute(`drop database if exists ${quoteName(name)} with (force)`));
      try {
        if (wanted.length > 0) await onServer(server, name, inside => addExtensions(inside, wanted));
        const clientUrl = options.clientUrl && urlTo(options.clientUrl, name);
        const orm = applicationOn(owner, options, { dbName: name, ...(clientUrl && { clientUrl }) });
        const giveBack = async () => {
          try {
            await orm.close(true);
          } finally {
            await drop();
          }
        };
        return { orm, address: clientUrl, giveBack };
      } catch (error) {
        await drop();
        throw error;
      }
    },
  };
}

function urlTo(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function dropForgotten(admin: AbstractSqlConnection): Promise<void> {
  const rows = await admin.execute<{ name: string }[]>(
    `select datname::pg_catalog.text as name from pg_catalog.pg_database where datname like '${LIKE_SCRATCH}' ` +
      `and pg_catalog.pg_has_role(datdba, 'usage')`,
  );
  for (const { name } of rows.filter(row => isForgotten(row.name))) {
    try {
      await admin.execute(`drop database if exists ${quoteName(name)}`);
    } catch {
      // The database is in use, or another process drops it.
    }
  }
}

/** Lists the extensions of the configured database, if it exists. Reads nothing else there. */
async function extensionsOf(server: ProofServer): Promise<readonly string[]> {
  try {
    const rows = await onServer(server, CONFIGURED, there =>
      there.execute<{ name: string }[]>(
        `select extname::pg_catalog.text as name from pg_catalog.pg_extension where extname <> 'plpgsql'`,
      ),
    );
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Skips an extension that this role may not create. Storage that needs it then fails. */
async function addExtensions(inside: AbstractSqlConnection, extensions: readonly string[]): Promise<void> {
  for (const name of extensions)
    await inside.execute(`create extension if not exists ${quoteName(name)} cascade`).catch(() => {});
}

interface ProofServer {
  readonly guid: string;
  readonly options: OrmOptions;
}

/** The database that the configuration names. */
const CONFIGURED = Symbol('configured');

/** Lends a connection to a database of the server: by default to the one that a server always has. */
async function onServer<T>(
  { guid, options }: ProofServer,
  database: string | typeof CONFIGURED | undefined,
  work: (connection: AbstractSqlConnection) => Promise<T>,
): Promise<T> {
  const orm = await MikroORM.init({ ...options, entities: [], discovery: { warnWhenNoEntities: false } });
  const primary = primaryOf(orm);
  const name = database === CONFIGURED ? String(orm.config.get('dbName')) : (database ?? managementDatabaseOf(orm));
  const connection = connectionTo(primary, name);
  const { host, user } = primary.getConnectionOptions();
  try {
    await connection.connect({ skipOnConnect: true });
    return await work(connection);
  } catch (cause) {
    const where = `the server of ${host ?? 'the configuration'}`;
    if (faultOf(cause) === 'permission') {
      throw new PermissionDeniedError(
        `the role ${user ?? ''} may not create a database on ${where}, and each check needs a new one: ${asSentence(reasonOf(cause))} ` +
          `Grant it: alter role ${quoteName(user ?? 'role')} createdb. Or use another role or server for tests, or PGlite.`,
        { guid, cause },
      );
    }
    throw new DatabaseUnavailableError(
      `cannot create a database for a check on ${where}: ${asSentence(reasonOf(cause))} Start the server, or correct \`databases\`.`,
      { guid, cause },
    );
  } finally {
    await connection.close();
  }
}
