import { flagsFor } from '../../../changes/questions.ts';
import { changedDiagram } from '../../../pictures/diagram.ts';
import { onlyChanges, textBoxes } from '../../../pictures/text-boxes.ts';
import { colourOf } from '../show/mark-colours.ts';
import { merged, nameOfFile } from '../../project/file-changes.ts';
import type { Target } from '../../project/project-schemas.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayLines, type Paint } from '../../tables-and-colours.ts';
import { describeLevel } from '../each-schema.ts';
import type { Settlement, StepDraft } from './draft-step.ts';

/** The result for one Schema, as data and as text. */
interface NextReport {
  readonly data: object;
  readonly text: string;
}

/** Reports that nothing changed. */
export function reportLevel(target: Target): NextReport {
  const { guid, latest } = target.definition;
  const text = `${guid}: the entities match version ${latest}, nothing to write\n`;
  return { data: describeLevel(target), text };
}

/** Reports a Schema without frozen versions. */
export function reportStranger({ definition: { guid, latest } }: Target): NextReport {
  return {
    data: { guid, outcome: 'unversioned', version: latest, fingerprint: undefined, files: [] },
    text: `${guid}: this Schema keeps no frozen versions, so dejavu cannot see changes. Run npx dejavu init to add them.\n`,
  };
}

/** The narrowest terminal in which the changes are drawn. */
const NARROWEST = 60;

/** Draws the changes for a terminal that is wide enough. */
function changedBoxes({ settled }: StepDraft, columns: number | undefined, paint: Paint): string[] {
  if (!settled || columns === undefined || columns < NARROWEST) return [];
  const { before, after, changes } = settled.resolution;
  const diagram = onlyChanges(changedDiagram(before, after, changes));
  return textBoxes(diagram, columns, (mark, text) => paint(colourOf(mark), text));
}

/**
 * Reports the files that were written, or would be, and the next commands.
 *
 * @param columns the width of the terminal, in which the changes are drawn; `undefined` without one
 */
export function reportDraft(draft: StepDraft, dryRun: boolean, paint: Paint, columns: number | undefined): NextReport {
  const { work, step, fingerprint } = draft;
  const { version, earlier, replaced, target } = work;
  const { guid } = target.definition;
  const files = merged(draft.files);
  const what = `version ${version} ${dryRun ? 'would be ' : ''}written${replaced ? ' again' : ''}`;
  const lines = [
    `${paint('bold', guid)}: ${what}${earlier ? `, from ${earlier.version}` : ''}`,
    ...changedBoxes(draft, columns, paint),
    ...sayFiles(files, dryRun, paint).map(line => `  ${line}`),
    ...(dryRun ? [...lossLines(draft, paint), 'Nothing was written.'] : nextMoves(draft, paint)),
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
    text: sayLines(files.length > 0 ? lines : [`${guid}: version ${version} is already up to date`]),
  };
}

/** Warns at the end about data that the database will lose. */
function lossLines({ step }: StepDraft, paint: Paint): string[] {
  return step?.loss === undefined
    ? []
    : [paint('yellow', `  ${step.upgrade.name} ${step.loss}. Its data will be lost.`)];
}

function nextMoves(draft: StepDraft, paint: Paint): string[] {
  const { work, step, settled, fingerprint } = draft;
  const { own, version, replaced, target } = work;
  if (!step) return [`next: npx dejavu install, in an empty database`];
  const { compatible, lossy } = step.options;
  const isOther = replaced !== undefined && target.definition.fingerprintOf(version) !== fingerprint;
  return [
    compatible === undefined
      ? `  code of version ${version - 1} must stop before the upgrade; if it may keep running, declare it in steps: ${version}: { compatible: ${version - 1} }`
      : `  the step only adds: code from version ${compatible} on may keep running`,
    ...(lossy === undefined ? [] : [`  the way back ${lossy}`]),
    ...(settled?.resolution.overThree ?? []).map(
      ({ entity, from, to }) =>
        `  put ${entity}.${from} back into the entities, and make ${to} nullable: version ${version} has both`,
    ),
    ...(isOther
      ? [
          `  a database that is already at version ${version} is forked now: go back to ${version - 1} with the code from before, or create it again`,
        ]
      : []),
    ...lossLines(draft, paint),
    `next: read ${step.upgrade.name} and ${step.downgrade.name} in ${nameOfFile(own.path)}, run npx dejavu prove --from ${version} and npx dejavu upgrade, and commit the files together`,
  ];
}

/** Lists the open questions, with the flag of each choice. Returns nothing if there are none. */
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

/** Shows the open questions to a person. */
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
    'dejavu needs answers it cannot guess, and there is no terminal to ask in. Nothing was written. Run again with one flag per question:',
    ...blocks,
  ].join('\n');
}
