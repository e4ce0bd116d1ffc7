import { stripVTControlCharacters } from 'node:util';
import { flagsFor } from '../../changes/questions.ts';
import type { Paint } from '../colours.ts';
import type { Target } from '../command.ts';
import { sayFiles } from '../project/say-files.ts';
import { merged } from '../project/write-all.ts';
import type { Draft, Settlement } from './draft.ts';
import { nameOfFile } from '../project/name-of-file.ts';

/** What is still to be answered, and the flags that do, for people. */
export function sayQuestions(open: readonly Settlement[]): string {
  const blocks = open.flatMap(({ work, settled }) =>
    (settled?.resolution.questions ?? []).map(question => {
      const flags = flagsFor(question);
      const width = Math.max(...flags.map(flag => flag.length));
      const choices = question.choices.map(({ label, reason }, index) => {
        const why = reason === undefined ? '' : ` (${reason})`;
        return `    ${(flags[index] ?? '').padEnd(width)}  ${label}${why}`;
      });
      return [`  ${work.target.definition.guid}: ${question.text}`, ...choices].join('\n');
    }),
  );
  return [
    'there is something that only people know, and nobody to ask here: nothing was written. Run it again with one flag of each:',
    ...blocks,
  ].join('\n');
}

/** That there is nothing to do. */
export function sayLevel({ definition }: Target): string {
  const { guid, latest } = definition;
  return `${guid}: the entities are those of version ${latest}: nothing to write\n`;
}

/** That nobody can tell whether there is something to do. */
export function sayStranger({ definition: { guid } }: Target): string {
  return `${guid}: no frozen versions are kept, so nobody can tell what changed: dejavu init would keep them\n`;
}

/** What was written, or would be, and what comes next, for people. */
export function sayDraft(draft: Draft, dryRun: boolean, paint: Paint): string {
  const { work, files } = draft;
  const { guid } = work.target.definition;
  const changed = merged(files);
  if (changed.length === 0) return `${guid}: version ${work.version} is written just so: nothing to change\n`;
  const verb = dryRun ? 'would be ' : '';
  const what = `version ${work.version} ${verb}written${work.replaced ? ' again' : ''}`;
  const lines = [
    `${paint('bold', guid)}: ${what}${work.earlier ? `, from ${work.earlier.version}` : ''}`,
    ...sayFiles(changed, dryRun, paint).map(line => `  ${line}`),
    ...(dryRun ? ['nothing was written'] : nextMoves(draft)),
  ];
  return `${lines.map(line => (stripVTControlCharacters(line).trim() === '' ? '' : line)).join('\n')}\n`;
}

function nextMoves({ work, step, settled, fingerprint }: Draft): string[] {
  const { project, version, replaced, target } = work;
  const isOther = replaced !== undefined && target.definition.fingerprintOf(version) !== fingerprint;
  if (!step) return [`next: dejavu install, on an empty database`];
  const { compatible, lossy } = step.options;
  const overThree = settled?.resolution.overThree ?? [];
  return [
    ...(compatible === undefined
      ? [
          `  code of version ${version - 1} may not go on beside it; if it may, say so in steps: ${version}: { compatible: ${version - 1} }`,
        ]
      : [`  it only adds: code from version ${compatible} on may go on beside it`]),
    ...(lossy === undefined ? [] : [`  the way back ${lossy}`]),
    ...overThree.map(
      ({ entity, from, to }) =>
        `  put ${entity}.${from} back into the entities, and let ${to} be null there: both are in version ${version}`,
    ),
    ...(isOther
      ? [
          `  a database that was at version ${version} already is forked now: go back to ${version - 1} with the code from before, or make it anew`,
        ]
      : []),
    `next: read ${step.upgrade.name} and ${step.downgrade.name} in ${nameOfFile(project.path)}, run dejavu upgrade, and commit the files together`,
  ];
}
