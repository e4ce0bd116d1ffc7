import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MikroORM } from '@mikro-orm/core';
import { loadVersion, nameOfVersion } from '../../boot/frozen/load-version.ts';
import { compareVersions } from '../../changes/compare-versions.ts';
import { fileChanges, type RenameOverThree } from '../../changes/rename-over-three.ts';
import { isEmpty } from '../../changes/storage-changes.ts';
import { SchemaDefinitionError } from '../../errors.ts';
import { givenEntities } from '../../mikro-orm/entity-registry.ts';
import type { StorageDescription } from '../../models/description.ts';
import { differences } from '../../models/show-differences.ts';
import { fingerprint } from '../../models/fingerprint.ts';
import { describeModule } from '../../models/frozen-models.ts';
import { definitionsOf, type DeclaredSource } from '../../version-file/declared-entities.ts';
import { withoutTypes } from '../../source-code/without-types.ts';
import { isJavaScript } from '../../class-source/source-style.ts';
import { withVersion } from '../../version-file/version-lines.ts';
import { versionSource, type EarlierVersion } from '../../version-file/version-source.ts';
import { nameOfFile, type FileChange } from './file-changes.ts';
import type { Target } from './project-schemas.ts';
import { versionFile, type SchemaFiles } from './schema-files.ts';

/** A frozen version: its file, and its description under the options of the application. */
export interface FrozenFile extends EarlierVersion {
  readonly path: string;
  readonly description: StorageDescription;
}

/**
 * Reads a frozen version.
 *
 * @returns `undefined` if that version is not frozen
 */
export async function readFrozen(target: Target, files: SchemaFiles, version: number): Promise<FrozenFile | undefined> {
  const { guid } = target.definition;
  const name = nameOfVersion(version);
  const module = await loadVersion(target, version);
  if (!module) return undefined;
  const path = versionFile(files, version);
  if (!existsSync(path)) {
    throw new SchemaDefinitionError(
      `${name} is not in ${nameOfFile(path)}. Keep it in that file, next to the index that imports it.`,
      { guid },
    );
  }
  const description = describeModule(target.database.orm, module, { name, guid });
  return { version, module, text: readFileSync(path, 'utf8'), path, description };
}

/** A version to freeze. */
interface NewVersion {
  readonly version: number;
  /** The description that the frozen version must have. */
  readonly wanted: StorageDescription;
  /** The version before. Entities that did not change are imported from its file. */
  readonly earlier: EarlierVersion | undefined;
  /** Renames over three versions that begin with this version. */
  readonly overThree?: readonly RenameOverThree[] | undefined;
  /** The current text of its file, if it is written again. */
  readonly replaced?: string | undefined;
}

/** The files of a frozen version. */
export interface VersionDraft {
  readonly fingerprint: string;
  /** The version file and the index. */
  readonly files: readonly [FileChange, FileChange];
}

/**
 * Writes the text of a version and its line in the index. Imports the text before any file is written, to make sure that it
 * has exactly the wanted description.
 */
export async function draftVersion(target: Target, files: SchemaFiles, draft: NewVersion): Promise<VersionDraft> {
  const { definition, database, claim } = target;
  const { version, wanted, earlier, overThree = [], replaced } = draft;
  const { extension, index, hasTypes } = files;
  const path = versionFile(files, version);
  const typed = versionSource(await declaredEntities(database.orm), version, {
    filter: meta => claim.metadata.includes(meta.root),
    earlier,
    changes: fileChanges(overThree),
    extension,
  });
  const text = hasTypes ? typed : withoutTypes(typed);
  const name = { name: nameOfVersion(version), guid: definition.guid };
  const print = fingerprint(wanted);
  const written = describeModule(database.orm, await importText(path, text), name);
  if (fingerprint(written) !== print || !isEmpty(compareVersions(wanted, written))) {
    const [found = 'the columns that the driver derives from a property'] = differences(written, wanted, [
      name.name,
      'the entities',
    ]);
    throw new SchemaDefinitionError(
      `dejavu cannot write ${name.name}: the text it would write differs from the entities: ${found}. Nothing was written. Write this file by hand, and report this as a bug, please.`,
      { guid: name.guid },
    );
  }
  const how = { amend: replaced !== undefined, extension, types: hasTypes };
  const line = withVersion(index.text, { version, fingerprint: print }, how);
  return {
    fingerprint: print,
    files: [
      { path, before: replaced, after: text },
      { path: index.path, before: index.text, after: line },
    ],
  };
}

/** Returns the entities of an ORM as they were defined, including those found in files. */
export async function declaredEntities(orm: MikroORM): Promise<DeclaredSource> {
  return {
    config: orm.config,
    getMetadata: () => orm.getMetadata(),
    definitionOf: definitionsOf(await givenEntities(orm)),
  };
}

/**
 * Imports TypeScript or JavaScript from a text that is not in a file yet. Relative imports are resolved from the file it will become.
 *
 * @see https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
export async function importText(path: string, text: string): Promise<object> {
  // A different URL from that of the file, which may exist by now and be imported.
  const url = `${pathToFileURL(path).href}?draft=${randomUUID()}`;
  const format = isJavaScript(path) ? 'module' : 'module-typescript';
  const hooks = registerHooks({
    resolve: (specifier, context, next) => (specifier === url ? { url, shortCircuit: true } : next(specifier, context)),
    load: (loaded, context, next) =>
      loaded === url ? { format, source: text, shortCircuit: true } : next(loaded, context),
  });
  try {
    return (await import(url)) as object;
  } finally {
    hooks.deregister();
  }
}
