import { readFileSync } from 'node:fs';
import type { CommandResult, GivenLater } from '../../command.ts';
import { EXIT_CODES, UsageError } from '../../exit-codes.ts';
import { merged, nameOfFile, tentatively, type FileChange, type FilesAfterwards } from '../../project/file-changes.ts';
import { describeFiles, sayFiles } from '../../project/show-files.ts';
import { sayLines } from '../../tables-and-colours.ts';
import { draftMoved, type MovedVersion } from './draft-moved.ts';
import { assertReadable, assertUntouched, findVersionConflicts, sidesOf } from './find-conflicts.ts';
import type { ConflictSides, KeptSide, VersionConflict } from './find-conflicts.ts';
import { openRepository, type Repository, type Undertaking } from './git.ts';
import { resolveTexts } from './resolve-texts.ts';

/**
 * Gives a version that both branches added the next number, during their merge: all files or none. Resolves the files in
 * conflict first, so that the merged entities can be imported. Uses no database.
 */
export async function renumber({ flags, paint, importProject }: GivenLater): Promise<CommandResult> {
  const { keep = 'theirs', dryRun = false, guid: guids } = flags;
  const repository = await openRepository(process.cwd());
  const undertaking = await repository.undertaking();
  if (!undertaking)
    throw new UsageError('No merge is in progress. Run npx dejavu renumber when git reports conflicts.');
  const all = (await repository.conflicts()).map(conflict => sidesOf(conflict, undertaking, keep));
  const conflicts = chosen(findVersionConflicts(all), guids, all);

  const resolved = await resolveTexts(conflicts, all, repository.merge);
  assertReadable(all, path => resolved.has(path));
  await assertUntouched(repository, [...resolved.keys()]);

  const first = [...resolved].map(([path, after]): FileChange => ({ path, before: readFileSync(path, 'utf8'), after }));
  const moved = await tentatively(first, async (): Promise<[FilesAfterwards, MovedVersion[]]> => {
    const made = await importProject();
    const drafts: MovedVersion[] = [];
    for (const conflict of conflicts) drafts.push(await draftMoved(made, conflict, all));
    if (dryRun) return ['go back', drafts];
    await finish(repository, drafts, first);
    return ['stay', drafts];
  });

  const files = merged([...first, ...moved.flatMap(draft => draft.files)]);
  const remaining = all.flatMap(({ path }) => (resolved.has(path) ? [] : nameOfFile(path)));
  const reports = moved.map(({ conflict, guid, fingerprint, unforeseen }) => ({
    guid,
    outcome: dryRun ? 'drafted' : 'renumbered',
    from: conflict.from,
    version: conflict.to,
    fingerprint,
    unforeseen,
    files: describeFiles(files, dryRun),
    remaining,
  }));
  const lines = [
    ...moved.flatMap(({ guid, conflict, unforeseen }) => [
      `${paint('bold', guid)}: ${sayMove(conflict, keep, dryRun)}`,
      ...(unforeseen.length > 0 ? [paint('yellow', `  ${sayUnforeseen(conflict)}`)] : []),
      ...unforeseen.map(one => `    ${one}`),
    ]),
    ...sayFiles(files, dryRun, paint).map(line => `  ${line}`),
    ...(dryRun ? ['Nothing was written.'] : nextMoves(conflicts, remaining, undertaking)),
  ];
  return { code: EXIT_CODES.done, schemas: reports, text: sayLines(lines) };
}

/** Finds the requested conflicts. */
function chosen(
  found: readonly VersionConflict[],
  guids: readonly string[] | undefined,
  all: readonly ConflictSides[],
): readonly VersionConflict[] {
  const meant = guids ? found.filter(({ guid }) => guid === undefined || guids.includes(guid)) : found;
  if (meant.length > 0) return meant;
  const said = guids ? ` of ${guids.join(', ')}` : '';
  const isHalf = all.some(({ kept, moved }) => [kept, moved].some(text => text?.includes('fingerprint:')));
  throw new UsageError(
    isHalf
      ? `No class has versions${said} in conflict, but a file of versions is. Take the other side of that file with git checkout, and run npx dejavu next for your changes.`
      : `No versions${said} are in conflict. Resolve the other conflicts by hand.`,
  );
}

/** Writes the new versions, and stages all files. */
async function finish(
  repository: Repository,
  drafts: readonly MovedVersion[],
  first: readonly FileChange[],
): Promise<void> {
  const changes = merged(drafts.flatMap(draft => draft.files));
  await tentatively(changes, async (): Promise<[FilesAfterwards, void]> => {
    await repository.stage([...first, ...changes].map(({ path }) => path));
    return ['stay', undefined];
  });
}

function sayMove({ from, to, kept }: VersionConflict, keep: KeptSide, dryRun: boolean): string {
  const [whose, others] = keep === 'theirs' ? ['your', 'theirs'] : ['their', 'yours'];
  const after = kept === from ? others : `${others}, which reach to ${kept}`;
  return `${whose} version ${from} ${dryRun ? 'would become' : 'is now'} version ${to}, after ${after}`;
}

function sayUnforeseen({ to }: VersionConflict): string {
  return `upgradeTo_${to} must change: it contains the same operations, but now connects other versions`;
}

const GO_ON: Readonly<Record<Undertaking, string>> = {
  merge: 'git commit',
  rebase: 'git rebase --continue',
  'cherry-pick': 'git cherry-pick --continue',
  'stash pop': 'git stash drop',
};

function nextMoves(
  conflicts: readonly VersionConflict[],
  remaining: readonly string[],
  undertaking: Undertaking,
): string[] {
  const methods = conflicts.map(({ to }) => `upgradeTo_${to} and downgradeTo_${to - 1}`).join(', ');
  const isAll = remaining.length === 0;
  return [
    '  all files are staged, as by git add',
    ...(isAll ? [] : [`  not staged, because dejavu did not resolve them: ${remaining.join(', ')}`]),
    `  a database that ran the step as version ${conflicts[0]?.from} is forked: take it back with the code from before, or create it again`,
    `next: read ${methods}, ${isAll ? '' : 'resolve the rest, '}and ${GO_ON[undertaking]}`,
  ];
}
