import { randomBytes } from 'node:crypto';
import { MikroORM } from '@mikro-orm/core';
import { asSentence, DatabaseUnavailableError, PermissionDeniedError, reasonOf } from '../../errors.ts';
import { connectionTo } from '../../mikro-orm/connection-parts.ts';
import { managementDatabaseOf } from '../../mikro-orm/schema-helper-parts.ts';
import { quoteName } from '../../sql/quoting.ts';
import { primaryOf } from '../../store/connection.ts';
import { faultOf } from '../../store/faults.ts';
import type { DialectName } from '../../dialects/registry.ts';
import { applicationOn, type Lender, type OrmOptions } from './lender.ts';

/** Lends databases of a PostgreSQL server. Each is created for one check, and dropped after it. */
export function serverLender(guid: string, options: OrmOptions, dialect: DialectName): Lender {
  return {
    title: 'PostgreSQL',
    dialect,
    async lend(_kind, owner) {
      const name = `dejavu_proof_${process.pid}_${randomBytes(5).toString('hex')}`;
      await asAdministrator(guid, options, `create database ${quoteName(name)}`);
      const drop = () => asAdministrator(guid, options, `drop database if exists ${quoteName(name)} with (force)`);
      const clientUrl = options.clientUrl && urlTo(options.clientUrl, name);
      try {
        const orm = applicationOn(owner, options, { dbName: name, ...(clientUrl && { clientUrl }) });
        return {
          orm,
          address: clientUrl,
          async giveBack() {
            await orm.close(true);
            await drop();
          },
        };
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

/** Sends one statement to the database that a server always has. */
async function asAdministrator(guid: string, options: OrmOptions, sql: string): Promise<void> {
  const orm = await MikroORM.init({ ...options, entities: [], discovery: { warnWhenNoEntities: false } });
  const connection = connectionTo(primaryOf(orm), managementDatabaseOf(orm));
  try {
    await connection.connect({ skipOnConnect: true });
    await connection.execute(sql);
  } catch (cause) {
    const where = `the server of ${orm.config.get('host') ?? 'the configuration'}`;
    if (faultOf(cause) === 'permission') {
      throw new PermissionDeniedError(
        `this role may not create a database on ${where}: ${asSentence(reasonOf(cause))} Grant it: alter role <role> createdb`,
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
