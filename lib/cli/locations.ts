import { fs } from '@mikro-orm/core/fs-utils';
import { UsageError } from './usage.ts';

/** Where a Schema is: a file, and the name it exports it under if it exports several. */
export interface Location {
  readonly path: string;
  readonly name: string | undefined;
}

/**
 * Finds where the Schemas are: what the command line says, or else the package.json.
 *
 * @throws {@link UsageError} if neither does
 */
export function findLocations(given: readonly string[] | undefined): Location[] {
  const found = given?.map(parseLocation) ?? locationsInPackage();
  if (found.length > 0) return found;
  throw new UsageError(
    `where is the Schema? Say --schema path#Export, or in package.json "dejavu": { "schema": "./schema.ts" }; dejavu init writes the first`,
  );
}

/** Reads `./schema.ts#ZooSchema`. */
export function parseLocation(text: string): Location {
  const [, path, name] = /^(.+?)(?:#([^#/\\]+))?$/.exec(text) ?? [];
  if (path === undefined) throw new UsageError(`'${text}' is no place for a Schema: write path#Export`);
  return { path, name };
}

/**
 * Where the package.json says that the Schemas are; nowhere, if it says nothing.
 *
 * @throws {@link UsageError} for what is no path
 */
export function locationsInPackage(): Location[] {
  const { dejavu } = fs.getPackageConfig<{ dejavu?: { schema?: unknown } }>();
  const schema = dejavu?.schema ?? [];
  const texts: unknown[] = Array.isArray(schema) ? schema : [schema];
  if (texts.every(text => typeof text === 'string')) return texts.map(parseLocation);
  throw new UsageError('package.json: dejavu.schema is a path, or a list of paths');
}
