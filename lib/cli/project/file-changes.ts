import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { reasonOf } from '../../errors.ts';
import { hearing, SIGNALS } from '../interrupt.ts';
import { UsageError } from '../exit-codes.ts';

/** A change of a file. */
export interface FileChange {
  readonly path: string;
  /** The current text; `undefined` if the file does not exist. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Returns the path of a file relative to the project. */
export function nameOfFile(path: string): string {
  return relative(process.cwd(), path);
}

/** Combines several changes of each file: from the first text to the last. */
export function merged(changes: readonly FileChange[]): FileChange[] {
  const byPath = new Map<string, FileChange>();
  for (const change of changes) {
    const { before } = byPath.get(change.path) ?? change;
    byPath.set(change.path, { ...change, before });
  }
  return [...byPath.values()].filter(({ before, after }) => before !== after);
}

/** Makes sure that a file still has the text that was read. */
export function assertUnchanged({ path, before }: FileChange): void {
  const now = existsSync(path) ? readFileSync(path) : undefined;
  if (before === undefined ? now === undefined : now?.equals(Buffer.from(before))) return;
  const name = nameOfFile(path);
  throw new UsageError(
    before === undefined
      ? `${name} already exists. Nothing was written. Move that file away if you do not need it, and run the command again.`
      : `${name} changed while the command was running. Nothing was written. Run the command again.`,
  );
}

/**
 * Writes several files in the given order, all or none. Writes each under a temporary name first, and then renames them.
 * Restores all files if one fails. A signal waits until the end.
 */
export function writeAll(changes: readonly FileChange[]): void {
  const undo: (() => void)[] = [];
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    changes.forEach(assertUnchanged);
    const prepared = changes.map(change => prepare(change, undo));
    changes.forEach(assertUnchanged);
    for (const one of prepared) take(one, undo);
  } catch (error) {
    takeBack(undo, error);
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
  }
}

// Without a listener, a signal would end the process at once.
function ignore(): void {}

interface PreparedChange extends FileChange {
  /** The temporary name of the new text. */
  readonly draft: string;
}

function prepare(change: FileChange, undo: (() => void)[]): PreparedChange {
  // A symbolic link stays a link.
  const path = change.before === undefined ? change.path : realpathSync(change.path);
  makeFolder(dirname(path), undo);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.dejavu`);
  undo.push(() => rmSync(draft, { force: true }));
  writeFileSync(draft, change.after, { flag: 'wx', flush: true });
  if (change.before !== undefined) chmodSync(draft, statSync(path).mode);
  return { ...change, path, draft };
}

function makeFolder(path: string, undo: (() => void)[]): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), undo);
  mkdirSync(path);
  undo.push(() => rmdirSync(path));
}

function take({ path, draft, before }: PreparedChange, undo: (() => void)[]): void {
  undo.push(() => {
    // If renaming failed, the draft still exists.
    if (existsSync(draft)) return;
    if (before === undefined) rmSync(path, { force: true });
    else writeFileSync(path, before);
  });
  renameSync(draft, path);
}

/** Restores as many files as possible, and reports the others. */
function takeBack(undo: readonly (() => void)[], cause: unknown): void {
  const failures = undo.toReversed().flatMap(back => {
    try {
      back();
      return [];
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (failures.length === 0) return;
  throw new Error(
    `${reasonOf(cause)}. dejavu could not restore all files. Check them with git: ${failures.join('; ')}`,
    {
      cause,
    },
  );
}

/** Lists the folders that will be created, innermost first. */
function missingFolders(changes: readonly FileChange[]): string[] {
  const missing = (folder: string): string[] => (existsSync(folder) ? [] : [folder, ...missing(dirname(folder))]);
  const folders = new Set(changes.flatMap(({ path }) => missing(dirname(path))));
  return [...folders].toSorted((a, b) => b.length - a.length);
}

/** Whether files keep their new text after the work, or get their old one back. */
export type FilesAfterwards = 'stay' | 'go back';

/**
 * Writes files while work runs. Restores every file when asked to, when the work fails, or when a signal stops it.
 */
export async function tentatively<T>(
  changes: readonly FileChange[],
  work: () => Promise<readonly [FilesAfterwards, T]>,
): Promise<T> {
  let isBack = false;
  const folders = missingFolders(changes);
  const putBack = (): void => {
    if (isBack) return;
    isBack = true;
    for (const change of changes) assertUnchanged({ ...change, before: change.after });
    for (const { path, before } of changes.toReversed()) {
      if (before === undefined) rmSync(path);
      else writeFileSync(path, before);
    }
    for (const folder of folders) if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  };
  const stop = (signal: NodeJS.Signals): void => {
    putBack();
    process.exit(128 + constants.signals[signal]);
  };
  writeAll(changes);
  return hearing(stop, async () => {
    try {
      const [afterwards, result] = await work();
      if (afterwards === 'go back') putBack();
      return result;
    } catch (error) {
      putBack();
      throw error;
    }
  });
}
