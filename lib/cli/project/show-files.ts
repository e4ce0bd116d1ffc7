import { diff } from 'node:util';
import type { Paint } from '../wording.ts';
import { nameOfFile, type FileChange } from './file-changes.ts';

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
export function describeFiles(changes: readonly FileChange[], inFull: boolean): object[] {
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
  return lines.flatMap(([operation, text], index) => {
    if (!isNear(index)) return [];
    const gap = index > 0 && !isNear(index - 1) ? [paint('dim', '…')] : [];
    // To `diff`, what only the first has was inserted.
    const line = operation < 0 ? paint('green', `+ ${text}`) : paint('red', `- ${text}`);
    return [...gap, operation === 0 ? `  ${text}` : line];
  });
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
