import { parseAnswers } from '../../../changes/parse-answers.ts';
import type { Answer } from '../../../changes/questions.ts';
import type { CommandResult, Given } from '../../command.ts';
import { EXIT_CODES, UnansweredError, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import { assertUnchanged, merged, writeAll } from '../../project/file-changes.ts';
import { assertSameTwice } from '../../project/threads/second-reading.ts';
import { checkTogether } from '../bring-up-all.ts';
import { onlySchema } from '../each-schema.ts';
import { beginWork, draftAll, isSame, type Settlement, type VersionWork } from './draft-step.ts';
import { describeQuestions, reportDraft, reportLevel, reportStranger, sayQuestions } from './next-report.ts';
import { settle } from './settle.ts';

/** Writes the next version of each Schema whose entities changed: all files or none. Uses no database. */
export async function next(given: Given): Promise<CommandResult> {
  const { schemas, flags, ask, paint } = given;
  checkTogether(given);
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

  // A dry run replaces nothing, so it does not ask.
  const drafts = await draftAll(settlements, empty, dryRun ? async () => {} : ask);
  const files = merged(drafts.flatMap(draft => draft.files));
  if (dryRun) files.forEach(assertUnchanged);
  else writeAll(files);

  const drafted = drafts.map(({ work }) => work.target);
  const levels = works.map(({ target }) => target).filter(target => !drafted.includes(target));
  const strangers = schemas.filter(target => !drafted.includes(target) && !levels.includes(target));
  const columns = given.person && process.stdout.columns;
  const written = drafts.map(draft => reportDraft(draft, dryRun, paint, columns));
  const [still, unknown] = [levels.map(reportLevel), strangers.map(reportStranger)];
  return {
    code: EXIT_CODES.done,
    schemas: [...written, ...still, ...unknown].map(({ data }) => data),
    text: [...still, ...written, ...unknown].map(({ text }) => text).join(''),
  };
}

/** Reads each Schema that keeps frozen versions. If none does, reports that as the error. */
async function beginAll(given: Given): Promise<VersionWork[]> {
  const { schemas, flags } = given;
  if (flags.amend || flags.empty) onlySchema(given);
  const kept = schemas.filter(({ schema }) => schema.versions !== undefined);
  const works: VersionWork[] = [];
  for (const target of kept.length > 0 ? kept : schemas) works.push(await beginWork(target, flags));
  // A step that only moves data needs unchanged entities.
  const other = flags.empty && works.find(({ earlier, live }) => !earlier || !isSame(earlier, live));
  if (!other) return works;
  throw new UsageError(
    `${other.target.definition.guid}: The entities changed, so the step is not empty. Leave out --empty.`,
  );
}

/** Settles the changes of each Schema that gets a version. */
async function settleAll(works: readonly VersionWork[], { flags, person }: Given): Promise<Settlement[]> {
  const answers = answersIn(flags);
  const settlements: Settlement[] = [];
  for (const work of works) {
    const mine = answersFor(work, works, answers);
    const isDue = flags.amend || flags.empty || work.isChanged;
    // If nothing changed, an answer has no question, which is an error.
    if (!isDue && mine.length === 0) continue;
    const settled = work.earlier && (await settle(work.earlier.description, work.live, mine, person));
    if (isDue) settlements.push({ work, settled });
  }
  return settlements;
}

/** Reads the answers from the command line. */
function answersIn({ renamed, renameOverThree, dropped, fill, fillSql, fillNone }: Flags): Answer[] {
  const over = { 'rename-over-three': renameOverThree, 'fill-sql': fillSql, 'fill-none': fillNone };
  return parseAnswers({ renamed, dropped, fill, ...over });
}

/** Returns the answers about entities of one Schema. An answer about an unknown entity goes to all Schemas, which refuse it. */
function answersFor(work: VersionWork, all: readonly VersionWork[], answers: readonly Answer[]): Answer[] {
  return answers.filter(({ path }) => {
    const [entity = ''] = path.split('.');
    const owners = all.filter(other => hasEntity(other, entity));
    if (owners.length <= 1) return owners.length === 0 || owners[0] === work;
    const guids = owners.map(({ target }) => target.schema.guid).join(' and ');
    throw new UsageError(`${guids} both have an entity '${entity}'. Answer for one Schema at a time, with --guid.`);
  });
}

function hasEntity({ earlier, live }: VersionWork, entity: string): boolean {
  const entities = [...(earlier?.description.entities ?? []), ...live.entities];
  return entities.some(({ name }) => name.toLowerCase() === entity.toLowerCase());
}
