import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import type { OpenedSchema } from '../../boot/call.ts';
import { copyOf, showOtherCopy } from '../../one-copy.ts';
import { openSchema } from '../../open-schema.ts';
import { isSchemaClass, Schema } from '../../schema.ts';
import type { Flags } from '../line/flags.ts';
import { UsageError } from '../exit-codes.ts';
import { importing } from './project-orm.ts';

/** The location of a Schema: a file, and the name of its export if it exports several. */
export interface SchemaLocation {
  readonly path: string;
  readonly name: string | undefined;
}

/** A Schema on the project's ORM, and its location. */
export interface MadeSchema {
  readonly schema: Schema;
  readonly location: SchemaLocation;
  /** Makes another one on another ORM. */
  readonly make: (orm: MikroORM) => Schema;
}

/** An opened Schema of the project. */
export interface Target extends MadeSchema, OpenedSchema {
  readonly schema: Schema;
}

/** Opens a Schema. Sends nothing. */
export function openTarget(made: MadeSchema): Target {
  return { ...made, ...openSchema(made.schema) };
}

/** Parses `./schema.ts#ZooSchema`. */
export function parseLocation(text: string): SchemaLocation {
  const [, path, name] = /^(.+?)(?:#([^#/\\]+))?$/.exec(text) ?? [];
  if (path === undefined) throw new UsageError(`'${text}' is not the location of a Schema. Write path#Export.`);
  return { path, name };
}

/** Returns the locations listed in package.json; none if it lists none. */
export function locationsInPackage(): SchemaLocation[] {
  const { dejavu } = fs.getPackageConfig<{ dejavu?: { schema?: unknown } }>();
  const texts: unknown[] = [dejavu?.schema ?? []].flat();
  if (texts.every(text => typeof text === 'string')) return texts.map(parseLocation);
  throw new UsageError('package.json: dejavu.schema must be a path, or a list of paths.');
}

/**
 * Imports the project's Schemas from the locations in the command line or package.json, and makes each on the ORM. If two share
 * a guid, the command line must choose one.
 */
export async function makeSchemas(orm: MikroORM, { schema, guid: guids }: Flags): Promise<MadeSchema[]> {
  const locations = schema?.map(parseLocation) ?? locationsInPackage();
  if (locations.length === 0) {
    throw new UsageError(
      `dejavu does not know where the Schema is. Add --schema path#Export, or list it in package.json: "dejavu": { "schema": "./schema.ts" }. To write a first one, run npx dejavu init.`,
    );
  }
  const found = await Promise.all(
    locations.map(async location => (await findMakers(location)).map(make => ({ make, location }))),
  );
  const all = found.flat().map(({ make, location }): MadeSchema => ({ schema: make(orm), location, make }));
  const known = all.map(made => made.schema.guid);
  const twin = known.find((guid, index) => known.indexOf(guid) !== index);
  if (twin !== undefined) {
    throw new UsageError(`Several Schemas have the guid '${twin}'. Choose one with --schema path#Export.`);
  }
  const stranger = guids?.find(guid => !known.includes(guid));
  if (stranger !== undefined)
    throw new UsageError(`No Schema has the guid '${stranger}'. The guids are: ${known.join(', ')}.`);
  return guids ? all.filter(made => guids.includes(made.schema.guid)) : all;
}

type SchemaClass = new (orm: MikroORM) => Schema;
type Make = (orm: MikroORM) => Schema;

async function findMakers({ path, name }: SchemaLocation): Promise<Make[]> {
  const exports = await importModule(path);
  const stranger = Object.entries(exports).find(([key, value]) => (name ?? key) === key && isOfAnotherCopy(value));
  if (stranger) {
    const [key, value] = stranger;
    throw new UsageError(`${path}: ${sayOtherCopy(key, copyOf(value))}`);
  }
  if (name === undefined) {
    const classes = schemaClasses(Object.values(exports));
    if (classes.length > 0) return classes.map(makerOf);
    throw new UsageError(
      `${path} exports no Schema. Export the class, or name a function that makes a Schema: ${path}#Export`,
    );
  }
  const named = exports[name];
  if (isSchemaClass(named)) return [makerOf(named)];
  if (typeof named === 'function') return [makerBy(named as (orm: MikroORM) => unknown, `${path}#${name}`)];
  throw new UsageError(
    `${path} does not export a Schema as '${name}'. Its exports are: ${Object.keys(exports).join(', ')}.`,
  );
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  if (!existsSync(path)) throw new UsageError(`The file '${path}' does not exist.`);
  const module: unknown = await importing(path, () => fs.dynamicImport(resolve(path)));
  // Some loaders return only the default export.
  return typeof module === 'function' ? { default: module } : { ...ofCommonJs(module), ...(module as object) };
}

/** Returns the exports of a file that a loader made CommonJS of: Node.js has them all in `default`. */
function ofCommonJs(module: unknown): object {
  const all: unknown = Reflect.get(module as object, 'default');
  return typeof all === 'object' && all !== null && Reflect.has(all, '__esModule') ? all : {};
}

/** Returns the classes to make. A class that another one extends is only its base. */
function schemaClasses(values: readonly unknown[]): SchemaClass[] {
  const classes = [...new Set(values)].filter(isSchemaClass);
  return classes.filter(candidate => !classes.some(other => Object.prototype.isPrototypeOf.call(candidate, other)));
}

/** A class in another copy of this package has the same name, but is not our `Schema`. */
function isOfAnotherCopy(value: unknown): boolean {
  if (isSchemaClass(value)) return false;
  let base: unknown = typeof value === 'function' && Object.getPrototypeOf(value);
  while (typeof base === 'function') {
    if (base.name === Schema.name && 'upgrade' in base.prototype) return true;
    base = Object.getPrototypeOf(base);
  }
  return false;
}

function sayOtherCopy(name: string, copy: string | undefined): string {
  return copy === undefined
    ? `${name} extends the Schema class of another copy of mikro-orm-dejavu than the one of this command. Run the command that the project has installed: npx dejavu`
    : `${showOtherCopy(name, copy)} Run the command of that copy: node ${join(copy, 'dist', 'cli', 'bin.js')}`;
}

function makerOf(schema: SchemaClass): Make {
  return orm => new schema(orm);
}

/** A function that makes a Schema with the options of the application. */
function makerBy(make: (orm: MikroORM) => unknown, name: string): Make {
  return orm => {
    const made = make(orm);
    if (isSchema(made)) return made;
    const copy = copyOf((made as object | undefined)?.constructor);
    throw new UsageError(
      copy === undefined
        ? `${name} was called with the ORM, but did not return a Schema.`
        : sayOtherCopy(`what ${name} returned`, copy),
    );
  };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && isSchemaClass(value.constructor);
}
