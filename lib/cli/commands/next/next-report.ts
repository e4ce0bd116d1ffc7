import { flagsFor } from '../../../changes/questions.ts';
import { merged, nameOfFile } from '../../project/file-changes.ts';
import type { Target } from '../../project/project-schemas.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayLines, type Paint } from '../../wording.ts';
import { describeLevel } from '../each-schema.ts';
import type { Settlement, StepDraft } from './draft-step.ts';

/** What became of one Schema: for machines, and for people. */
interface NextReport {
  readonly data: object;
  readonly text: string;
}

/** That there is nothing to do. */
export function reportLevel(target: Target): NextReport {
  const { guid, latest } = target.definition;
  const text = `${guid}: the entities are those of version ${latest}: nothing to write\n`;
  return { data: describeLevel(target), text };
}

/** That nobody can tell whether there is something to do. */
export function reportStranger({ definition: { guid, latest } }: Target): NextReport {
  return {
    data: { guid, outcome: 'unversioned', version: latest, fingerprint: undefined, files: [] },
    text: `${guid}: no frozen versions are kept, so nobody can tell what changed: dejavu init would keep them\n`,
  };
}

/** What was written, or would be, and what comes next. */
export function reportDraft(draft: StepDraft, dryRun: boolean, paint: Paint): NextReport {
  const { work, step, fingerprint } = draft;
  const { version, earlier, replaced, target } = work;
  const { guid } = target.definition;
  const files = merged(draft.files);
  const what = `version ${version} ${dryRun ? 'would be ' : ''}written${replaced ? ' again' : ''}`;
  const lines = [
    `${paint('bold', guid)}: ${what}${earlier ? `, from ${earlier.version}` : ''}`,
    ...sayFiles(files, dryRun, paint).map(line => `  ${line}`),
    ...(dryRun ? [...lossLines(draft, paint), 'nothing was written'] : nextMoves(draft, paint)),
  ];
  return {
    data: {
      guid,
      outcome: dryRun ? 'drafted' : replaced ? 'amended' : 'written',
      from: earlier?.version,
      version,
      fingerprint,
      steps: step?.options,
      loss: step?.loss,
      files: describeFiles(files, dryRun),
    },
    text: sayLines(files.length > 0 ? lines : [`${guid}: version ${version} is written just so: nothing to change`]),
  };
}

/** What the database will lose, the last thing that is said of a step. */
function lossLines({ step }: StepDraft, paint: Paint): string[] {
  return step?.loss === undefined ? [] : [paint('yellow', `  ${step.upgrade.name} ${step.loss}: dropped data is lost`)];
}

function nextMoves(draft: StepDraft, paint: Paint): string[] {
  const { work, step, settled, fingerprint } = draft;
  const { own, version, replaced, target } = work;
  if (!step) return [`next: dejavu install, on an empty database`];
  const { compatible, lossy } = step.options;
  const isOther = replaced !== undefined && target.definition.fingerprintOf(version) !== fingerprint;
  return [
    compatible === undefined
      ? `  code of version ${version - 1} may not go on beside it; if it may, say so in steps: ${version}: { compatible: ${version - 1} }`
      : `  it only adds: code from version ${compatible} on may go on beside it`,
    ...(lossy === undefined ? [] : [`  the way back ${lossy}`]),
    ...(settled?.resolution.overThree ?? []).map(
      ({ entity, from, to }) =>
        `  put ${entity}.${from} back into the entities, and let ${to} be null there: both are in version ${version}`,
    ),
    ...(isOther
      ? [
          `  a database that was at version ${version} already is forked now: go back to ${version - 1} with the code from before, or make it anew`,
        ]
      : []),
    ...lossLines(draft, paint),
    `next: read ${step.upgrade.name} and ${step.downgrade.name} in ${nameOfFile(own.path)}, run dejavu upgrade, and commit the files together`,
  ];
}

/** What is still to be answered, each choice with the flag that makes it; nothing if all of it is. */
export function describeQuestions({ work, settled }: Settlement) {
  const { questions = [] } = settled ?? {};
  const described = questions.map(question => {
    const { kind, path, text, choices } = question;
    const flags = flagsFor(question);
    const said = choices.map(({ label, reason, input }, index) => ({ label, reason, input, flag: flags[index] }));
    return { kind, path, text, choices: said };
  });
  const { guid } = work.target.definition;
  return described.length > 0 ? [{ guid, outcome: 'unanswered', questions: described }] : [];
}

/** The same for people. */
export function sayQuestions(open: readonly ReturnType<typeof describeQuestions>[number][]): string {
  const blocks = open.flatMap(({ guid, questions }) =>
    questions.map(({ text, choices }) => {
      const width = Math.max(...choices.map(({ flag = '' }) => flag.length));
      const lines = choices.map(
        ({ label, reason, flag = '' }) =>
          `    ${flag.padEnd(width)}  ${label}${reason === undefined ? '' : ` (${reason})`}`,
      );
      return [`  ${guid}: ${text}`, ...lines].join('\n');
    }),
  );
  return [
    'there is something that only people know, and nobody to ask here: nothing was written. Run it again with one flag of each:',
    ...blocks,
  ].join('\n');
}
