import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
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

/** What is to become of a file. */
export interface FileChange {
  readonly path: string;
  /** What it says now; `undefined` if it is not there. */
  readonly before: string | undefined;
  readonly after: string;
}

/** A file as somebody calls it who stands in the project. */
export function nameOfFile(path: string): string {
  return relative(process.cwd(), path);
}

/** One change for each file: what the first finds there, and what the last leaves. */
export function merged(changes: readonly FileChange[]): FileChange[] {
  const byPath = new Map<string, FileChange>();
  for (const change of changes) {
    const { before } = byPath.get(change.path) ?? change;
    byPath.set(change.path, { ...change, before });
  }
  return [...byPath.values()].filter(({ before, after }) => before !== after);
}

/** Makes sure that a file is what it was when it was read. */
export function assertUnchanged({ path, before }: FileChange): void {
  const now = existsSync(path) ? readFileSync(path) : undefined;
  if (before === undefined ? now === undefined : now?.equals(Buffer.from(before))) return;
  const name = nameOfFile(path);
  throw new UsageError(
    before === undefined
      ? `${name} is there already: nothing was written; move it away, or look whether it is what you want`
      : `${name} changed meanwhile: nothing was written; run the command again`,
  );
}

/**
 * Writes several files in the order given, all or none: each is written under another name first, and only then do they take
 * their places. What fails in between is taken back. A signal waits until it is over.
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

// With nobody to tell of a signal, the process would end at once.
function ignore(): void {}

interface PreparedChange extends FileChange {
  /** What the new text is called until it takes its place. */
  readonly draft: string;
}

function prepare(change: FileChange, undo: (() => void)[]): PreparedChange {
  // A link stays one.
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
    // The draft has taken the place of the file, unless that was what failed.
    if (existsSync(draft)) return;
    if (before === undefined) rmSync(path, { force: true });
    else writeFileSync(path, before);
  });
  renameSync(draft, path);
}

/** Takes back as much as can be; what cannot is told. */
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
  throw new Error(`${reasonOf(cause)}; not all of it could be taken back, look at the files: ${failures.join('; ')}`, {
    cause,
  });
}

/** How files are left once what had to be done with them is done. */
export type FilesAfterwards = 'stay' | 'go back';

/**
 * Writes files for as long as something is done with them, and puts them back as they were if that fails, says so, or is
 * stopped by a signal.
 */
export async function tentatively<T>(
  changes: readonly FileChange[],
  work: () => Promise<readonly [FilesAfterwards, T]>,
): Promise<T> {
  let isBack = false;
  const putBack = (): void => {
    if (isBack) return;
    isBack = true;
    for (const change of changes) assertUnchanged({ ...change, before: change.after });
    for (const { path, before } of changes.toReversed()) {
      if (before === undefined) rmSync(path);
      else writeFileSync(path, before);
    }
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
