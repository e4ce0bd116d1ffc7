import type { MikroORM } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';

/**
 * Makes an empty database of the same engine for as long as `work` runs, and a call that leads there. The steps of the Schema
 * run in it as they would in the database itself.
 *
 * @param folder one that is removed afterwards
 */
export async function withScratchCall<T>(call: Call, folder: string, work: (scratch: Call) => Promise<T>): Promise<T> {
  const { database } = call;
  const withScratchDatabase = await database.dialect.load.scratchDatabase();
  return withScratchDatabase({ database, patience: call, folder }, scratch =>
    // Nothing is there that could be lost, or mixed up with.
    work({ ...onScratch(call, scratch), install: true, adopt: undefined, allowLoss: true }),
  );
}

/** A call as it is made on a scratch database, by an ORM with the entities of the application's. */
export function onScratch(call: Call, { orm, name }: { readonly orm: MikroORM; readonly name: string }): Call {
  const database = { ...call.database, orm, name, place: `the scratch database ${name}` };
  return { ...call, database, backup: undefined, onStage: () => {} };
}
