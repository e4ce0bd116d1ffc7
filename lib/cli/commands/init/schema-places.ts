import { existsSync, readFileSync } from 'node:fs';
import { matchesGlob, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { MikroORM } from '@mikro-orm/core';
import { extensionOf } from '../../../class-source/read-schema-class.ts';
import { parseSource } from '../../../class-source/syntax.ts';
import type { Flags } from '../../line/flags.ts';
import { entityTargets } from '../../../mikro-orm/entity-registry.ts';
import { nameOfFile, type FileChange } from '../../project/file-changes.ts';
import { configurationPaths } from '../../project/mikro-orm-settings.ts';
import { locationsInPackage, parseLocation, type SchemaLocation } from '../../project/project-schemas.ts';
import { UsageError } from '../../exit-codes.ts';
import type { ImportExtension } from './import-extension.ts';
import { sourceEnding } from './javascript-project.ts';

/** The files of existing Schemas, and of one to write. */
export interface SchemaPlaces {
  /** Requested files that exist. */
  readonly existing: readonly SchemaLocation[];
  /** The requested file that does not exist yet. */
  readonly fresh: SchemaLocation | undefined;
  /** Files of other Schemas on the same ORM. */
  readonly others: readonly SchemaLocation[];
  /** Locations in package.json. */
  readonly listed: readonly SchemaLocation[];
  /** Whether package.json lists all requested files. */
  readonly isListed: boolean;
}

/** Finds the files named by the command line or package.json, or else the usual one. */
export function findPlaces({ schema, config }: Pick<Flags, 'schema' | 'config'>): SchemaPlaces {
  const listed = locationsInPackage();
  const ending = sourceEnding(config);
  const usual = { path: `${existsSync('src') ? './src' : '.'}/schema${ending}`, name: undefined };
  const meant = schema?.map(parseLocation) ?? (listed.length > 0 ? listed : [usual]);
  const [fresh, ...more] = meant.filter(place => !isThere(place));
  if (fresh && more.length > 0) {
    const paths = [fresh, ...more].map(({ path }) => path).join(' and ');
    throw new UsageError(`${paths} do not exist. Set up one Schema at a time: give one --schema.`);
  }
  return {
    existing: meant.filter(isThere),
    fresh,
    others: listed.filter(place => isThere(place) && !isIn(meant, place)),
    listed,
    isListed: meant.every(place => isIn(listed, place)),
  };
}

function isThere({ path }: SchemaLocation): boolean {
  return existsSync(path);
}

/** Tells whether one of the locations is in the same file. */
export function isIn(all: readonly SchemaLocation[], { path }: SchemaLocation): boolean {
  return all.some(other => resolve(other.path) === resolve(path));
}

/** Adds the Schemas to the text of a package.json, where the command finds them. Changes nothing else. */
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

/**
 * Lists all Schemas in the text of a package.json that lists some already. Changes nothing else.
 *
 * @returns `undefined` if it does not list them in the usual way
 */
export function withSchemas(text: string, places: readonly string[]): string | undefined {
  const list = `[${places.map(place => JSON.stringify(place)).join(', ')}]`;
  const after = text.replace(LISTED, (_, key: string) => `${key}${list}`);
  const { dejavu: was, ...others } = JSON.parse(text) as { dejavu?: object };
  const wanted = { ...others, dejavu: { ...was, schema: places } };
  return after !== text && isDeepStrictEqual(JSON.parse(after), wanted) ? after : undefined;
}

const LISTED = /("dejavu"\s*:\s*\{[^{}]*?"schema"\s*:\s*)("(?:[^"\\]|\\.)*"|\[[^\]]*\])/;

/** Adds the Schemas to the package.json of this folder, next to those listed. Changes nothing if there is none. */
export function packageChange(places: readonly string[], listed: readonly string[]): FileChange[] {
  const path = resolve('package.json');
  if (!existsSync(path)) return [];
  const before = readFileSync(path, 'utf8');
  const known = (JSON.parse(before) as { dejavu?: unknown }).dejavu;
  const after = known === undefined ? withSchema(before, places) : withSchemas(before, [...listed, ...places]);
  return after === undefined ? [] : [{ path, before, after }];
}

/** Returns the name in the package.json of this folder, without its scope. */
export function packageName(): string | undefined {
  if (!existsSync('package.json')) return undefined;
  const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown };
  return typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : undefined;
}

/**
 * Makes sure that MikroORM will not load frozen entities as entities of the application.
 *
 * @param files the version files to write
 */
export function assertNoEntities(orm: MikroORM, files: readonly string[]): void {
  const { paths, baseDir } = entityTargets(orm);
  const file = files.find(candidate => isIncluded(candidate, paths, baseDir));
  if (file === undefined) return;
  throw new UsageError(
    `MikroORM's configuration would load ${nameOfFile(file)} as an entity, because 'entities' contains ${paths.join(', ')}. Exclude that folder there with '!' before its path, or keep the Schema in another folder with --schema.`,
  );
}

/** Tells whether entity paths of MikroORM's configuration match a file, which need not exist. */
export function isIncluded(file: string, paths: readonly string[], baseDir: string): boolean {
  const leadsThere = (path: string) => {
    const place = resolve(baseDir, path);
    return /[*?[\]]/.test(path) ? matchesGlob(file, place) : file.startsWith(place + sep);
  };
  const without = paths.filter(path => path.startsWith('!')).map(path => path.slice(1));
  return paths.some(path => !path.startsWith('!') && leadsThere(path)) && !without.some(leadsThere);
}

/** Finds the file ending of imports in MikroORM's configuration; `undefined` if it imports no file. */
export async function importStyle(config: string | undefined): Promise<ImportExtension | undefined> {
  const paths = config === undefined ? configurationPaths() : [config];
  const path = paths.find(candidate => existsSync(candidate));
  if (path === undefined) return undefined;
  try {
    return extensionOf(parseSource(readFileSync(path, 'utf8'), path));
  } catch (error) {
    // MikroORM could import the file, so only this parser does not understand it.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
