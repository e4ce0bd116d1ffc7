import { diff } from 'node:util';
import type { Paint } from '../tables-and-colours.ts';
import { nameOfFile, type FileChange } from './file-changes.ts';

/** The number of unchanged lines shown around changed lines. */
const CONTEXT = 3;

/**
 * Lists changed files, one line each.
 *
 * @param inFull whether to show the changes too: the whole text of a new file, and otherwise the lines around each change
 */
export function sayFiles(changes: readonly FileChange[], inFull: boolean, paint: Paint): string[] {
  return changes.flatMap(change => {
    const { path, before } = change;
    const title = `${before === undefined ? 'created' : 'changed'} ${nameOfFile(path)}`;
    return inFull ? ['', paint('bold', title), '', ...lineChanges(change, paint)] : [title];
  });
}

/** Describes changed files for JSON, with their texts if asked to. */
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
    // `diff` treats text that only the first file has as inserted.
    const line = operation < 0 ? paint('green', `+ ${text}`) : paint('red', `- ${text}`);
    return [...gap, operation === 0 ? `  ${text}` : line];
  });
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
