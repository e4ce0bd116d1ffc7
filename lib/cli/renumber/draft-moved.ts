import { realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { SchemaDefinitionError } from '../../errors.ts';
import { differences } from '../../models/show-differences.ts';
import { describeModule } from '../../models/frozen-models.ts';
import type { StorageDescription } from '../../models/description.ts';
import { describeLive, nameOfVersion } from '../../boot/frozen-versions.ts';
import { versionLines } from '../../version-file/version-lines.ts';
import type { Target } from '../command.ts';
import { openUnfrozen } from '../init/stand-in.ts';
import { draftVersion, type VersionDraft } from '../project/draft-version.ts';
import { readFrozen, type Frozen } from '../project/frozen.ts';
import { importText } from '../project/import-text.ts';
import { findProject, versionFile, type Project } from '../project/project.ts';
import type { Made } from '../schemas.ts';
import { UsageError } from '../usage.ts';
import type { Sides, VersionConflict } from './find-conflicts.ts';

/** A version with its new number, frozen from the merged entities. */
export interface Moved extends VersionDraft {
  readonly conflict: VersionConflict;
  readonly guid: string;
  /** What differs between the versions it leads between now, and did not between those it was written for; and the other way round. */
  readonly unforeseen: readonly string[];
}

/**
 * Freezes the merged entities as the version that a step leads to by its new number.
 *
 * @throws UsageError if the Schema is not among those of the project
 * @throws SchemaDefinitionError if the version that keeps its number is not frozen, or the entities cannot be
 */
export async function draftMoved(
  made: readonly Made[],
  conflict: VersionConflict,
  all: readonly Sides[],
): Promise<Moved> {
  const { path, className, guid, kept, to } = conflict;
  const own = made.find(({ schema }) => schema.constructor.name === className && schema.guid === (guid ?? schema.guid));
  if (!own) {
    throw new UsageError(
      `${relative(process.cwd(), path)} has versions of ${guid ?? className} in conflict, and ${made.map(({ schema }) => schema.guid).join(', ')} was found: name it with --schema path#Export`,
    );
  }
  const target = openUnfrozen(own);
  const project = findProject(target);
  if (realpathSync(project.path) !== realpathSync(path)) {
    throw new UsageError(
      `${relative(process.cwd(), project.path)} is imported, and the conflict is in ${relative(process.cwd(), path)}: name that file with --schema`,
    );
  }
  const earlier = await readFrozen(target, project, kept);
  if (!earlier) {
    throw new SchemaDefinitionError(`${nameOfVersion(kept)} is kept nowhere, so version ${to} cannot follow it`, {
      guid: own.schema.guid,
    });
  }
  const wanted = describeLive(target.database.orm, target.claim);
  const draft = await draftVersion(target, project, { version: to, wanted, earlier });
  const unforeseen = await unforeseenIn(conflict, { target, project, earlier, wanted, all });
  return { ...draft, conflict, guid: own.schema.guid, unforeseen };
}

interface Context {
  readonly target: Target;
  readonly project: Project;
  readonly earlier: Frozen;
  readonly wanted: StorageDescription;
  readonly all: readonly Sides[];
}

/** Compares what the step was written for with what it has to do now, where both are known. */
async function unforeseenIn(
  { base, from, kept, to }: VersionConflict,
  { target, project, earlier, wanted, all }: Context,
) {
  const sides = (path: string) => all.find(one => one.path === path);
  const path = versionFile(project, from);
  const text = sides(path)?.moved;
  const lines = [sides(project.index.path)?.base, project.index.text].map(index =>
    versionLines(index ?? '').find(({ version }) => version === base),
  );
  // in a rebase, the version it was written on may have moved itself
  if (text === undefined || lines[0]?.fingerprint !== lines[1]?.fingerprint) return [];
  const before = await readFrozen(target, project, base);
  if (!before) return [];
  const module = await importText(join(dirname(path), `${from}.ts`), text);
  const after = describeModule(target.database.orm, module, { name: nameOfVersion(from) });
  const sidesNamed = ['before', 'after'] as const;
  const then = new Set(differences(before.description, after, sidesNamed));
  const now = new Set(differences(earlier.description, wanted, sidesNamed));
  return [
    ...[...now]
      .filter(one => !then.has(one))
      .map(one => `between ${kept} and ${to}, and not between ${base} and ${from} before: ${one}`),
    ...[...then]
      .filter(one => !now.has(one))
      .map(one => `between ${base} and ${from} before, and not between ${kept} and ${to}: ${one}`),
  ];
}
