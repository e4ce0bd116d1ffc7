import { describeLive } from '../../../boot/frozen/frozen-versions.ts';
import { compareVersions } from '../../../changes/compare-versions.ts';
import type { Answer } from '../../../changes/questions.ts';
import { resolve } from '../../../changes/resolve-answers.ts';
import { isEmpty } from '../../../changes/storage-changes.ts';
import { SchemaDefinitionError } from '../../../errors.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { emptyStepSource, stepSource, type StepSource } from '../../../step-source/step-methods.ts';
import type { Ask } from '../../ask.ts';
import { ClassEditor } from '../../../class-source/class-editor.ts';
import type { Flags } from '../../flags.ts';
import { draftVersion, readFrozen, type FrozenFile } from '../../project/draft-version.ts';
import { nameOfFile, type FileChange } from '../../project/file-changes.ts';
import type { Target } from '../../project/project-schemas.ts';
import { findFiles, type SchemaFiles } from '../../project/schema-files.ts';
import { UsageError } from '../../exit-codes.ts';
import { refusalOf, type SettledChanges } from './settle.ts';

/** A version to be written for one Schema. */
export interface VersionWork {
  readonly target: Target;
  readonly own: SchemaFiles;
  readonly version: number;
  /** The version before; `undefined` for the first that is kept. */
  readonly earlier: FrozenFile | undefined;
  /** The version itself as it was frozen before, if it is written again. */
  readonly replaced: FrozenFile | undefined;
  /** What the entities mean now. */
  readonly live: StorageDescription;
  /** Whether the entities are other ones than those of the newest frozen version. */
  readonly isChanged: boolean;
}

/** Reads what a new version is to be compared with. No database is asked. */
export async function beginWork(target: Target, { amend }: Pick<Flags, 'amend'>): Promise<VersionWork> {
  const { schema, definition, database, claim } = target;
  const { guid, latest } = definition;
  if (schema.versions === undefined) {
    throw new SchemaDefinitionError(
      `no frozen versions are kept, so nobody can tell what changed: freeze the entities as they are at version ${latest} with dejavu init`,
      { guid },
    );
  }
  const own = findFiles(target);
  const { path, source, index } = own;
  if (source.latest !== latest) {
    throw new UsageError(
      `${guid}: ${nameOfFile(path)} says that latest is ${source.latest}, and what was imported says ${latest}: name the file that is imported`,
    );
  }
  if (index.text === undefined)
    throw new UsageError(`${guid}: there is no ${nameOfFile(index.path)}, which lists the versions`);
  const live = describeLive(database.orm, claim);
  const newest = await readFrozen(target, own, latest);
  const common = { target, own, live, isChanged: !newest || !isSame(newest, live) };
  if (!amend) return { ...common, version: latest + 1, earlier: newest, replaced: undefined };
  return { ...common, version: latest, earlier: await readFrozen(target, own, latest - 1), replaced: newest };
}

export function isSame({ description }: FrozenFile, live: StorageDescription): boolean {
  return isEmpty(compareVersions(description, live));
}

/** What a draft is made of. */
export interface Settlement {
  readonly work: VersionWork;
  /** `undefined` for a first version. */
  readonly settled: SettledChanges | undefined;
}

/** A new version, ready to be written. */
export interface StepDraft extends Settlement {
  readonly fingerprint: string;
  /** `undefined` for a first version, to which no step leads. */
  readonly step: StepSource | undefined;
  /** What it changes; of several drafts, on top of those before it. */
  readonly files: readonly FileChange[];
}

/**
 * Drafts everything that new versions change. Nothing is written.
 *
 * @param onlyData whether there is only data to be moved
 * @param ask before a step is written again that somebody edited
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
        `${target.definition.guid}: upgradeTo_${version} or the way back in ${nameOfFile(path)} was edited since it was generated. Write both again, without that?`,
      );
    }
    // Two Schemas may share a file.
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
 * Tells whether a step stands in its class as it was generated, so that writing it again loses nothing. What it was
 * generated from is what the version was frozen as, and the answers that still fit; how it was formatted does not matter.
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

/** Formatters differ in white space, quotes, and what may be left out. */
function squeezed(text: string): string {
  return text.replaceAll(/[\s'"`(),;]/g, '');
}
