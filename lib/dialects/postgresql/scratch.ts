import { randomBytes } from 'node:crypto';
import { PermissionDeniedError, reasonOf } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { faultOf } from '../../store/faults.ts';
import { holdDatabase } from '../../store/transaction.ts';
import { quoteName } from '../../sql/quoting.ts';
import { postgresqlMeter } from './meter.ts';
import { keepInside, surroundings } from './keep-inside.ts';
import type { ScratchPlace, WithScratch } from '../scratch-place.ts';

// who waits here for a lock waits for something that is not of this place
const LOCK_TIMEOUT_MS = 1000;

/** A namespace that lives as long as its transaction, which is always rolled back. */
export const withPostgresqlScratch: WithScratch = (database, patience, work) =>
  holdDatabase(database, patience, held =>
    work({
      async inside(_foreignKeys, rehearse) {
        await held.begin(database.dialect.begin);
        try {
          await database.dialect.settle(held, { lockTimeoutMs: LOCK_TIMEOUT_MS });
          return await rehearse(await openPlace(held, database));
        } finally {
          await held.rollback();
        }
      },
    }),
  );

async function openPlace(held: HeldConnection, database: Database): Promise<ScratchPlace> {
  const around = await surroundings(held);
  const here = database.namespace ?? around.current;
  const name = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  await createNamespace(held, database, name);
  // extensions are shared by all of a database: their types and functions are found as they are from here
  const path = [name, ...around.extensions].map(quoteName).join(', ');
  await held.execute(`set local search_path = ${path}`);
  return {
    held,
    // what is not qualified here is not qualified there either, and finds its way by the search path
    database: { ...database, namespace: database.namespace === undefined ? undefined : name },
    meter: () => postgresqlMeter(held, { namespace: name, isOurs: true }),
    ...keepInside(held, name, around),
    asHere: sql => sql.replaceAll(quoteName(name), quoteName(here)).replaceAll(name, bare(here)),
  };
}

async function createNamespace(held: HeldConnection, { guid, place }: Database, name: string): Promise<void> {
  try {
    await held.execute(`create schema ${quoteName(name)}`);
  } catch (error) {
    if (faultOf(error) !== 'permission') throw error;
    throw new PermissionDeniedError(
      `this role may not create a namespace in ${place}, where the steps could be tried: ${reasonOf(error)}: ` +
        `grant it create on the database, or plan with live: true (dejavu plan --live), which runs them on the tables themselves`,
      { guid, cause: error },
    );
  }
}

function bare(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteName(name);
}
