import { relative } from 'node:path';
import type { Conflict, Undertaking } from '../git.ts';
import { schemasIn } from '../class-source/schema-source.ts';
import { UsageError } from '../usage.ts';

/** Which of two versions of the same number keeps it: that of the others, or one's own. */
export type Keep = 'theirs' | 'mine';

/** A file as both branches found it and left it; whose version keeps its number is told already. */
export interface Sides {
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
export function sidesOf({ path, base, ours, theirs }: Conflict, undertaking: Undertaking, keep: Keep): Sides {
  const [mine, others] = undertaking === 'merge' ? [ours, theirs] : [theirs, ours];
  const [kept, moved] = keep === 'theirs' ? [others, mine] : [mine, others];
  return { path, base, kept, moved };
}

/**
 * Finds the Schemas of which both sides made versions.
 *
 * @throws UsageError if the side that moves made more than one, or there is nothing that both sides started from
 */
export function findVersionConflicts(all: readonly Sides[]): VersionConflict[] {
  return all
    .filter(({ path, kept, moved }) => /\.[cm]?ts$/.test(path) && mayHaveSchema(kept) && mayHaveSchema(moved))
    .flatMap(inFile);
}

function inFile({ path, base, kept = '', moved = '' }: Sides): VersionConflict[] {
  const name = relative(process.cwd(), path);
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
    if (other.latest <= origin.latest || from <= origin.latest) return [];
    if (from > origin.latest + 1) throw new UsageError(severalText(guid ?? className, origin.latest + 1, from));
    return [{ path, className, guid, base: origin.latest, kept: other.latest, from, to: other.latest + 1 }];
  });
}

function severalText(guid: string, first: number, last: number): string {
  return (
    `${guid}: versions ${first} to ${last} would have to move, and only the last of them can be written from the entities that are here: ` +
    'take the merge back and rebase instead, which brings one commit after the other; or take the other side of the class and its versions, and run dejavu next, which makes one version of all that is yours'
  );
}

// a parser is asked only about what may concern it
function mayHaveSchema(text: string | undefined): boolean {
  return text !== undefined && /\blatest\b/.test(text) && /\bclass\b/.test(text);
}
