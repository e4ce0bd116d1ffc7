import { parse, type ParserOptions } from '@babel/parser';
import { UsageError } from '../usage.ts';
import type { File } from './syntax.ts';

/** Decorators of old, that parameters may have too, and those of the language. */
const dialects = ['decorators-legacy', 'decorators'] as const;

/**
 * Parses TypeScript.
 *
 * @param path what errors call the file
 * @throws UsageError with the place, for conflict markers and for what does not parse
 */
export function parseSource(text: string, path = 'the file'): File {
  assertNoConflict(text, path);
  const failures: unknown[] = [];
  for (const dialect of dialects) {
    const options: ParserOptions = { sourceType: 'module', plugins: ['typescript', dialect, 'decoratorAutoAccessors'] };
    try {
      return parse(text, options);
    } catch (error) {
      failures.push(error);
    }
  }
  const [failure] = failures as (Error & { loc?: { line: number; column: number } })[];
  const reason = String(failure?.message).replace(/\.? \(\d+:\d+\)$/, '');
  const at = failure?.loc ? `:${failure.loc.line}:${failure.loc.column + 1}` : '';
  throw new UsageError(`${path}${at} does not parse: ${reason}: mend it first`, { cause: failure });
}

/** Tells whether a merge left its markers in a text. */
export function hasConflict(text: string): boolean {
  return conflictMarker.test(text);
}

const conflictMarker = /^<{7}(?: .*)?$/m;

function assertNoConflict(text: string, path: string): void {
  const found = conflictMarker.exec(text);
  if (!found) return;
  const line = text.slice(0, found.index).split('\n').length;
  throw new UsageError(
    `${path}:${line} has the markers of a merge: if two branches made the same version, run dejavu renumber, or else resolve it first`,
  );
}
