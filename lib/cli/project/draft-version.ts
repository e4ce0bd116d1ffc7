import { SchemaDefinitionError } from '../../errors.ts';
import { differences } from '../../models/show-differences.ts';
import { fingerprint } from '../../models/fingerprint.ts';
import { describeModule } from '../../models/frozen-models.ts';
import type { StorageDescription } from '../../models/description.ts';
import { nameOfVersion } from '../../boot/frozen-versions.ts';
import { fileChanges, type RenameOverThree } from '../../changes/rename-over-three.ts';
import { compareVersions } from '../../changes/compare-versions.ts';
import { isEmpty } from '../../changes/storage-changes.ts';
import { withVersion } from '../../version-file/version-lines.ts';
import { versionSource, type EarlierVersion } from '../../version-file/version-source.ts';
import type { Target } from '../command.ts';
import { importText } from './import-text.ts';
import { versionFile, type Project } from './project.ts';
import type { FileChange } from './write-all.ts';
import { writtenEntities } from './written-entities.ts';

/** A version that is about to be frozen. */
export interface NewVersion {
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
 *
 * @throws SchemaDefinitionError if it does not, or cannot be frozen
 */
export async function draftVersion(target: Target, project: Project, draft: NewVersion): Promise<VersionDraft> {
  const { definition, database, claim } = target;
  const { version, wanted, earlier, overThree = [], replaced } = draft;
  const { extension, index } = project;
  const path = versionFile(project, version);
  const text = versionSource(await writtenEntities(database.orm), version, {
    filter: meta => claim.metadata.includes(meta.root),
    earlier,
    changes: fileChanges(overThree),
    extension,
  });
  const name = { name: nameOfVersion(version), guid: definition.guid };
  assertMeans(describeModule(database.orm, await importText(path, text), name), wanted, name);
  const print = fingerprint(wanted);
  const line = withVersion(index.text, { version, fingerprint: print }, { amend: replaced !== undefined, extension });
  return {
    fingerprint: print,
    files: [
      { path, before: replaced, after: text },
      { path: index.path, before: index.text, after: line },
    ],
  };
}

function assertMeans(
  written: StorageDescription,
  wanted: StorageDescription,
  { name, guid }: { readonly name: string; readonly guid: string },
): void {
  if (fingerprint(written) === fingerprint(wanted) && isEmpty(compareVersions(wanted, written))) return;
  const [found = 'what the driver makes of a property'] = differences(written, wanted, [name, 'the entities']);
  throw new SchemaDefinitionError(
    `${name}, as it would be written, would not mean what the entities do: ${found}; nothing was written: write its file by hand, and report this, please`,
    { guid },
  );
}
