import { existsSync, readFileSync } from 'node:fs';
import { schemasIn } from '../../../class-source/schema-source.ts';
import { hasConflict } from '../../../class-source/syntax.ts';
import { nameOfFile } from '../../project/file-changes.ts';
import { UsageError } from '../../exit-codes.ts';
import type { GitConflict, Repository, Undertaking } from './git.ts';

/** Which of two versions of the same number keeps it: that of the others, or one's own. */
export type KeptSide = 'theirs' | 'mine';

/** A file as both branches found it and left it; whose version keeps its number is told already. */
export interface ConflictSides {
  readonly path: string;
  readonly base: string | undefined;
  /** The side whose version keeps its number. */
  readonly kept: string | undefined;
  /** The side whose version gets another. */
  readonly moved: string | undefined;
}

/** Two branches that made versions of one Schema. */
export interface VersionConflict {
  /** The file of the class. */
  readonly path: string;
  readonly className: string;
  readonly guid: string | undefined;
  /** The version they both started from. */
  readonly base: number;
  /** The newest that keeps its number. */
  readonly kept: number;
  /** The number that is there twice, of the version that moves. */
  readonly from: number;
  /** Its new one. */
  readonly to: number;
}

/**
 * Tells the sides of a conflict apart. A merge comes from the branch of others to one's own, which is checked out; all else
 * brings one's own commits to what is checked out.
 */
export function sidesOf(
  { path, base, ours, theirs }: GitConflict,
  undertaking: Undertaking,
  keep: KeptSide,
): ConflictSides {
  const isOursKept = (undertaking === 'merge') === (keep === 'mine');
  return { path, base, kept: isOursKept ? ours : theirs, moved: isOursKept ? theirs : ours };
}

/** Finds the Schemas of which both sides made versions. */
export function findVersionConflicts(all: readonly ConflictSides[]): VersionConflict[] {
  return all
    .filter(({ path, kept, moved }) => /\.[cm]?ts$/.test(path) && mayHaveSchema(kept) && mayHaveSchema(moved))
    .flatMap(conflictsIn);
}

// A parser is asked only about what may concern it.
function mayHaveSchema(text = ''): boolean {
  return /\blatest\b/.test(text) && /\bclass\b/.test(text);
}

function conflictsIn({ path, base, kept = '', moved = '' }: ConflictSides): VersionConflict[] {
  const name = nameOfFile(path);
  const [before, stays, moves] = [base ?? '', kept, moved].map(text => schemasIn(text, name));
  return (moves ?? []).flatMap(({ className, guid, latest: from }) => {
    const isIt = (other: { readonly className: string }) => other.className === className;
    const [origin, other] = [before?.find(isIt), stays?.find(isIt)];
    if (!other) return [];
    if (!origin) {
      throw new UsageError(
        `${name} has class ${className} on both sides and not where they parted: there is no version that both started from, so resolve it by hand`,
      );
    }
    const first = origin.latest + 1;
    if (other.latest < first || from < first) return [];
    if (from > first) {
      throw new UsageError(
        `${guid ?? className}: versions ${first} to ${from} would have to move, and only the last of them can be written from the entities that are here: ` +
          'take the merge back and rebase instead, which brings one commit after the other; or take the other side of the class and its versions, and run dejavu next, which makes one version of all that is yours',
      );
    }
    return [{ path, className, guid, base: origin.latest, kept: other.latest, from, to: other.latest + 1 }];
  });
}

/**
 * Makes sure that the entities can be read as they were merged: what is still in conflict is nothing that is imported.
 *
 * @param isResolved tells whether a file will be resolved by then
 */
export function assertReadable(all: readonly ConflictSides[], isResolved: (path: string) => boolean): void {
  // A file that says two things, or of which nobody has decided whether it is there.
  const isOpen = ({ path, kept, moved }: ConflictSides) =>
    existsSync(path) && (kept === undefined || moved === undefined || hasConflict(readFileSync(path, 'utf8')));
  const open = all.filter(side => !isResolved(side.path) && /\.(?:[cm]?[jt]sx?|json)$/.test(side.path) && isOpen(side));
  if (open.length === 0) return;
  const [are, them] = open.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new UsageError(
    `${open.map(({ path }) => nameOfFile(path)).join(', ')} ${are} still in conflict, and the new version is made from the merged entities: resolve ${them} first`,
  );
}

/** Makes sure that nobody worked on files since git left them: what is written there is lost otherwise. */
export async function assertUntouched(repository: Repository, paths: readonly string[]): Promise<void> {
  const left = await repository.leftIn(paths);
  for (const path of paths) {
    if (existsSync(path) && bare(readFileSync(path, 'utf8')) === bare(left.get(path) ?? '')) continue;
    const name = nameOfFile(path);
    throw new UsageError(
      `${name} was worked on since git left it in conflict: git checkout --merge -- ${name} brings the conflict back; keep a copy of what is to stay`,
    );
  }
}

/** The markers without what is said of each side. */
function bare(text: string): string {
  return text.replaceAll(/^([<>|]{7})(?: [^\r\n]*)?/gm, '$1');
}
