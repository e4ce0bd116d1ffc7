import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import { openSchema, Schema, type OpenedSchema } from '../../schema.ts';
import type { Flags } from '../flags.ts';
import { UsageError } from '../exit-codes.ts';
import { importing } from './project-orm.ts';

/** Where a Schema is: a file, and the name it exports it under if it exports several. */
export interface SchemaLocation {
  readonly path: string;
  readonly name: string | undefined;
}

/** A Schema on the project's ORM, and where it was found. */
export interface MadeSchema {
  readonly schema: Schema;
  readonly location: SchemaLocation;
}

/** A Schema of the project, opened. */
export interface Target extends MadeSchema, OpenedSchema {
  readonly schema: Schema;
}

/** Opens what was made. Sends nothing. */
export function openTarget(made: MadeSchema): Target {
  return { ...made, ...openSchema(made.schema) };
}

/** Reads `./schema.ts#ZooSchema`. */
export function parseLocation(text: string): SchemaLocation {
  const [, path, name] = /^(.+?)(?:#([^#/\\]+))?$/.exec(text) ?? [];
  if (path === undefined) throw new UsageError(`'${text}' is no place for a Schema: write path#Export`);
  return { path, name };
}

/** Where the package.json says that the Schemas are; nowhere, if it says nothing. */
export function locationsInPackage(): SchemaLocation[] {
  const { dejavu } = fs.getPackageConfig<{ dejavu?: { schema?: unknown } }>();
  const texts: unknown[] = [dejavu?.schema ?? []].flat();
  if (texts.every(text => typeof text === 'string')) return texts.map(parseLocation);
  throw new UsageError('package.json: dejavu.schema is a path, or a list of paths');
}

/**
 * Imports the project's Schemas, where the command line or else the package.json says, and makes each on the ORM. Of two
 * that share a guid the command line has to choose.
 */
export async function makeSchemas(orm: MikroORM, { schema, guid: guids }: Flags): Promise<MadeSchema[]> {
  const locations = schema?.map(parseLocation) ?? locationsInPackage();
  if (locations.length === 0) {
    throw new UsageError(
      `where is the Schema? Say --schema path#Export, or in package.json "dejavu": { "schema": "./schema.ts" }; dejavu init writes the first`,
    );
  }
  const found = await Promise.all(
    locations.map(async location => (await findMakers(location)).map(make => ({ make, location }))),
  );
  const all = found.flat().map(({ make, location }): MadeSchema => ({ schema: make(orm), location }));
  const known = all.map(made => made.schema.guid);
  const twin = known.find((guid, index) => known.indexOf(guid) !== index);
  if (twin !== undefined) {
    throw new UsageError(`several Schemas have the guid ${twin}: say which one with --schema path#Export`);
  }
  const stranger = guids?.find(guid => !known.includes(guid));
  if (stranger !== undefined) throw new UsageError(`no Schema has the guid ${stranger}: there is ${known.join(', ')}`);
  return guids ? all.filter(made => guids.includes(made.schema.guid)) : all;
}

type SchemaClass = new (orm: MikroORM) => Schema;
type Make = (orm: MikroORM) => Schema;

async function findMakers({ path, name }: SchemaLocation): Promise<Make[]> {
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
  // Some loaders answer the default export alone.
  return typeof module === 'function' ? { default: module } : { ...(module as object) };
}

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
  if (isSchemaClass(value)) return false;
  let base: unknown = typeof value === 'function' && Object.getPrototypeOf(value);
  while (typeof base === 'function') {
    if (base.name === Schema.name && 'upgrade' in base.prototype) return true;
    base = Object.getPrototypeOf(base);
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
