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
  return withScratchDatabase({ database, patience: call, folder }, ({ orm, name }) =>
    work({
      ...call,
      database: { ...database, orm, name, place: `the scratch database ${name}` },
      // Nothing is there that could be lost, mixed up with, or saved before.
      install: true,
      adopt: undefined,
      allowLoss: true,
      backup: undefined,
      onStage: () => {},
    }),
  );
}
