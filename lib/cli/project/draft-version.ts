import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MikroORM } from '@mikro-orm/core';
import { loadVersion, nameOfVersion } from '../../boot/frozen/frozen-versions.ts';
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
import { withVersion } from '../../version-file/version-lines.ts';
import { versionSource, type EarlierVersion } from '../../version-file/version-source.ts';
import { nameOfFile, type FileChange } from './file-changes.ts';
import type { Target } from './project-schemas.ts';
import { versionFile, type SchemaFiles } from './schema-files.ts';

/** A frozen version as it is kept: its file, and what that means under the options of the application. */
export interface FrozenFile extends EarlierVersion {
  readonly path: string;
  readonly description: StorageDescription;
}

/**
 * Reads a frozen version.
 *
 * @returns `undefined` if none is kept of that number
 */
export async function readFrozen(target: Target, files: SchemaFiles, version: number): Promise<FrozenFile | undefined> {
  const { guid } = target.definition;
  const name = nameOfVersion(version);
  const module = await loadVersion(target, version);
  if (!module) return undefined;
  const path = versionFile(files, version);
  if (!existsSync(path)) {
    throw new SchemaDefinitionError(
      `${name} is not in ${nameOfFile(path)}: keep it there, beside the index that imports it`,
      { guid },
    );
  }
  const description = describeModule(target.database.orm, module, { name, guid });
  return { version, module, text: readFileSync(path, 'utf8'), path, description };
}

/** A version that is about to be frozen. */
interface NewVersion {
  readonly version: number;
  /** What it is to mean. */
  readonly wanted: StorageDescription;
  /** The version before, whose file it shares what did not change with. */
  readonly earlier: EarlierVersion | undefined;
  /** Renames of which this version is the first of three. */
  readonly overThree?: readonly RenameOverThree[] | undefined;
  /** What its file says now, if it is written again. */
  readonly replaced?: string | undefined;
}

/** A frozen version as it would be written. */
export interface VersionDraft {
  readonly fingerprint: string;
  /** Its own file, and the index. */
  readonly files: readonly [FileChange, FileChange];
}

/**
 * Writes the file of a version and its line in the index, and imports it before anything is written: it means what it is to
 * mean, to the letter.
 */
export async function draftVersion(target: Target, files: SchemaFiles, draft: NewVersion): Promise<VersionDraft> {
  const { definition, database, claim } = target;
  const { version, wanted, earlier, overThree = [], replaced } = draft;
  const { extension, index } = files;
  const path = versionFile(files, version);
  const text = versionSource(await declaredEntities(database.orm), version, {
    filter: meta => claim.metadata.includes(meta.root),
    earlier,
    changes: fileChanges(overThree),
    extension,
  });
  const name = { name: nameOfVersion(version), guid: definition.guid };
  const print = fingerprint(wanted);
  const written = describeModule(database.orm, await importText(path, text), name);
  if (fingerprint(written) !== print || !isEmpty(compareVersions(wanted, written))) {
    const [found = 'what the driver makes of a property'] = differences(written, wanted, [name.name, 'the entities']);
    throw new SchemaDefinitionError(
      `${name.name}, as it would be written, would not mean what the entities do: ${found}; nothing was written: write its file by hand, and report this, please`,
      { guid: name.guid },
    );
  }
  const line = withVersion(index.text, { version, fingerprint: print }, { amend: replaced !== undefined, extension });
  return {
    fingerprint: print,
    files: [
      { path, before: replaced, after: text },
      { path: index.path, before: index.text, after: line },
    ],
  };
}

/** The entities of an ORM with what they were made from, also those that it found in files. */
export async function declaredEntities(orm: MikroORM): Promise<DeclaredSource> {
  return {
    config: orm.config,
    getMetadata: () => orm.getMetadata(),
    definitionOf: definitionsOf(await givenEntities(orm)),
  };
}

/**
 * Imports TypeScript that stands in no file yet, as the file it is going to be: what it imports is found from there.
 *
 * @see https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
export async function importText(path: string, text: string): Promise<object> {
  // Told from the file that may be there by now, and be imported.
  const url = `${pathToFileURL(path).href}?draft=${randomUUID()}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => (specifier === url ? { url, shortCircuit: true } : next(specifier, context)),
    load: (loaded, context, next) =>
      loaded === url ? { format: 'module-typescript', source: text, shortCircuit: true } : next(loaded, context),
  });
  try {
    return (await import(url)) as object;
  } finally {
    hooks.deregister();
  }
}
