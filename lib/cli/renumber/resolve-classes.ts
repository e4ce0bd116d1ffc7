import { relative } from 'node:path';
import type { Repository } from '../git.ts';
import { ClassEditor } from '../class-source/class-editor.ts';
import type { ClassPlace } from '../class-source/schema-source.ts';
import { renumberStep, type TakenStep } from '../class-source/step-text.ts';
import { UsageError } from '../usage.ts';
import type { Sides, VersionConflict } from './find-conflicts.ts';

export type Merge = Repository['merge'];

/** A step on its way from one text to another. */
interface Parcel {
  readonly place: ClassPlace;
  readonly step: TakenStep;
}

/**
 * Resolves a file of classes: the steps of one side stay, the steps of the other get their new numbers, and what else either
 * side changed is merged.
 *
 * @throws UsageError if that is in conflict as well
 */
export async function resolveClasses(
  sides: Sides,
  conflicts: readonly VersionConflict[],
  merge: Merge,
): Promise<string> {
  const { base = '', kept = '', moved = '' } = sides;
  const mine = takeOut(sides, moved, conflicts, ({ from }) => from);
  const own = mine.parcels.map(({ place, step }, at) => ({ place, step: renumberStep(step, conflicts[at]?.to ?? 0) }));
  if (isSame(mine.rest, base)) return putIn(kept, own);
  const merged = await merge(base, mine.rest, kept);
  if (merged !== undefined) return putIn(merged, own);
  // the steps that stay may be all that is in the way: they begin and end where other lines do
  const theirs = takeOut(sides, kept, conflicts, conflict => conflict.kept);
  const bare = await merge(base, mine.rest, theirs.rest);
  return bare === undefined ? refuse(sides) : putIn(putIn(bare, theirs.parcels), own);
}

/** Takes the steps out of a text that lead from where both sides started to a version. */
function takeOut(
  sides: Sides,
  text: string,
  conflicts: readonly VersionConflict[],
  newest: (conflict: VersionConflict) => number,
): { readonly rest: string; readonly parcels: readonly Parcel[] } {
  const path = relative(process.cwd(), sides.path);
  const parcels: Parcel[] = [];
  let rest = text;
  for (const conflict of conflicts.toReversed()) {
    const place = { path, className: conflict.className };
    for (let version = newest(conflict); version > conflict.base; version -= 1) {
      const step = new ClassEditor(rest, place).takeStep(version);
      if (step.methods.length === 0) {
        throw new UsageError(
          `${path} sets latest to ${version} without an upgradeTo_${version} in the same class: resolve it by hand`,
        );
      }
      rest = new ClassEditor(rest, place).removeStep(version);
      parcels.unshift({ place, step });
    }
  }
  return { rest, parcels };
}

function putIn(text: string, parcels: readonly Parcel[]): string {
  return parcels.reduce((whole, { place, step }) => new ClassEditor(whole, place).putStep(step), text);
}

/** @throws UsageError always: a file cannot be resolved. */
export function refuse({ path }: Sides): never {
  throw new UsageError(
    `${relative(process.cwd(), path)} is in conflict in more than its versions: take the other side of it and of the versions, put in what else is yours, and run dejavu next for your entities`,
  );
}

/** Whether two texts say the same, however they are laid out. */
export function isSame(one: string, other: string): boolean {
  return squeezed(one) === squeezed(other);
}

function squeezed(text: string): string {
  return text.replaceAll(/[\s,;]/g, '');
}
