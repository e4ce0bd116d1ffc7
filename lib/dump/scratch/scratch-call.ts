import type { MikroORM } from '@mikro-orm/core';
import type { Call } from '../../boot/call.ts';
import type { PlacedSchema } from '../../boot/modules/others.ts';
import { SchemaTargetError } from '../../errors.ts';
import { hasOneConnection } from '../../store/opening/local-files.ts';
import { opensOthers } from '../../store/opening/other-orm.ts';

/**
 * Makes an empty database of the same engine for as long as `work` runs, and a call that leads there. The steps of the Schema
 * run in it as they would in the database itself.
 *
 * @param folder one that is removed afterwards
 */
export async function withScratchCall<T>(call: Call, folder: string, work: (scratch: Call) => Promise<T>): Promise<T> {
  const { database } = call;
  const { guid, orm, place } = database;
  if (!canHaveScratch(orm))
    throw new SchemaTargetError(
      `this needs a scratch database next to ${place}, and the Kysely dialect in driverOptions leads to one database only. Use an ORM without it: with \`clientUrl\`.`,
      { guid, target: place },
    );
  const withScratchDatabase = await database.dialect.load.scratchDatabase();
  return withScratchDatabase({ database, patience: call, folder }, scratch =>
    // Nothing is there that could be lost, or mixed up with.
    work({ ...onScratch(call, scratch), install: true, adopt: undefined, allowLoss: true }),
  );
}

/** Tells whether there can be a scratch database next to that of an ORM: a dialect that the application made leads to one database. */
export function canHaveScratch(orm: MikroORM): boolean {
  return opensOthers(orm) || hasOneConnection(orm);
}

/** A call as it is made on a scratch database, by an ORM with the entities of the application's. */
export function onScratch(call: Call, { orm, name }: { readonly orm: MikroORM; readonly name: string }): Call {
  const moved = <One extends PlacedSchema>({ database, ...rest }: One) => ({
    ...rest,
    database: { ...database, orm, name, place: `the scratch database ${name}` },
  });
  // The other Schemas of this database are found in the copy too: by a step that reads one, for example.
  const movedOther = (one: PlacedSchema): PlacedSchema =>
    one.database.orm === call.database.orm ? moved({ definition: one.definition, database: one.database }) : one;
  return {
    ...moved(call),
    modules: call.modules.map(movedOther),
    neighbours: () => call.neighbours().map(movedOther),
    backup: undefined,
    onStage: () => {},
  };
}
