import { describeLive } from '../../../boot/frozen/load-version.ts';
import { compareVersions } from '../../../changes/compare-versions.ts';
import type { Answer } from '../../../changes/questions.ts';
import { resolve } from '../../../changes/resolve-answers.ts';
import { isEmpty } from '../../../changes/storage-changes.ts';
import { SchemaDefinitionError } from '../../../errors.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { emptyStepSource, stepSource, type StepSource } from '../../../step-source/step-methods.ts';
import type { Ask } from '../../ask.ts';
import { ClassEditor } from '../../../class-source/class-editor.ts';
import type { Flags } from '../../line/flags.ts';
import { draftVersion, readFrozen, type FrozenFile } from '../../project/draft-version.ts';
import { nameOfFile, type FileChange } from '../../project/file-changes.ts';
import type { Target } from '../../project/project-schemas.ts';
import { findFiles, type SchemaFiles } from '../../project/schema-files.ts';
import { UsageError } from '../../exit-codes.ts';
import { refusalOf, type SettledChanges } from './settle.ts';

/** The next version of one Schema, to be written. */
export interface VersionWork {
  readonly target: Target;
  readonly own: SchemaFiles;
  readonly version: number;
  /** The version before; `undefined` for the first frozen version. */
  readonly earlier: FrozenFile | undefined;
  /** The version as frozen before, if it is written again. */
  readonly replaced: FrozenFile | undefined;
  /** The description of the entities now. */
  readonly live: StorageDescription;
  /** Whether the entities differ from the newest frozen version. */
  readonly isChanged: boolean;
}

/** Reads the version that the new one is compared with. Uses no database. */
export async function beginWork(target: Target, { amend }: Pick<Flags, 'amend'>): Promise<VersionWork> {
  const { schema, definition, database, claim } = target;
  const { guid, latest } = definition;
  if (schema.versions === undefined) {
    throw new SchemaDefinitionError(
      `this Schema keeps no frozen versions, so dejavu cannot compare the entities with version ${latest}. Run npx dejavu init to freeze them.`,
      { guid },
    );
  }
  const own = findFiles(target);
  const { path, source, index } = own;
  if (source.latest !== latest) {
    throw new UsageError(
      `${guid}: latest is ${source.latest} in ${nameOfFile(path)}, and ${latest} in the imported class. Name the imported file with --schema.`,
    );
  }
  if (index.text === undefined)
    throw new UsageError(
      `${guid}: ${nameOfFile(index.path)}, which lists the versions, does not exist. Run npx dejavu init.`,
    );
  const live = describeLive(database.orm, claim);
  const newest = await readFrozen(target, own, latest);
  const common = { target, own, live, isChanged: !newest || !isSame(newest, live) };
  if (!amend) return { ...common, version: latest + 1, earlier: newest, replaced: undefined };
  return { ...common, version: latest, earlier: await readFrozen(target, own, latest - 1), replaced: newest };
}

export function isSame({ description }: FrozenFile, live: StorageDescription): boolean {
  return isEmpty(compareVersions(description, live));
}

/** The input of a draft. */
export interface Settlement {
  readonly work: VersionWork;
  /** `undefined` for a first version. */
  readonly settled: SettledChanges | undefined;
}

/** A version that is ready to be written. */
export interface StepDraft extends Settlement {
  readonly fingerprint: string;
  /** `undefined` for a first version, which has no step. */
  readonly step: StepSource | undefined;
  /** The files to change. With several drafts, the changes build on those of the drafts before. */
  readonly files: readonly FileChange[];
}

/**
 * Drafts all files of new versions. Writes nothing.
 *
 * @param onlyData whether the steps only move data
 * @param ask called before an edited step is replaced
 */
export async function draftAll(settlements: readonly Settlement[], onlyData: boolean, ask: Ask): Promise<StepDraft[]> {
  const drafts: StepDraft[] = [];
  for (const { work, settled } of settlements) {
    const { target, own, version, earlier, replaced, live } = work;
    const { path, place, text } = own;
    const { fingerprint, files } = await draftVersion(target, own, {
      version,
      wanted: settled?.resolution.after ?? live,
      earlier,
      overThree: settled?.resolution.overThree,
      replaced: replaced?.text,
    });
    if (!settled) {
      drafts.push({ work, settled, fingerprint, step: undefined, files });
      continue;
    }
    const step = onlyData ? emptyStepSource(version) : stepFor(work, settled.resolution);
    if (replaced && !isAsGenerated(work, settled.answers)) {
      await ask(
        `${target.definition.guid}: upgradeTo_${version} or downgradeTo_${version - 1} in ${nameOfFile(path)} differs from the step for these answers: it was edited, or the answers were different. Replace both?`,
      );
    }
    // Several Schemas may be in one file.
    const before = drafts.flatMap(one => one.files).findLast(file => file.path === path)?.after ?? text;
    const without = replaced ? new ClassEditor(before, place).removeStep(version) : before;
    const after = new ClassEditor(without, place).addStep(version, step);
    drafts.push({ work, settled, fingerprint, step, files: [...files, { path, before, after }] });
  }
  return drafts;
}

function stepFor({ target, version }: VersionWork, resolution: SettledChanges['resolution']): StepSource {
  return stepSource(resolution, { version, compatible: target.definition.compatibleAt(version - 1) });
}

/**
 * Tells whether a step is in its class as it was generated, so that replacing it loses nothing. It is generated again from
 * the frozen version and the answers that still fit. Formatting does not matter.
 */
function isAsGenerated(work: VersionWork, answers: readonly Answer[]): boolean {
  const { own, version, earlier, replaced } = work;
  if (!earlier || !replaced) return false;
  const { text, place } = own;
  const without = new ClassEditor(text, place).removeStep(version);
  const is = (step: StepSource) => squeezed(new ClassEditor(without, place).addStep(version, step)) === squeezed(text);
  if (is(emptyStepSource(version))) return true;
  const resolveWith = (some: readonly Answer[]) => resolve(earlier.description, replaced.description, some);
  const kept: Answer[] = [];
  for (const answer of answers) {
    if (refusalOf(() => resolveWith([...kept, answer])) === undefined) kept.push(answer);
  }
  const then = resolveWith(kept);
  return then.questions.length === 0 && is(stepFor(work, then));
}

/** Removes everything in which formatters differ: white space, quotes, and optional punctuation. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s'"`(),;]/g, '');
}
