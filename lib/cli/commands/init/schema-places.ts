import { existsSync, readFileSync } from 'node:fs';
import { matchesGlob, resolve, sep } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { extensionOf, type SchemaSource } from '../../../class-source/schema-source.ts';
import { parseSource } from '../../../class-source/syntax.ts';
import type { Flags } from '../../flags.ts';
import { entityTargets } from '../../../mikro-orm/entity-registry.ts';
import { nameOfFile, type FileChange } from '../../project/file-changes.ts';
import { configurationPaths } from '../../project/mikro-orm-settings.ts';
import { locationsInPackage, parseLocation, type SchemaLocation } from '../../project/project-schemas.ts';
import { UsageError } from '../../exit-codes.ts';

/** Where Schemas are, and where one is to be written. */
export interface SchemaPlaces {
  /** Files that are meant, and are there. */
  readonly existing: readonly SchemaLocation[];
  /** The file that is meant, and is not there. */
  readonly fresh: SchemaLocation | undefined;
  /** Files of other Schemas, which share the ORM. */
  readonly others: readonly SchemaLocation[];
  /** Whether the package.json tells where all that are meant are. */
  readonly isListed: boolean;
}

/** Looks where the command line or the package.json says, or else where a Schema is usually kept. */
export function findPlaces({ schema }: Pick<Flags, 'schema'>): SchemaPlaces {
  const listed = locationsInPackage();
  const usual = { path: existsSync('src') ? './src/schema.ts' : './schema.ts', name: undefined };
  const meant = schema?.map(parseLocation) ?? (listed.length > 0 ? listed : [usual]);
  const [fresh, ...more] = meant.filter(place => !isThere(place));
  if (fresh && more.length > 0) {
    const paths = [fresh, ...more].map(({ path }) => path).join(' and ');
    throw new UsageError(`${paths} are not there: set up one at a time`);
  }
  return {
    existing: meant.filter(isThere),
    fresh,
    others: listed.filter(place => isThere(place) && !isIn(meant, place)),
    isListed: meant.every(place => isIn(listed, place)),
  };
}

function isThere({ path }: SchemaLocation): boolean {
  return existsSync(path);
}

function isIn(all: readonly SchemaLocation[], { path }: SchemaLocation): boolean {
  return all.some(other => resolve(other.path) === resolve(path));
}

/** A package.json in which the command finds the Schemas from then on. All else of it stays to the letter. */
export function withSchema(text: string, places: readonly string[]): string {
  const [, body = '', end = ''] = /^([^]*?)(\s*\}\s*)$/.exec(text) ?? [];
  const indent = /\n([ \t]+)"/.exec(text)?.[1];
  const value = JSON.stringify(places.length === 1 ? places[0] : places);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const comma = /\{\s*$/.test(body) ? '' : ',';
  const inner =
    indent === undefined
      ? ` "dejavu": { "schema": ${value} }`
      : `${eol}${indent}"dejavu": {${eol}${indent}${indent}"schema": ${value}${eol}${indent}}`;
  return `${body}${comma}${inner}${end}`;
}

/** The change that makes the package.json of this folder tell where the Schemas are; none if there is no such file. */
export function packageChange(places: readonly string[]): FileChange[] {
  const path = resolve('package.json');
  if (!existsSync(path)) return [];
  const before = readFileSync(path, 'utf8');
  const known = (JSON.parse(before) as { dejavu?: unknown }).dejavu;
  return known === undefined ? [{ path, before, after: withSchema(before, places) }] : [];
}

/** The name in the package.json of this folder, without its scope. */
export function packageName(): string | undefined {
  if (!existsSync('package.json')) return undefined;
  const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown };
  return typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : undefined;
}

/**
 * Makes sure that MikroORM will not take frozen entities for those of the application.
 *
 * @param files those that are going to be version files
 */
export function assertNoEntities(orm: MikroORM, files: readonly string[]): void {
  const { paths, baseDir } = entityTargets(orm);
  const file = files.find(candidate => isIncluded(candidate, paths, baseDir));
  if (file === undefined) return;
  throw new UsageError(
    `MikroORM's configuration would find ${nameOfFile(file)} among its entities, in ${paths.join(', ')}: leave that folder out there with a '!' before it, or keep the Schema elsewhere, with --schema`,
  );
}

/** Tells whether paths of entities, as MikroORM reads them, lead to a file that need not be there yet. */
export function isIncluded(file: string, paths: readonly string[], baseDir: string): boolean {
  const leadsThere = (path: string) => {
    const place = resolve(baseDir, path);
    return /[*?[\]]/.test(path) ? matchesGlob(file, place) : file.startsWith(place + sep);
  };
  const without = paths.filter(path => path.startsWith('!')).map(path => path.slice(1));
  return paths.some(path => !path.startsWith('!') && leadsThere(path)) && !without.some(leadsThere);
}

/** How the files of a project name each other, as MikroORM's configuration does it: `.ts` if it names none. */
export async function importStyle(config: string | undefined): Promise<NonNullable<SchemaSource['importExtension']>> {
  const paths = config === undefined ? configurationPaths() : [config];
  const path = paths.find(candidate => existsSync(candidate));
  if (path === undefined) return '.ts';
  try {
    return extensionOf(parseSource(readFileSync(path, 'utf8'), path)) ?? '.ts';
  } catch (error) {
    // It was imported, so whatever it is written in, it is only not understood here.
    if (error instanceof UsageError) return '.ts';
    throw error;
  }
}
