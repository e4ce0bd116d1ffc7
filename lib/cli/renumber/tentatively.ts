import { rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { assertUnchanged, writeAll, type FileChange } from '../project/write-all.ts';

/** How files are left once what had to be done with them is done. */
export type Outcome = 'stay' | 'go back';

/** One change for each file: what the first finds there, and what the last leaves. */
export function oneForEach(changes: readonly FileChange[]): FileChange[] {
  const byPath = new Map<string, FileChange>();
  for (const change of changes) {
    const { before } = byPath.get(change.path) ?? change;
    byPath.set(change.path, { ...change, before });
  }
  return [...byPath.values()];
}

/**
 * Writes files for as long as something is done with them, and puts them back as they were if that fails, says so, or is
 * stopped by a signal.
 *
 * @throws UsageError for a file that is not what it was when it was read
 */
export async function tentatively<T>(
  changes: readonly FileChange[],
  work: () => Promise<readonly [Outcome, T]>,
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
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const [outcome, result] = await work();
    if (outcome === 'go back') putBack();
    return result;
  } catch (error) {
    putBack();
    throw error;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}
