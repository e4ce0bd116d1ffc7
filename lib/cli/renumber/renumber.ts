import { readFileSync } from 'node:fs';
import type { Answer, GivenLater } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openRepository, type Repository } from '../git.ts';
import type { FileChange } from '../project/write-all.ts';
import { UsageError } from '../usage.ts';
import { draftMoved, type Moved } from './draft-moved.ts';
import { findVersionConflicts, sidesOf, type Sides, type VersionConflict } from './find-conflicts.ts';
import { assertReadable, assertUntouched } from './guards.ts';
import { resolveTexts } from './resolve-texts.ts';
import { dataOf, sayMoved } from './say.ts';
import { oneForEach, tentatively, type Outcome } from './tentatively.ts';

/**
 * Gives a version that two branches made the next number, in the middle of their merge: all files, or none. While the merged
 * entities are read, what was in conflict stands resolved in its place. No database is asked.
 *
 * @throws UsageError where nothing is to be merged, no versions conflict, or something else has to be resolved first
 */
export async function renumber({ flags, paint, importProject }: GivenLater): Promise<Answer> {
  const { keep = 'theirs', dryRun = false, guid: guids } = flags;
  const repository = await openRepository(process.cwd());
  const undertaking = await repository.undertaking();
  if (!undertaking)
    throw new UsageError('no merge is under way here: run it in the middle of one, when git reports conflicts');
  const all = (await repository.conflicts()).map(conflict => sidesOf(conflict, undertaking, keep));
  const conflicts = chosen(findVersionConflicts(all), guids, all);

  const resolved = await resolveTexts(conflicts, all, (base, one, other) => repository.merge(base, one, other));
  assertReadable(all, resolved);
  await assertUntouched(repository, [...resolved.keys()]);

  const first = [...resolved].map(([path, after]): FileChange => ({ path, before: readFileSync(path, 'utf8'), after }));
  const moved = await tentatively(first, async (): Promise<[Outcome, Moved[]]> => {
    const made = await importProject();
    const drafts: Moved[] = [];
    for (const conflict of conflicts) drafts.push(await draftMoved(made, conflict, all));
    if (dryRun) return ['go back', drafts];
    await finish(repository, drafts, first);
    return ['stay', drafts];
  });

  const files = oneForEach([...first, ...moved.flatMap(draft => draft.files)]);
  const remaining = all.map(({ path }) => path).filter(path => !resolved.has(path));
  const renumbering = { moved, files, remaining, undertaking, keep, dryRun };
  return {
    code: exitCodes.done,
    schemas: moved.map(one => dataOf(one, renumbering)),
    text: sayMoved(renumbering, paint),
  };
}

/** The conflicts that are meant. */
function chosen(
  found: readonly VersionConflict[],
  guids: readonly string[] | undefined,
  all: readonly Sides[],
): readonly VersionConflict[] {
  const meant = guids ? found.filter(({ guid }) => guid === undefined || guids.includes(guid)) : found;
  if (meant.length > 0) return meant;
  const said = guids ? ` of ${guids.join(', ')}` : '';
  const isHalf = all.some(({ kept, moved }) => [kept, moved].some(text => text?.includes('fingerprint:')));
  throw new UsageError(
    isHalf
      ? `no class has versions${said} in conflict, and a file of versions is: take the other side of it with git checkout, and run dejavu next for what is new here`
      : `no versions${said} are in conflict: resolve the rest as ever`,
  );
}

/** Writes the new versions, and takes all of it for the next commit. */
async function finish(repository: Repository, drafts: readonly Moved[], first: readonly FileChange[]): Promise<void> {
  const changes = oneForEach(drafts.flatMap(draft => draft.files));
  await tentatively(changes, async (): Promise<[Outcome, void]> => {
    await repository.stage([...first, ...changes].map(({ path }) => path));
    return ['stay', undefined];
  });
}
