import { SchemaDefinitionError } from '../../errors.ts';
import type { StorageDescription } from '../../models/description.ts';
import { describeLive } from '../../boot/frozen-versions.ts';
import { compareVersions } from '../../changes/compare-versions.ts';
import { isEmpty } from '../../changes/storage-changes.ts';
import type { Target } from '../command.ts';
import type { Flags } from '../flags.ts';
import { readFrozen, type Frozen } from '../project/frozen.ts';
import { findProject, type Project } from '../project/project.ts';
import { UsageError } from '../usage.ts';
import { nameOfFile } from '../project/name-of-file.ts';

/** A version to be written for one Schema. */
export interface Work {
  readonly target: Target;
  readonly project: Project;
  readonly version: number;
  /** The version before; `undefined` for the first that is kept. */
  readonly earlier: Frozen | undefined;
  /** The version itself as it was frozen before, if it is written again. */
  readonly replaced: Frozen | undefined;
  /** What the entities mean now. */
  readonly live: StorageDescription;
  /** Whether the entities are other ones than those of the newest frozen version. */
  readonly isChanged: boolean;
}

/**
 * Reads what a new version is to be compared with. No database is asked.
 *
 * @throws SchemaDefinitionError for a Schema that keeps no versions, and for a frozen one that was edited
 * @throws UsageError if its source cannot be found, or says something else than what was imported
 */
export async function beginWork(target: Target, { amend }: Pick<Flags, 'amend'>): Promise<Work> {
  const { schema, definition, database, claim } = target;
  const { guid, latest } = definition;
  if (schema.versions === undefined) {
    throw new SchemaDefinitionError(
      `no frozen versions are kept, so nobody can tell what changed: freeze the entities as they are at version ${latest} with dejavu init`,
      { guid },
    );
  }
  const project = findProject(target);
  const { path, source, index } = project;
  if (source.latest !== latest) {
    throw new UsageError(
      `${guid}: ${nameOfFile(path)} says that latest is ${source.latest}, and what was imported says ${latest}: name the file that is imported`,
    );
  }
  if (index.text === undefined)
    throw new UsageError(`${guid}: there is no ${nameOfFile(index.path)}, which lists the versions`);
  const live = describeLive(database.orm, claim);
  const newest = await readFrozen(target, project, latest);
  const common = { target, project, live, isChanged: !newest || !isEmpty(compareVersions(newest.description, live)) };
  if (!amend) return { ...common, version: latest + 1, earlier: newest, replaced: undefined };
  return { ...common, version: latest, earlier: await readFrozen(target, project, latest - 1), replaced: newest };
}
