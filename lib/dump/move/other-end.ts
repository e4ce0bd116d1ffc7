import type { MikroORM } from '@mikro-orm/core';
import type { Call, UpgradeOptions } from '../../boot/call.ts';
import { SchemaTargetError } from '../../errors.ts';
import { copyOf } from '../../one-copy.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { databaseOf } from '../../store/database.ts';

/**
 * Makes a call that leads to another database. On an ORM alone it knows the Schema's frozen versions and not its entities,
 * which two ORMs cannot share: it can dump and restore, and runs no steps.
 *
 * @throws {@link SchemaTargetError} for a Schema with another guid
 */
export function otherEnd(call: Call, other: Schema | MikroORM, options: UpgradeOptions): Call {
  const { guid } = call.database;
  if (isSchema(other)) {
    const opened = openSchema(other).call(options, 'move');
    if (opened.database.guid === guid) return opened;
    throw new SchemaTargetError(
      `the other database is for the Schema '${opened.database.guid}'. Use a Schema of the same class, or an ORM.`,
      { guid, target: opened.database.guid },
    );
  }
  return {
    ...call,
    database: databaseOf(guid, other),
    claim: { metadata: [], isRest: false },
    install: options.install,
    adopt: undefined,
    backup: undefined,
    onStage: () => {},
  };
}

function isSchema(other: Schema | MikroORM): other is Schema {
  // One of another copy of this package is refused by name.
  return copyOf(other.constructor) !== undefined;
}
