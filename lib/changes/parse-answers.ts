import { AnswerError } from '../errors.ts';
import type { Answer, AnswerFill } from './questions.ts';

/** The flags that give answers, for `parseArgs` of `node:util`. */
export const ANSWER_FLAGS = {
  renamed: { type: 'string', multiple: true },
  'rename-over-three': { type: 'string', multiple: true },
  dropped: { type: 'string', multiple: true },
  fill: { type: 'string', multiple: true },
  'fill-sql': { type: 'string', multiple: true },
  'fill-none': { type: 'string', multiple: true },
} as const;

/** The values of {@link ANSWER_FLAGS}. */
export type AnswerValues = { readonly [Flag in keyof typeof ANSWER_FLAGS]?: readonly string[] | undefined };

/**
 * Parses answers from flags: `--renamed animal.species:family`, `--renamed animal:beast`,
 * `--rename-over-three animal.species:family`, `--dropped animal.species`, `--fill animal.legs=4`,
 * `--fill-sql 'animal.label=upper(name)'`, `--fill-none animal.legs`.
 *
 * @throws {@link AnswerError} for a text of another form
 */
export function parseAnswers(values: AnswerValues): Answer[] {
  const read = <T>(flag: keyof AnswerValues, parse: (given: string) => T | undefined, shape: string): T[] =>
    (values[flag] ?? []).map(given => {
      const answer = parse(given);
      if (answer !== undefined) return answer;
      throw new AnswerError(`--${flag}: '${given}' is not a valid answer. Write it as --${flag} ${shape}.`, {
        answer: `--${flag} ${given}`,
      });
    });
  return [
    ...read('renamed', parseRename, 'animal.species:family, or animal:beast'),
    ...read('rename-over-three', parseOverThree, 'animal.species:family'),
    ...read(
      'dropped',
      given => (isPath(given) ? { kind: 'dropped' as const, path: given } : undefined),
      'animal.species, or animal',
    ),
    ...read('fill', given => parseFill(given, value => ({ value })), 'animal.legs=4'),
    ...read(
      'fill-sql',
      given => parseFill(given, sql => (sql.trim() === '' ? undefined : { sql })),
      "'animal.label=upper(name)'",
    ),
    ...read(
      'fill-none',
      given => (isProperty(given) ? { kind: 'fill' as const, path: given, fill: 'none' as const } : undefined),
      'animal.legs',
    ),
  ];
}

function parseRename(given: string): Answer | undefined {
  const [path = '', to = '', ...more] = given.split(':');
  if (more.length > 0 || !isPath(path) || !isPath(to)) return undefined;
  // An entity cannot be renamed to a property.
  return isProperty(path) || !isProperty(to) ? { kind: 'renamed', path, to } : undefined;
}

function parseOverThree(given: string): Answer | undefined {
  const answer = parseRename(given);
  return answer?.kind === 'renamed' && isProperty(answer.path) ? { ...answer, overThree: true } : undefined;
}

function parseFill(given: string, fillOf: (text: string) => AnswerFill | undefined): Answer | undefined {
  const at = given.indexOf('=');
  const path = given.slice(0, at);
  const fill = fillOf(given.slice(at + 1));
  return at > 0 && isProperty(path) && fill !== undefined ? { kind: 'fill', path, fill } : undefined;
}

function isPath(text: string): boolean {
  return /^[^.:=]+(?:\.[^.:=]+)*$/.test(text) && text.trim() === text;
}

function isProperty(text: string): boolean {
  return isPath(text) && text.includes('.');
}
