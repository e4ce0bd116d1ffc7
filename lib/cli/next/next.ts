import { isEmpty } from '../../changes/storage-changes.ts';
import { compareVersions } from '../../changes/compare-versions.ts';
import type { Answer, Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Flags } from '../flags.ts';
import { assertOne } from '../in-turn.ts';
import { assertSameTwice } from '../project/readings.ts';
import { assertUnchanged, merged, writeAll } from '../project/write-all.ts';
import { UnansweredError, UsageError } from '../usage.ts';
import { answersFor, answersOf } from './answers.ts';
import { dataOf, levelData, questionsData, strangerData } from './data.ts';
import { draftAll, type Settlement } from './draft.ts';
import { sayDraft, sayLevel, sayQuestions, sayStranger } from './say.ts';
import { settle } from './settle.ts';
import { beginWork, type Work } from './work.ts';

/** Writes the next version of each Schema whose entities changed: all of their files, or none. No database is asked. */
export async function next(given: Given): Promise<Answer> {
  const { schemas, flags, ask, paint } = given;
  const { empty = false, dryRun = false } = flags;
  const works = await beginAll(given);
  const changed = works.filter(({ isChanged }) => isChanged);
  await assertSameTwice(
    changed.map(({ live }) => live),
    flags,
  );
  const settlements = await settleAll(works, given);
  const open = settlements.filter(({ settled }) => settled && settled.resolution.questions.length > 0);
  if (open.length > 0) return unanswered(open);

  // what is only shown is not lost
  const drafts = await draftAll(settlements, { isEmpty: empty, ask: dryRun ? async () => {} : ask });
  const files = merged(drafts.flatMap(draft => draft.files));
  if (dryRun) files.forEach(assertUnchanged);
  else writeAll(files);

  const drafted = drafts.map(({ work }) => work.target);
  const levels = works.map(({ target }) => target).filter(target => !drafted.includes(target));
  const strangers = schemas.filter(target => !drafted.includes(target) && !levels.includes(target));
  return {
    code: exitCodes.done,
    schemas: [...drafts.map(draft => dataOf(draft, dryRun)), ...levels.map(levelData), ...strangers.map(strangerData)],
    text: [
      ...levels.map(sayLevel),
      ...drafts.map(draft => sayDraft(draft, dryRun, paint)),
      ...strangers.map(sayStranger),
    ].join(''),
  };
}

/** Reads what there is for each Schema that keeps versions; where none does, that is what is wrong. */
async function beginAll(given: Given): Promise<Work[]> {
  const { schemas, flags } = given;
  if (flags.amend || flags.empty) assertOne(given);
  const kept = schemas.filter(({ schema }) => schema.versions !== undefined);
  const works: Work[] = [];
  for (const target of kept.length > 0 ? kept : schemas) works.push(await beginWork(target, flags));
  if (flags.empty) works.forEach(assertNothingChanged);
  return works;
}

/** A step of data only leaves the entities alone. */
function assertNothingChanged({ target, earlier, live }: Work): void {
  if (earlier && isEmpty(compareVersions(earlier.description, live))) return;
  const { guid } = target.definition;
  throw new UsageError(`${guid}: the entities changed, so the step is not empty: leave out --empty`);
}

/** Settles what changed for each Schema that gets a version. */
async function settleAll(works: readonly Work[], { flags, person }: Given): Promise<Settlement[]> {
  const answers = answersOf(flags);
  const settlements: Settlement[] = [];
  for (const work of works) {
    const mine = answersFor(work, works, answers);
    const isDue = isWanted(flags) || work.isChanged;
    // where nothing changed, an answer has no question: it is to be told
    if (!isDue && mine.length === 0) continue;
    const settled = work.earlier && (await settle(work.earlier.description, work.live, mine, person));
    if (isDue) settlements.push({ work, settled });
  }
  return settlements;
}

/** Whether a version is asked for that the entities alone give no reason for. */
function isWanted({ amend, empty }: Flags): boolean {
  return amend === true || empty === true;
}

function unanswered(open: readonly Settlement[]): Answer {
  return {
    code: exitCodes.usage,
    schemas: open.map(questionsData),
    text: '',
    error: new UnansweredError(sayQuestions(open)),
  };
}
