import { realpathSync } from 'node:fs';
import { describeLive, nameOfVersion } from '../../../boot/frozen/load-version.ts';
import { SchemaDefinitionError } from '../../../errors.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { differences } from '../../../models/show-differences.ts';
import { describeModule } from '../../../models/frozen-models.ts';
import { versionLines } from '../../../version-file/version-lines.ts';
import {
  draftVersion,
  importText,
  readFrozen,
  type FrozenFile,
  type VersionDraft,
} from '../../project/draft-version.ts';
import { nameOfFile } from '../../project/file-changes.ts';
import type { MadeSchema, Target } from '../../project/project-schemas.ts';
import { findFiles, versionFile, type SchemaFiles } from '../../project/schema-files.ts';
import { UsageError } from '../../exit-codes.ts';
import { openUnfrozen } from '../init/new-schema.ts';
import type { ConflictSides, VersionConflict } from './find-conflicts.ts';

/** A version with its new number, frozen from the merged entities. */
export interface MovedVersion extends VersionDraft {
  readonly conflict: VersionConflict;
  readonly guid: string;
  /** Differences that the step was not written for, and differences that it was written for and that no longer exist. */
  readonly unforeseen: readonly string[];
}

/** Freezes the merged entities as the version with the new number. */
export async function draftMoved(
  made: readonly MadeSchema[],
  conflict: VersionConflict,
  all: readonly ConflictSides[],
): Promise<MovedVersion> {
  const { path, className, guid, kept, to } = conflict;
  const found = made.find(
    one => one.schema.constructor.name === className && one.schema.guid === (guid ?? one.schema.guid),
  );
  if (!found) {
    throw new UsageError(
      `The versions of ${guid ?? className} in ${nameOfFile(path)} are in conflict, but dejavu found only ${made.map(({ schema }) => schema.guid).join(', ')}. Name the file with --schema path#Export.`,
    );
  }
  const target = openUnfrozen(found);
  const own = findFiles(target);
  if (realpathSync(own.path) !== realpathSync(path)) {
    throw new UsageError(
      `The conflict is in ${nameOfFile(path)}, but the class is imported from ${nameOfFile(own.path)}. Name the file of the conflict with --schema.`,
    );
  }
  const earlier = await readFrozen(target, own, kept);
  if (!earlier) {
    const problem = `${nameOfVersion(kept)} is not kept as a frozen version, so version ${to} cannot follow it`;
    throw new SchemaDefinitionError(problem, { guid: found.schema.guid });
  }
  const wanted = describeLive(target.database.orm, target.claim);
  const draft = await draftVersion(target, own, { version: to, wanted, earlier });
  const unforeseen = await unforeseenIn(conflict, { target, own, earlier, wanted, all });
  return { ...draft, conflict, guid: found.schema.guid, unforeseen };
}

interface MoveContext {
  readonly target: Target;
  readonly own: SchemaFiles;
  readonly earlier: FrozenFile;
  readonly wanted: StorageDescription;
  readonly all: readonly ConflictSides[];
}

const NAMES = ['before', 'after'] as const;

/** Compares the versions that the step was written for with those it connects now, if both are known. */
async function unforeseenIn({ base, from, kept, to }: VersionConflict, context: MoveContext): Promise<string[]> {
  const { target, own, earlier, wanted, all } = context;
  const sides = (path: string) => all.find(one => one.path === path);
  const path = versionFile(own, from);
  const text = sides(path)?.moved;
  const [line, now] = [sides(own.index.path)?.base, own.index.text].map(index =>
    versionLines(index ?? '').find(({ version }) => version === base),
  );
  // In a rebase, the version before may have moved itself.
  if (text === undefined || line?.fingerprint !== now?.fingerprint) return [];
  const before = await readFrozen(target, own, base);
  if (!before) return [];
  const after = describeModule(target.database.orm, await importText(path, text), { name: nameOfVersion(from) });
  const planned = differences(before.description, after, NAMES);
  const needed = differences(earlier.description, wanted, NAMES);
  const [then, here] = [`between ${base} and ${from} before`, `between ${kept} and ${to}`];
  return [
    ...needed.flatMap(one => (planned.includes(one) ? [] : `${here}, but not ${then}: ${one}`)),
    ...planned.flatMap(one => (needed.includes(one) ? [] : `${then}, but not ${here}: ${one}`)),
  ];
}
