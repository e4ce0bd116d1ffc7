import type { MikroORM } from '@mikro-orm/core';
import { Schema } from '../../schema.ts';
import type { Target } from '../command.ts';
import { openTarget, type Made } from '../schemas.ts';

/** What a Schema that is going to be written is called. */
export interface Naming {
  readonly className: string;
  readonly guid: string;
}

/** A Schema that is going to be written, as it will be at its first version. */
export function standInFor(orm: MikroORM, { className, guid }: Naming): Schema {
  const named = {
    [className]: class extends Schema {
      readonly guid = guid;
      readonly latest = 1;
    },
  };
  const Class = named[className] as new (orm: MikroORM) => Schema;
  return new Class(orm);
}

/**
 * Opens a Schema whose `latest` may not be frozen yet, as if it were.
 *
 * @throws SchemaDefinitionError for whatever else is wrong with it
 */
export function openUnfrozen(made: Made): Target {
  const { schema } = made;
  const { versions, latest } = schema;
  if (versions && !(latest in versions)) {
    const load = () => Promise.reject(new Error(`version ${latest} is being frozen`));
    Object.defineProperty(schema, 'versions', { value: { ...versions, [latest]: { fingerprint: 'none', load } } });
  }
  return openTarget(made);
}
