import { parseAnswers } from '../../../changes/parse-answers.ts';
import type { Answer } from '../../../changes/questions.ts';
import type { CommandResult, Given } from '../../command.ts';
import { EXIT_CODES, UnansweredError, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../flags.ts';
import { assertUnchanged, merged, writeAll } from '../../project/file-changes.ts';
import { assertSameTwice } from '../../project/second-reading.ts';
import { onlySchema } from '../each-schema.ts';
import { beginWork, draftAll, isSame, type Settlement, type VersionWork } from './draft-step.ts';
import { describeQuestions, reportDraft, reportLevel, reportStranger, sayQuestions } from './next-report.ts';
import { settle } from './settle.ts';

/** Writes the next version of each Schema whose entities changed: all of their files, or none. No database is asked. */
export async function next(given: Given): Promise<CommandResult> {
  const { schemas, flags, ask, paint } = given;
  const { empty = false, dryRun = false } = flags;
  const works = await beginAll(given);
  const changed = works.filter(({ isChanged }) => isChanged);
  await assertSameTwice(
    changed.map(({ live }) => live),
    flags,
  );
  const settlements = await settleAll(works, given);
  const open = settlements.flatMap(describeQuestions);
  if (open.length > 0) {
    return { code: EXIT_CODES.usage, schemas: open, text: '', error: new UnansweredError(sayQuestions(open)) };
  }

  // What is only shown is not lost.
  const drafts = await draftAll(settlements, empty, dryRun ? async () => {} : ask);
  const files = merged(drafts.flatMap(draft => draft.files));
  if (dryRun) files.forEach(assertUnchanged);
  else writeAll(files);

  const drafted = drafts.map(({ work }) => work.target);
  const levels = works.map(({ target }) => target).filter(target => !drafted.includes(target));
  const strangers = schemas.filter(target => !drafted.includes(target) && !levels.includes(target));
  const written = drafts.map(draft => reportDraft(draft, dryRun, paint));
  const [still, unknown] = [levels.map(reportLevel), strangers.map(reportStranger)];
  return {
    code: EXIT_CODES.done,
    schemas: [...written, ...still, ...unknown].map(({ data }) => data),
    text: [...still, ...written, ...unknown].map(({ text }) => text).join(''),
  };
}

/** Reads what there is for each Schema that keeps versions; where none does, that is what is wrong. */
async function beginAll(given: Given): Promise<VersionWork[]> {
  const { schemas, flags } = given;
  if (flags.amend || flags.empty) onlySchema(given);
  const kept = schemas.filter(({ schema }) => schema.versions !== undefined);
  const works: VersionWork[] = [];
  for (const target of kept.length > 0 ? kept : schemas) works.push(await beginWork(target, flags));
  // A step of data only leaves the entities alone.
  const other = flags.empty && works.find(({ earlier, live }) => !earlier || !isSame(earlier, live));
  if (!other) return works;
  throw new UsageError(
    `${other.target.definition.guid}: the entities changed, so the step is not empty: leave out --empty`,
  );
}

/** Settles what changed for each Schema that gets a version. */
async function settleAll(works: readonly VersionWork[], { flags, person }: Given): Promise<Settlement[]> {
  const answers = answersIn(flags);
  const settlements: Settlement[] = [];
  for (const work of works) {
    const mine = answersFor(work, works, answers);
    const isDue = flags.amend || flags.empty || work.isChanged;
    // Where nothing changed, an answer has no question: it is to be told.
    if (!isDue && mine.length === 0) continue;
    const settled = work.earlier && (await settle(work.earlier.description, work.live, mine, person));
    if (isDue) settlements.push({ work, settled });
  }
  return settlements;
}

/** Reads the answers that the command line gives beforehand. */
function answersIn({ renamed, renameOverThree, dropped, fill, fillSql, fillNone }: Flags): Answer[] {
  const over = { 'rename-over-three': renameOverThree, 'fill-sql': fillSql, 'fill-none': fillNone };
  return parseAnswers({ renamed, dropped, fill, ...over });
}

/**
 * Gives each Schema the answers that speak of its entities. One that speaks of nobody's goes to all, and is refused there.
 */
function answersFor(work: VersionWork, all: readonly VersionWork[], answers: readonly Answer[]): Answer[] {
  return answers.filter(({ path }) => {
    const [entity = ''] = path.split('.');
    const owners = all.filter(other => hasEntity(other, entity));
    if (owners.length <= 1) return owners.length === 0 || owners[0] === work;
    const guids = owners.map(({ target }) => target.schema.guid).join(' and ');
    throw new UsageError(`${guids} both have an entity ${entity}: answer for one at a time, with --guid`);
  });
}

function hasEntity({ earlier, live }: VersionWork, entity: string): boolean {
  const entities = [...(earlier?.description.entities ?? []), ...live.entities];
  return entities.some(({ name }) => name.toLowerCase() === entity.toLowerCase());
}
