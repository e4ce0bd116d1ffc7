import type { MikroORM } from '@mikro-orm/core';
import { asSentence, DatabaseUnavailableError, reasonOf } from '../../errors.ts';
import { isConnected, nativeClientOf } from '../../mikro-orm/connection-parts.ts';
import { primaryOf } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { ormOn, type DriverClass } from '../../store/opening/other-orm.ts';
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

async function openMemory({ orm, guid, place }: Database): Promise<MikroORM> {
  let driver = orm.config.get('driver') as unknown as DriverClass;
  try {
    for (;;) {
      const memory = await ormOn(orm, ':memory:', { driver, isSameServer: false });
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

async function isAnother(memory: MikroORM, orm: MikroORM): Promise<boolean> {
  const client = await clientOf(memory);
  // The database itself may not be opened for this: there may be none yet.
  if (!isConnected(primaryOf(orm))) return true;
  return client === undefined || client !== (await clientOf(orm));
}

function clientOf(orm: MikroORM): Promise<unknown> {
  return nativeClientOf(primaryOf(orm));
}
