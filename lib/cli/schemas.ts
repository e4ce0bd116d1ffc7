import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import { openSchema, Schema } from '../schema.ts';
import type { Target } from './command.ts';
import { findLocations, type Location } from './locations.ts';
import type { Flags } from './flags.ts';
import { importing } from './typescript.ts';
import { UsageError } from './usage.ts';

type Make = (orm: MikroORM) => Schema;

/** A Schema, and where it was found. */
export interface Made {
  readonly schema: Schema;
  readonly location: Location;
}

/**
 * Imports the project's Schemas and makes each on the ORM. Of two that share a guid the command line has to choose.
 *
 * @throws {@link UsageError} if there is none, or not the one that was asked for
 */
export async function makeSchemas(orm: MikroORM, { schema, guid: guids }: Flags): Promise<Made[]> {
  const found = await Promise.all(
    findLocations(schema).map(async location => (await findMakers(location)).map(make => ({ make, location }))),
  );
  const all = found.flat().map(({ make, location }): Made => ({ schema: make(orm), location }));
  const known = all.map(made => made.schema.guid);
  const twin = known.find((guid, index) => known.indexOf(guid) !== index);
  if (twin !== undefined) {
    throw new UsageError(`several Schemas have the guid ${twin}: say which one with --schema path#Export`);
  }
  const stranger = guids?.find(guid => !known.includes(guid));
  if (stranger !== undefined) throw new UsageError(`no Schema has the guid ${stranger}: there is ${known.join(', ')}`);
  return guids ? all.filter(made => guids.includes(made.schema.guid)) : all;
}

/**
 * Opens what was made. Sends nothing.
 *
 * @throws SchemaDefinitionError
 */
export function openTarget(made: Made): Target {
  return { ...made, ...openSchema(made.schema) };
}

async function findMakers({ path, name }: Location): Promise<Make[]> {
  const exports = await importModule(path);
  const stranger = Object.entries(exports).find(([key, value]) => (name ?? key) === key && isOfAnotherCopy(value));
  if (stranger) {
    throw new UsageError(
      `${path}: ${stranger[0]} extends the Schema of another copy of mikro-orm-dejavu than this command's: run the one that the project has installed, npx dejavu`,
    );
  }
  if (name === undefined) {
    const classes = schemaClasses(Object.values(exports));
    if (classes.length > 0) return classes.map(makerOf);
    throw new UsageError(`${path} exports no Schema: export the class, or name what makes one with ${path}#Export`);
  }
  const named = exports[name];
  if (isSchemaClass(named)) return [makerOf(named)];
  if (typeof named === 'function') return [makerBy(named as (orm: MikroORM) => unknown, `${path}#${name}`)];
  throw new UsageError(`${path} does not export a Schema as ${name}: it exports ${Object.keys(exports).join(', ')}`);
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(path)) throw new UsageError(`${path}: there is no such file`);
  const module: unknown = await importing(path, () => fs.dynamicImport(resolve(path)));
  // some loaders answer the default export alone
  return typeof module === 'function' ? { default: module } : { ...(module as object) };
}

type SchemaClass = new (orm: MikroORM) => Schema;

/** The classes that are made: one that another extends is that other's base. */
function schemaClasses(values: readonly unknown[]): SchemaClass[] {
  const classes = [...new Set(values)].filter(isSchemaClass);
  return classes.filter(candidate => !classes.some(other => Object.prototype.isPrototypeOf.call(candidate, other)));
}

function isSchemaClass(value: unknown): value is SchemaClass {
  return typeof value === 'function' && Object.prototype.isPrototypeOf.call(Schema, value);
}

/** What `Schema` is in another copy of this package has the same name, and is nothing of ours. */
function isOfAnotherCopy(value: unknown): boolean {
  if (typeof value !== 'function' || isSchemaClass(value)) return false;
  for (
    let base: unknown = Object.getPrototypeOf(value);
    typeof base === 'function';
    base = Object.getPrototypeOf(base)
  ) {
    if (base.name === Schema.name && 'upgrade' in base.prototype) return true;
  }
  return false;
}

function makerOf(schema: SchemaClass): Make {
  return orm => new schema(orm);
}

/** A function that makes its Schema, with the options the application gives it. */
function makerBy(make: (orm: MikroORM) => unknown, name: string): Make {
  return orm => {
    const made = make(orm);
    if (made instanceof Schema) return made;
    throw new UsageError(`${name} was called with the ORM, and made no Schema`);
  };
}
