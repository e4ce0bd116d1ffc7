import type { OpenedSchema } from './boot/call.ts';
import { assertTarget } from './boot/decide.ts';
import * as verbs from './boot/verbs.ts';
import { SchemaDefinitionError } from './errors.ts';
import { openerOf, type Schema } from './schema.ts';
import { databaseOf, readRowPatiently } from './store/database.ts';

/** What the calls of a Schema need. */
export type Calls = typeof verbs & {
  readonly assertTarget: typeof assertTarget;
  readonly databaseOf: typeof databaseOf;
  readonly openSchema: typeof openSchema;
  readonly readRowPatiently: typeof readRowPatiently;
};

/** What the calls of a Schema need, loaded with the first of them. */
export const CALLS: Calls = { ...verbs, assertTarget, databaseOf, openSchema, readRowPatiently };

/**
 * Opens a Schema for the rest of the library: its checked definition, its database and its entities. Sends nothing.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function openSchema(schema: Schema): OpenedSchema {
  const open = openerOf(schema);
  if (open) return open(schema, CALLS);
  throw new SchemaDefinitionError(`${String(schema)} is not a Schema. Pass what \`new\` returns: new ZooSchema(orm).`);
}
