import type { OpenedSchema } from './boot/call.ts';
import { assertTarget } from './boot/decide.ts';
import * as verbs from './boot/verbs.ts';
import { SchemaDefinitionError } from './errors.ts';
import { copyOf, showOtherCopy } from './one-copy.ts';
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
  const made: unknown = (schema as Schema | undefined)?.constructor;
  const copy = copyOf(made);
  if (copy !== undefined) {
    const { name } = made as typeof Schema;
    throw new SchemaDefinitionError(
      `${showOtherCopy(name, copy)} Use one copy for both: \`npm ls mikro-orm-dejavu\` shows who brings which, and \`npm dedupe\` makes one of releases that agree. Calls of the Schema itself use its copy: \`await schema.upgrade()\`.`,
      { guid: schema.guid },
    );
  }
  throw new SchemaDefinitionError(`${String(schema)} is not a Schema. Pass what \`new\` returns: new ZooSchema(orm).`);
}
