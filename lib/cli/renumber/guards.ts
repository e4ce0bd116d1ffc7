import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Repository } from '../git.ts';
import { hasConflict } from '../class-source/syntax.ts';
import { UsageError } from '../usage.ts';
import type { Sides } from './find-conflicts.ts';
import type { Resolved } from './resolve-texts.ts';

/**
 * Makes sure that the entities can be read as they were merged: what is still in conflict is nothing that is imported.
 *
 * @throws UsageError naming the files that are
 */
export function assertReadable(all: readonly Sides[], resolved: Resolved): void {
  const open = all.filter(({ path }) => !resolved.has(path) && /\.(?:[cm]?[jt]sx?|json)$/.test(path)).filter(isOpen);
  if (open.length === 0) return;
  throw new UsageError(
    `${open.map(({ path }) => relative(process.cwd(), path)).join(', ')} ${open.length === 1 ? 'is' : 'are'} still in conflict, and the new version is made from the merged entities: resolve ${open.length === 1 ? 'it' : 'them'} first`,
  );
}

/** A file that says two things, or of which nobody has decided whether it is there. */
function isOpen({ path, kept, moved }: Sides): boolean {
  if (!existsSync(path)) return false;
  return kept === undefined || moved === undefined || hasConflict(readFileSync(path, 'utf8'));
}

/**
 * Makes sure that nobody worked on files since git left them: what is written there is lost otherwise.
 *
 * @throws UsageError naming the first that somebody did
 */
export async function assertUntouched(repository: Repository, paths: readonly string[]): Promise<void> {
  const left = await repository.leftIn(paths);
  for (const path of paths) {
    const now = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (now !== undefined && withoutLabels(now) === withoutLabels(left.get(path) ?? '')) continue;
    const name = relative(process.cwd(), path);
    throw new UsageError(
      `${name} was worked on since git left it in conflict: git checkout --merge -- ${name} brings the conflict back; keep a copy of what is to stay`,
    );
  }
}

/** The markers without what is said of each side. */
function withoutLabels(text: string): string {
  return text.replaceAll(/^([<>|]{7})(?: [^\r\n]*)?/gm, '$1');
}
