import { emptyStepSource, stepSource, type StepSource } from '../../step-source/step-methods.ts';
import type { Ask } from '../ask.ts';
import { draftVersion } from '../project/draft-version.ts';
import { nameOfFile } from '../project/name-of-file.ts';
import type { FileChange } from '../project/write-all.ts';
import { ClassEditor } from '../class-source/class-editor.ts';
import { isAsGenerated } from './amend.ts';
import type { Settled } from './settle.ts';
import type { Work } from './work.ts';

/** A new version, ready to be written. */
export interface Draft {
  readonly work: Work;
  readonly fingerprint: string;
  /** `undefined` for a first version, to which no step leads. */
  readonly step: StepSource | undefined;
  readonly settled: Settled | undefined;
  /** What it changes; of several drafts, on top of those before it. */
  readonly files: readonly FileChange[];
}

/** What a draft is made of. */
export interface Settlement {
  readonly work: Work;
  /** `undefined` for a first version. */
  readonly settled: Settled | undefined;
}

export interface DraftOptions {
  /** Whether there is only data to be moved. */
  readonly isEmpty: boolean;
  /** What is asked before a step is written again that somebody edited. */
  readonly ask: Ask;
}

/** Drafts everything that new versions change. Nothing is written. */
export async function draftAll(settlements: readonly Settlement[], options: DraftOptions): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const settlement of settlements) {
    // two Schemas may share a file
    const texts = new Map(drafts.flatMap(({ files }) => files.map(({ path, after }) => [path, after])));
    drafts.push(await draftOne(settlement, texts, options));
  }
  return drafts;
}

async function draftOne(
  { work, settled }: Settlement,
  texts: ReadonlyMap<string, string>,
  { isEmpty, ask }: DraftOptions,
): Promise<Draft> {
  const { target, project, version, earlier, replaced, live } = work;
  const { definition } = target;
  const { fingerprint, files } = await draftVersion(target, project, {
    version,
    wanted: settled?.resolution.after ?? live,
    earlier,
    overThree: settled?.resolution.overThree,
    replaced: replaced?.text,
  });
  if (!settled) return { work, fingerprint, step: undefined, settled, files };
  const step = isEmpty
    ? emptyStepSource(version)
    : stepSource(settled.resolution, { version, compatible: definition.compatibleAt(version - 1) });
  const { path, place, text } = project;
  const before = texts.get(path) ?? text;
  if (replaced && !isAsGenerated(work, settled.answers)) {
    const name = nameOfFile(path);
    await ask(
      `${definition.guid}: upgradeTo_${version} or the way back in ${name} was edited since it was generated. Write both again, without that?`,
    );
  }
  const after = new ClassEditor(replaced ? new ClassEditor(before, place).removeStep(version) : before, place).addStep(
    version,
    step,
  );
  return { work, fingerprint, step, settled, files: [...files, { path, before, after }] };
}
