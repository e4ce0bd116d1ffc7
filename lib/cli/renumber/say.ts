import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Paint } from '../colours.ts';
import type { Undertaking } from '../git.ts';
import { filesData, sayFiles } from '../project/say-files.ts';
import type { FileChange } from '../project/write-all.ts';
import type { Moved } from './draft-moved.ts';
import type { Keep } from './find-conflicts.ts';

/** What a renumbering did, or would do. */
export interface Renumbering {
  readonly moved: readonly Moved[];
  readonly files: readonly FileChange[];
  /** What git still has in conflict, absolute. */
  readonly remaining: readonly string[];
  readonly undertaking: Undertaking;
  readonly keep: Keep;
  readonly dryRun: boolean;
}

/** What was done, for machines. */
export function dataOf(
  { conflict, guid, fingerprint, unforeseen }: Moved,
  { files, remaining, dryRun }: Renumbering,
): object {
  return {
    guid,
    outcome: dryRun ? 'drafted' : 'renumbered',
    from: conflict.from,
    version: conflict.to,
    fingerprint,
    unforeseen,
    files: filesData(files, dryRun),
    remaining: remaining.map(path => relative(process.cwd(), path)),
  };
}

/** What was done and what is left to do, for people. */
export function sayMoved(renumbering: Renumbering, paint: Paint): string {
  const { moved, files, remaining, dryRun, undertaking } = renumbering;
  const lines = [
    ...moved.flatMap(one => sayOne(one, renumbering, paint)),
    ...sayFiles(files, dryRun, paint).map(line => `  ${line}`),
    ...(dryRun ? ['nothing was written'] : nextMoves(moved, remaining, undertaking)),
  ];
  return `${lines.map(line => (stripVTControlCharacters(line).trim() === '' ? '' : line)).join('\n')}\n`;
}

function sayOne({ conflict, guid, unforeseen }: Moved, { keep, dryRun }: Renumbering, paint: Paint): string[] {
  const { from, to, kept } = conflict;
  const [whose, others] = keep === 'theirs' ? ['your', 'theirs'] : ['their', 'yours'];
  const after = kept === from ? others : `${others}, which reach to ${kept}`;
  return [
    `${paint('bold', guid)}: ${whose} version ${from} ${dryRun ? 'would become' : 'is now'} version ${to}, after ${after}`,
    ...(unforeseen.length > 0
      ? [paint('yellow', `  the step is what it was, and what it leads between is not: upgradeTo_${to} has to change`)]
      : []),
    ...unforeseen.map(one => `    ${one}`),
  ];
}

function nextMoves(moved: readonly Moved[], remaining: readonly string[], undertaking: Undertaking): string[] {
  const names = remaining.map(path => relative(process.cwd(), path));
  const [first] = moved;
  const goOn = {
    merge: 'git commit',
    rebase: 'git rebase --continue',
    'cherry-pick': 'git cherry-pick --continue',
    'stash pop': 'git stash drop',
  };
  const methods = moved.map(({ conflict }) => `upgradeTo_${conflict.to} and downgradeTo_${conflict.to - 1}`).join(', ');
  return [
    '  all of it is staged, as git add does',
    ...(names.length > 0 ? [`  not staged, since it was not for this command to resolve: ${names.join(', ')}`] : []),
    `  a database that ran the step as version ${first?.conflict.from} is forked: take it back with the code from before, or make it anew`,
    `next: read ${methods}, ${names.length > 0 ? 'resolve the rest, ' : ''}and ${goOn[undertaking]}`,
  ];
}
