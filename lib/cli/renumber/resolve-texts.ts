import { basename, dirname, relative } from 'node:path';
import { resolveImport } from '../project/resolve-import.ts';
import { readSchemaSource } from '../class-source/schema-source.ts';
import { withoutVersion } from './without-version.ts';
import { UsageError } from '../usage.ts';
import type { Sides, VersionConflict } from './find-conflicts.ts';
import { isSame, refuse, resolveClasses, type Merge } from './resolve-classes.ts';

/** The texts of files once their versions no longer conflict, by path. */
export type Resolved = Map<string, string>;

/**
 * Resolves the files of Schemas: what keeps its number stays, and each class gets the other step with its new one. The new
 * versions themselves are yet to be frozen.
 *
 * @throws UsageError for what else is in conflict in them
 */
export async function resolveTexts(
  conflicts: readonly VersionConflict[],
  all: readonly Sides[],
  merge: Merge,
): Promise<Resolved> {
  const resolved: Resolved = new Map();
  for (const [path, own] of Map.groupBy(conflicts, conflict => conflict.path)) {
    const sides = all.find(one => one.path === path);
    if (sides) resolved.set(path, await resolveClasses(sides, own, merge));
  }
  for (const conflict of conflicts) {
    const index = indexOf(conflict, resolved);
    for (const one of all) {
      if (one.path === index) {
        resolved.set(index, await resolveIndex(one, conflict, merge));
      } else if (dirname(one.path) === dirname(index) && isKeptVersion(one, conflict)) {
        resolved.set(one.path, one.kept ?? '');
      }
    }
  }
  return resolved;
}

/** The file that lists the versions. */
export function indexOf({ path, className }: VersionConflict, resolved: Resolved): string {
  const { versionsModule } = readSchemaSource(resolved.get(path) ?? '', {
    path: relative(process.cwd(), path),
    className,
  });
  const index = versionsModule === undefined ? undefined : resolveImport(path, versionsModule);
  if (index !== undefined) return index;
  throw new UsageError(
    `${relative(process.cwd(), path)} imports the versions of ${className} from no file beside it: resolve it by hand`,
  );
}

async function resolveIndex(sides: Sides, { from }: VersionConflict, merge: Merge): Promise<string> {
  const { base = '', kept = '', moved = '' } = sides;
  const rest = withoutVersion(moved, from, relative(process.cwd(), sides.path));
  return isSame(rest, base) ? kept : ((await merge(base, rest, kept)) ?? refuse(sides));
}

function isKeptVersion({ path, kept }: Sides, conflict: VersionConflict): boolean {
  const [, digits] = /^(\d+)\.[cm]?ts$/.exec(basename(path)) ?? [];
  const version = Number(digits);
  return kept !== undefined && version > conflict.base && version <= conflict.kept;
}
