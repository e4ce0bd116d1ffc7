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
import { basename, dirname, join } from 'node:path';
import { reasonOf } from '../../errors.ts';
import { UsageError } from '../usage.ts';
import { nameOfFile } from './name-of-file.ts';

/** What is to become of a file. */
export interface FileChange {
  readonly path: string;
  /** What it says now; `undefined` if it is not there. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Writes several files in the order given, all or none: each is written under another name first, and only then do they take
 * their places. What fails in between is taken back. A signal waits until it is over.
 *
 * @throws UsageError for a file that is not what it was when it was read; none is touched then
 */
export function writeAll(changes: readonly FileChange[]): void {
  uninterrupted(() => {
    for (const change of changes) assertUnchanged(change);
    const undo: (() => void)[] = [];
    try {
      const prepared = changes.map(change => prepare(change, undo));
      for (const change of changes) assertUnchanged(change);
      for (const one of prepared) take(one, undo);
    } catch (error) {
      takeBack(undo, error);
      throw error;
    }
  });
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

interface Prepared extends FileChange {
  /** What the new text is called until it takes its place. */
  readonly draft: string;
}

function prepare(change: FileChange, undo: (() => void)[]): Prepared {
  // a link stays one
  const path = change.before === undefined ? change.path : realpathSync(change.path);
  makeFolder(dirname(path), undo);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.dejavu`);
  undo.push(() => {
    if (existsSync(draft)) rmSync(draft);
  });
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

function take({ path, draft, before }: Prepared, undo: (() => void)[]): void {
  undo.push(() => {
    // the draft has taken the place of the file, unless that was what failed
    if (existsSync(draft)) return;
    if (before === undefined) rmSync(path, { force: true });
    else writeFileSync(path, before);
  });
  renameSync(draft, path);
}

/** Takes back as much as can be; what cannot is told. */
function takeBack(undo: readonly (() => void)[], cause: unknown): void {
  const failures: string[] = [];
  for (const back of undo.toReversed()) {
    try {
      back();
    } catch (error) {
      failures.push(reasonOf(error));
    }
  }
  if (failures.length === 0) return;
  throw new Error(`${reasonOf(cause)}; not all of it could be taken back, look at the files: ${failures.join('; ')}`, {
    cause,
  });
}

/**
 * Makes sure that a file is what it was when it was read.
 *
 * @throws UsageError
 */
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

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What happens in one go is over before anybody is told of a signal; with nobody to tell, the process would end at once. */
function uninterrupted(work: () => void): void {
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
  }
}

function ignore(): void {}
