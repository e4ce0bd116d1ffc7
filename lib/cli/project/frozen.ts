import { existsSync, readFileSync } from 'node:fs';
import { SchemaDefinitionError } from '../../errors.ts';
import type { StorageDescription } from '../../models/description.ts';
import { describeModule } from '../../models/frozen-models.ts';
import { loadVersion, nameOfVersion } from '../../boot/frozen-versions.ts';
import type { EarlierVersion } from '../../version-file/version-source.ts';
import type { Target } from '../command.ts';
import { versionFile, type Project } from './project.ts';
import { nameOfFile } from './name-of-file.ts';

/** A frozen version as it is kept: its file, and what that means under the options of the application. */
export interface Frozen extends EarlierVersion {
  readonly path: string;
  readonly description: StorageDescription;
}

/**
 * Reads a frozen version.
 *
 * @returns `undefined` if none is kept of that number
 * @throws SchemaDefinitionError if it was edited since, or its file is not where a version's is
 */
export async function readFrozen(target: Target, project: Project, version: number): Promise<Frozen | undefined> {
  const { definition, database } = target;
  const module = await loadVersion(target, version);
  if (!module) return undefined;
  const path = versionFile(project, version);
  if (!existsSync(path)) {
    throw new SchemaDefinitionError(
      `${nameOfVersion(version)} is not in ${nameOfFile(path)}: keep it there, beside the index that imports it`,
      { guid: definition.guid },
    );
  }
  const description = describeModule(database.orm, module, { name: nameOfVersion(version), guid: definition.guid });
  return { version, module, text: readFileSync(path, 'utf8'), path, description };
}
