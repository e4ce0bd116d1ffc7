import { flagsFor } from '../../changes/questions.ts';
import type { Target } from '../command.ts';
import { filesData } from '../project/say-files.ts';
import { merged } from '../project/write-all.ts';
import type { Draft, Settlement } from './draft.ts';

/** What was written, or would be, for machines. */
export function dataOf({ work, fingerprint, step, files }: Draft, dryRun: boolean): object {
  const { guid } = work.target.definition;
  return {
    guid,
    outcome: dryRun ? 'drafted' : work.replaced ? 'amended' : 'written',
    from: work.earlier?.version,
    version: work.version,
    fingerprint,
    steps: step?.options,
    files: filesData(merged(files), dryRun),
  };
}

/** What is still to be answered, for machines: each choice with the flag that makes it. */
export function questionsData({ work, settled }: Settlement): object {
  return {
    guid: work.target.definition.guid,
    outcome: 'unanswered',
    questions: settled?.resolution.questions.map(question => {
      const flags = flagsFor(question);
      return {
        kind: question.kind,
        path: question.path,
        text: question.text,
        choices: question.choices.map(({ label, reason, input }, index) => ({
          label,
          reason,
          input,
          flag: flags[index],
        })),
      };
    }),
  };
}

/** A Schema whose entities did not change, for machines. */
export function levelData({ definition }: Target): object {
  const { guid, latest } = definition;
  return { guid, outcome: 'level', version: latest, fingerprint: definition.fingerprintOf(latest), files: [] };
}

/** One that keeps no frozen versions, for machines. */
export function strangerData({ definition: { guid, latest } }: Target): object {
  return { guid, outcome: 'unversioned', version: latest, fingerprint: undefined, files: [] };
}
