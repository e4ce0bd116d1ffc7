import { isSchemaError } from '../../../errors.ts';
import type { StorageDescription } from '../../../models/description.ts';
import { answerOf, type Answer, type Choice, type Question } from '../../../changes/questions.ts';
import { resolve, type Resolution } from '../../../changes/resolve-answers.ts';
import { dropQuestions } from '../../../step-source/drop-questions.ts';
import type { Person } from '../../ask.ts';
import { DeclinedError } from '../../exit-codes.ts';

/** A comparison of two versions, and the answers it uses. */
export interface SettledChanges {
  readonly resolution: Resolution;
  readonly answers: readonly Answer[];
  /** Open questions; empty if a user answered them. */
  readonly questions: readonly Question[];
}

/**
 * Compares two versions, and asks a user the open questions, one after the other, because an answer may open or close other
 * questions.
 *
 * @param person `undefined` without a terminal: open questions stay open
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
    if (choice === undefined) throw new DeclinedError('Cancelled. Nothing was written.');
    if (choice.input !== undefined) return answerOf(choice, await saidTo(person, choice, problemWith));
    const problem = problemWith(choice.answer);
    if (problem === undefined) return choice.answer;
    text = `${problem} ${question.text}`;
  }
}

async function saidTo(
  person: Person,
  choice: Choice,
  problemWith: (answer: Answer) => string | undefined,
): Promise<string> {
  const isSql = choice.answer.kind === 'fill' && typeof choice.answer.fill === 'object' && 'sql' in choice.answer.fill;
  return person.say(`${choice.label}: ${choice.input}`, said =>
    isSql && said.trim() === '' ? `Enter ${choice.input}.` : problemWith(answerOf(choice, said)),
  );
}

/** Returns why an answer is refused; `undefined` if it is accepted. */
export function refusalOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (isSchemaError(error) && error.code === 'ANSWER_INVALID') return error.message;
    throw error;
  }
}
