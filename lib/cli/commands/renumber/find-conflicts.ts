import { existsSync, readFileSync } from 'node:fs';
import { schemasIn } from '../../../class-source/read-schema-class.ts';
import { hasConflict } from '../../../class-source/syntax.ts';
import { nameOfFile } from '../../project/file-changes.ts';
import { UsageError } from '../../exit-codes.ts';
import type { GitConflict, Repository, Undertaking } from './git.ts';

/** The branch whose version keeps its number. */
export type KeptSide = 'theirs' | 'mine';

/** A file in conflict, with its three texts; the side that keeps its number is already decided. */
export interface ConflictSides {
  readonly path: string;
  readonly base: string | undefined;
  /** The side whose version keeps its number. */
  readonly kept: string | undefined;
  /** The side whose version gets a new number. */
  readonly moved: string | undefined;
}

/** Two branches that added versions to one Schema. */
export interface VersionConflict {
  /** The file of the class. */
  readonly path: string;
  readonly className: string;
  readonly guid: string | undefined;
  /** The version that both branches started from. */
  readonly base: number;
  /** The newest version that keeps its number. */
  readonly kept: number;
  /** The duplicate number, of the version that moves. */
  readonly from: number;
  /** Its new number. */
  readonly to: number;
}

/**
 * Decides the sides of a conflict. In a merge, the checked-out side is mine. In a rebase, a cherry-pick or a stash, the
 * checked-out side is theirs.
 */
export function sidesOf(
  { path, base, ours, theirs }: GitConflict,
  undertaking: Undertaking,
  keep: KeptSide,
): ConflictSides {
  const isOursKept = (undertaking === 'merge') === (keep === 'mine');
  return { path, base, kept: isOursKept ? ours : theirs, moved: isOursKept ? theirs : ours };
}

/** Finds the Schemas to which both sides added versions. */
export function findVersionConflicts(all: readonly ConflictSides[]): VersionConflict[] {
  return all
    .filter(({ path, kept, moved }) => /\.[cm]?[jt]s$/.test(path) && mayHaveSchema(kept) && mayHaveSchema(moved))
    .flatMap(conflictsIn);
}

// Checked before parsing, which is slow.
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
        `${name} adds class ${className} on both sides, so there is no common version to start from. Resolve this file by hand.`,
      );
    }
    const first = origin.latest + 1;
    if (other.latest < first || from < first) return [];
    if (from > first) {
      throw new UsageError(
        `${guid ?? className}: versions ${first} to ${from} would have to move, but the merged entities can become only the last of them. ` +
          'Abort the merge and rebase instead, which moves one commit after the other. Or take the other side of the class and its versions, and run npx dejavu next, which makes one version of all your changes.',
      );
    }
    return [{ path, className, guid, base: origin.latest, kept: other.latest, from, to: other.latest + 1 }];
  });
}

/**
 * Makes sure that the merged entities can be imported: no file in conflict is code.
 *
 * @param isResolved tells whether renumbering resolves a file
 */
export function assertReadable(all: readonly ConflictSides[], isResolved: (path: string) => boolean): void {
  // A file with two texts, or a file that only one side deleted.
  const isOpen = ({ path, kept, moved }: ConflictSides) =>
    existsSync(path) && (kept === undefined || moved === undefined || hasConflict(readFileSync(path, 'utf8')));
  const open = all.filter(side => !isResolved(side.path) && /\.(?:[cm]?[jt]sx?|json)$/.test(side.path) && isOpen(side));
  if (open.length === 0) return;
  const [are, them] = open.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new UsageError(
    `${open.map(({ path }) => nameOfFile(path)).join(', ')} ${are} still in conflict, and the new version is made from the merged entities. Resolve ${them} first.`,
  );
}

/** Makes sure that the files were not edited since git left them in conflict. Renumbering would overwrite such edits. */
export async function assertUntouched(repository: Repository, paths: readonly string[]): Promise<void> {
  const left = await repository.leftIn(paths);
  for (const path of paths) {
    if (existsSync(path) && bare(readFileSync(path, 'utf8')) === bare(left.get(path) ?? '')) continue;
    const name = nameOfFile(path);
    throw new UsageError(
      `${name} was edited since git left it in conflict. Keep a copy of your edits, and bring the conflict back with: git checkout --merge -- ${name}`,
    );
  }
}

/** Removes the labels of the sides from conflict markers. */
function bare(text: string): string {
  return text.replaceAll(/^([<>|]{7})(?: [^\r\n]*)?/gm, '$1');
}
