import { parseAnswers, type AnswerValues } from '../../changes/parse-answers.ts';
import type { Answer } from '../../changes/questions.ts';
import type { Flags } from '../flags.ts';
import { UsageError } from '../usage.ts';
import type { Work } from './work.ts';

/**
 * Reads the answers that the command line gives beforehand.
 *
 * @throws AnswerError for one that is none
 */
export function answersOf(flags: Flags): Answer[] {
  const { renamed, renameOverThree, dropped, fill, fillSql, fillNone } = flags;
  const values: AnswerValues = {
    renamed,
    'rename-over-three': renameOverThree,
    dropped,
    fill,
    'fill-sql': fillSql,
    'fill-none': fillNone,
  };
  return parseAnswers(values);
}

/**
 * Gives each Schema the answers that speak of its entities. One that speaks of nobody's goes to all, and is refused there.
 *
 * @throws UsageError for an entity that several have
 */
export function answersFor(work: Work, all: readonly Work[], answers: readonly Answer[]): Answer[] {
  return answers.filter(({ path }) => {
    const [entity = ''] = path.split('.');
    const owners = all.filter(other => hasEntity(other, entity));
    if (owners.length <= 1) return owners.length === 0 || owners[0] === work;
    const guids = owners.map(({ target }) => target.schema.guid).join(' and ');
    throw new UsageError(`${guids} both have an entity ${entity}: answer for one at a time, with --guid`);
  });
}

function hasEntity({ earlier, live }: Work, entity: string): boolean {
  const entities = [...(earlier?.description.entities ?? []), ...live.entities];
  return entities.some(({ name }) => name.toLowerCase() === entity.toLowerCase());
}
