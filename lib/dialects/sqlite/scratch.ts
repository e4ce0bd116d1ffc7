import { randomUUID } from 'node:crypto';
import { MikroORM, type IDatabaseDriver } from '@mikro-orm/core';
import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { asSentence, DatabaseUnavailableError, reasonOf } from '../../errors.ts';
import { inheritedOptions } from '../../models/inherited-options.ts';
import { hasOwnDialect, isConnected, nativeClientOf } from '../../mikro-orm/connection-parts.ts';
import { loadSqlExports } from '../../mikro-orm/sql-exports.ts';
import { primaryOf } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { holdDatabase } from '../../store/transaction.ts';
import type { WithScratch } from '../scratch-place.ts';
import { sqliteMeter } from './meter.ts';

/** A database in memory, by the same driver. */
export const withSqliteScratch: WithScratch = async (database, patience, work) => {
  const orm = await openMemory(database);
  try {
    return await holdDatabase({ ...database, orm }, patience, held =>
      work({
        async inside(foreignKeys, rehearse) {
          await database.dialect.setForeignKeys(held, foreignKeys);
          await held.begin(['begin']);
          try {
            return await rehearse({
              held,
              database,
              inhabit: statements => held.executeBatch(statements),
              meter: () => sqliteMeter(held),
              guard: undefined,
              outside: () => undefined,
              asHere: sql => sql,
            });
          } finally {
            await held.rollback();
          }
        },
      }),
    );
  } finally {
    await orm.close(true);
  }
};

type DriverClass = new (...options: never[]) => AbstractSqlDriver;

async function openMemory({ orm, guid, place }: Database): Promise<MikroORM> {
  let driver = orm.config.get('driver') as unknown as DriverClass;
  try {
    for (;;) {
      const memory = await makeMemory(orm, driver);
      if (await isAnother(memory, orm)) return memory;
      // A driver of the application's own may lead everywhere to the same database: what it is made from does not.
      driver = Object.getPrototypeOf(driver) as DriverClass;
    }
  } catch (error) {
    throw new DatabaseUnavailableError(
      `cannot open a database in memory to try the steps of ${place} in: ${asSentence(reasonOf(error))} Plan on the real tables, rolled back at the end: \`npx dejavu plan --live\` or { live: true }.`,
      { guid, cause: error },
    );
  }
}

async function makeMemory({ config }: MikroORM, driver: DriverClass): Promise<MikroORM> {
  const onCreateConnection = config.get('onCreateConnection');
  return new MikroORM<IDatabaseDriver>({
    ...inheritedOptions(config),
    driver: driver as never,
    dbName: ':memory:',
    entities: [],
    contextName: `scratch ${randomUUID()}`,
    discovery: { warnWhenNoEntities: false },
    // The application's own dialect leads to its database, and MikroORM's general driver has none for memory.
    ...(hasOwnDialect(config) && { driverOptions: await memoryDialect() }),
    // An application's own functions and collations.
    ...(onCreateConnection && { onCreateConnection }),
  });
}

async function isAnother(memory: MikroORM, orm: MikroORM): Promise<boolean> {
  const client = await clientOf(memory);
  // The database itself may not be opened for this: there may be none yet.
  if (!isConnected(primaryOf(orm))) return true;
  return client === undefined || client !== (await clientOf(orm));
}

function clientOf(orm: MikroORM): Promise<unknown> {
  return nativeClientOf(primaryOf(orm));
}

/** SQLite as Node.js and Bun bring it. */
async function memoryDialect(): Promise<object> {
  const Dialect = Reflect.get(await loadSqlExports(), 'NodeSqliteDialect') as
    | (new (dbName: string) => object)
    | undefined;
  if (!Dialect) throw new Error('@mikro-orm/sql, which has a dialect for it, cannot be imported');
  return new Dialect(':memory:');
}
