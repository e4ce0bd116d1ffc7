import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SchemaDefinitionError } from '../../errors.ts';
import type { Schema } from '../../schema.ts';
import { extensionIn } from '../../version-file/version-lines.ts';
import type { Location } from '../locations.ts';
import { readSchemaSource, type ClassPlace, type SchemaSource } from '../class-source/schema-source.ts';
import { UsageError } from '../usage.ts';
import { findDefinition } from './definition-file.ts';
import { intendedFile, resolveImport } from './resolve-import.ts';
import { nameOfFile } from './name-of-file.ts';

/** The files of a project in which a Schema and its frozen versions are written. */
export interface Project {
  /** The file of the class, absolute. */
  readonly path: string;
  readonly text: string;
  readonly place: ClassPlace;
  readonly source: SchemaSource;
  /** `versions/index.ts`; its text is `undefined` if it is not there. */
  readonly index: { readonly path: string; readonly text: string | undefined };
  /** How version files name each other: `.ts` as a rule. */
  readonly extension: string;
}

/**
 * Finds where a Schema is written: the file of its class, and the folder of its versions, which is the one that it imports
 * them from, or else `versions/` beside it.
 *
 * @throws UsageError if they cannot be found, or are no TypeScript
 */
export function findProject({ schema, location }: { readonly schema: Schema; readonly location: Location }): Project {
  const className = schema.constructor.name;
  return readProject(findDefinition(resolve(location.path), className), className);
}

/**
 * Reads the files of a Schema by that of its class.
 *
 * @param text what that file says; by default what is in it
 */
export function readProject(path: string, className: string, text = readFileSync(path, 'utf8')): Project {
  if (!/\.[cm]?ts$/.test(path)) {
    throw new UsageError(
      `${nameOfFile(path)} is no TypeScript: a step is written in the source of the class, so name that file`,
    );
  }
  const place: ClassPlace = { path: nameOfFile(path), className };
  const source = readSchemaSource(text, place);
  if (source.hasVersions && source.versionsModule === undefined) {
    throw new SchemaDefinitionError(
      `versions of ${className} is imported from no file: keep it in ./versions/index.ts, and import it from there`,
      { guid: source.guid },
    );
  }
  const index = indexOf(path, source.versionsModule);
  return { path, text, place, source, index, extension: extensionIn(index.text) ?? source.importExtension ?? '.ts' };
}

/** The file of one version. */
export function versionFile({ index }: Pick<Project, 'index'>, version: number): string {
  return join(dirname(index.path), `${version}.ts`);
}

function indexOf(path: string, specifier = './versions/index.ts'): Project['index'] {
  const found = resolveImport(path, specifier) ?? intendedFile(path, specifier);
  if (found === undefined) {
    throw new UsageError(`${nameOfFile(path)} imports versions from '${specifier}', which is no file beside it`);
  }
  return { path: found, text: existsSync(found) ? readFileSync(found, 'utf8') : undefined };
}
