import { diff } from 'node:util';
import type { Paint } from '../colours.ts';
import type { FileChange } from './write-all.ts';
import { nameOfFile } from './name-of-file.ts';

/** Lines of a file that stay, shown around those that change. */
const CONTEXT = 3;

/**
 * Names files that change, each in a line.
 *
 * @param inFull whether what changes in them is shown as well: of a new one all, of another the lines around it
 */
export function sayFiles(changes: readonly FileChange[], inFull: boolean, paint: Paint): string[] {
  return changes.flatMap(change => {
    const { path, before } = change;
    const title = `${before === undefined ? 'created' : 'changed'} ${nameOfFile(path)}`;
    return inFull ? ['', paint('bold', title), '', ...lineChanges(change, paint)] : [title];
  });
}

/** The same for machines: with the texts, if that is asked for. */
export function filesData(changes: readonly FileChange[], inFull: boolean): object[] {
  return changes.map(({ path, before, after }) => ({
    path: nameOfFile(path),
    change: before === undefined ? 'created' : 'changed',
    ...(inFull && { text: after }),
  }));
}

function lineChanges({ before = '', after }: FileChange, paint: Paint): string[] {
  const lines = diff(linesOf(before), linesOf(after));
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([operation]) => operation !== 0);
  const shown: string[] = [];
  let isGap = false;
  for (const [index, [operation, text]] of lines.entries()) {
    if (!isNear(index)) {
      isGap = true;
      continue;
    }
    if (isGap) shown.push(paint('dim', '…'));
    isGap = false;
    shown.push(lineChange(operation, text, paint));
  }
  return shown;
}

function lineChange(operation: number, text: string, paint: Paint): string {
  if (operation === 0) return `  ${text}`;
  // to `diff`, what only the first has was inserted
  return operation < 0 ? paint('green', `+ ${text}`) : paint('red', `- ${text}`);
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
