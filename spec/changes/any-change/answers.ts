import { flagFor, type Answer, type Question } from '../../../lib/changes/questions.ts';
import { resolve } from '../../../lib/changes/resolve-answers.ts';
import type { AnswerValues } from '../../../lib/changes/parse-answers.ts';
import type { StorageDescription } from '../../../lib/models/description.ts';
import { dropQuestions } from '../../../lib/step-source/drop-questions.ts';
import { valueOf } from './rows.ts';

/** Answers every question, one way or the other. */
export function answersOf(
  before: StorageDescription,
  after: StorageDescription,
  picks: readonly number[],
  dialect: 'sqlite' | 'postgresql',
): AnswerValues {
  const given: Answer[] = [];
  for (let round = 0; ; round++) {
    const resolution = resolve(before, after, given);
    const [question] = [...resolution.questions, ...dropQuestions(resolution)];
    if (!question) break;
    given.push(answerTo(question, picks[round % picks.length] ?? 0, after, dialect));
  }
  const values: Record<string, string[]> = {};
  for (const answer of given) {
    const [flag = ''] = flagFor(answer).slice(2).split(' ');
    (values[flag] ??= []).push(wordOf(answer));
  }
  return values;
}

function wordOf(answer: Answer): string {
  if (answer.kind === 'renamed') return `${answer.path}:${answer.to}`;
  if (answer.kind === 'dropped' || answer.fill === 'none') return answer.path;
  return `${answer.path}=${'sql' in answer.fill ? answer.fill.sql : answer.fill.value}`;
}

function answerTo(
  { path, kind, choices }: Question,
  pick: number,
  { entities }: StorageDescription,
  dialect: 'sqlite' | 'postgresql',
): Answer {
  if (kind !== 'fill') {
    const simple = choices.filter(({ answer }) => !('overThree' in answer));
    return (simple[pick % simple.length] ?? choices[0])?.answer as Answer;
  }
  const [name = '', ...rest] = path.split('.');
  const entity = entities.find(one => one.name.toLowerCase() === name.toLowerCase());
  const property = entity?.properties.find(one => one.name === rest.join('.'));
  // A key of two columns has no single value.
  if (!property || (property.columns?.length ?? 0) > 1) return { kind: 'fill', path, fill: 'none' };
  const target = entities.find(one => one.name === property.target);
  const type = target?.properties.find(one => one.primary) ?? property;
  return { kind: 'fill', path, fill: { sql: valueOf(type, 1, dialect) } };
}
