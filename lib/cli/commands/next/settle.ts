import { isSchemaError } from '../../../errors.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { answerOf, type Answer, type Choice, type Question } from '../../../changes/questions.ts';
import { resolve, type Resolution } from '../../../changes/resolve-answers.ts';
import { dropQuestions } from '../../../step-source/drop-questions.ts';
import type { Person } from '../../ask.ts';
import { DeclinedError } from '../../exit-codes.ts';

/** Two versions compared, and the answers that took. */
export interface SettledChanges {
  readonly resolution: Resolution;
  readonly answers: readonly Answer[];
  /** What is still open; nothing where a person answered. */
  readonly questions: readonly Question[];
}

/**
 * Compares two versions, and lets a person answer what that leaves open: one question after the other, since an answer may
 * open or close others.
 *
 * @param person `undefined` where nobody sits there: what is open stays open
 */
export async function settle(
  before: StorageDescription,
  after: StorageDescription,
  given: readonly Answer[],
  person: Person | undefined,
): Promise<SettledChanges> {
  let answers = given;
  for (;;) {
    const resolution = resolve(before, after, answers);
    const questions = [...resolution.questions, ...dropQuestions(resolution)];
    const [question] = questions;
    if (!question || !person) return { resolution, answers, questions };
    const asked = answers;
    const problemWith = (answer: Answer) => refusalOf(() => resolve(before, after, [...asked, answer]));
    answers = [...asked, await answerBy(person, question, problemWith)];
  }
}

async function answerBy(
  person: Person,
  question: Question,
  problemWith: (answer: Answer) => string | undefined,
): Promise<Answer> {
  const choices = question.choices.map(one => ({ value: one, label: one.label, hint: one.reason ?? one.input }));
  for (let text = question.text; ;) {
    const choice = await person.choose<Choice | undefined>(
      text,
      question.kind === 'dropped' ? [...choices, { value: undefined, label: 'stop, and write nothing' }] : choices,
    );
    if (choice === undefined) throw new DeclinedError('nothing was written');
    if (choice.input !== undefined) return answerOf(choice, await saidTo(person, choice, problemWith));
    const problem = problemWith(choice.answer);
    if (problem === undefined) return choice.answer;
    text = `${problem}. ${question.text}`;
  }
}

async function saidTo(
  person: Person,
  choice: Choice,
  problemWith: (answer: Answer) => string | undefined,
): Promise<string> {
  const isSql = choice.answer.kind === 'fill' && typeof choice.answer.fill === 'object' && 'sql' in choice.answer.fill;
  return person.say(`${choice.label}: ${choice.input}`, said =>
    isSql && said.trim() === '' ? `it takes ${choice.input}` : problemWith(answerOf(choice, said)),
  );
}

/** Why an answer answers nothing; `undefined` if it does. */
export function refusalOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (isSchemaError(error) && error.code === 'ANSWER_INVALID') return error.message;
    throw error;
  }
}
