import { expect, test } from '@jest/globals';
import { ANSWER_FLAGS, parseAnswers } from '../../lib/changes/parse-answers.ts';
import { answerOf, entityPath, flagFor, flagsFor, propertyPath, type Answer } from '../../lib/changes/questions.ts';

type Flag = keyof typeof ANSWER_FLAGS;

/** What a flag says, or what is wrong with it. */
function parsed(flag: Flag, text: string): unknown {
  try {
    return parseAnswers({ [flag]: [text] });
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[Flag, string, Answer]>([
  ['renamed', 'animal:beast', { kind: 'renamed', path: 'animal', to: 'beast' }],
  ['renamed', 'animal.a b:c d', { kind: 'renamed', path: 'animal.a b', to: 'c d' }],
  ['renamed', 'animal.home.city:home.town', { kind: 'renamed', path: 'animal.home.city', to: 'home.town' }],
  ['rename-over-three', 'animal.a:b', { kind: 'renamed', path: 'animal.a', to: 'b', overThree: true }],
  ['dropped', 'animal', { kind: 'dropped', path: 'animal' }],
  ['dropped', 'animal.a', { kind: 'dropped', path: 'animal.a' }],
  ['fill', 'animal.a=', { kind: 'fill', path: 'animal.a', fill: { value: '' } }],
  ['fill', 'animal.a=b=c', { kind: 'fill', path: 'animal.a', fill: { value: 'b=c' } }],
  ['fill-sql', 'animal.a= b ', { kind: 'fill', path: 'animal.a', fill: { sql: ' b ' } }],
  ['fill-none', 'animal.a', { kind: 'fill', path: 'animal.a', fill: 'none' }],
])('--%s %s', (flag, text, answer) => {
  expect(parsed(flag, text)).toEqual([answer]);
});

test.each<[Flag, string[]]>([
  ['renamed', ['', 'a', 'a:', ':b', 'a:b:c', 'a.:b', '.a:b', 'a=b:c', ' a:b', 'a:b ', 'a:b.c']],
  ['rename-over-three', ['animal:beast', 'animal.a', 'animal.a:b:c']],
  ['dropped', ['', 'a.', 'a:b', 'a=b', ' a', 'a..b']],
  ['fill', ['', 'a', 'a=1', '=1', '.=1', 'a.b', 'a.b:c=1', ' a.b=1']],
  ['fill-sql', ['a.b=', 'a.b=  ', 'a=1', 'a.b']],
  ['fill-none', ['a', 'a.b=c', '']],
])('--%s is none of %j', (flag, texts) => {
  const shapes: Record<Flag, string> = {
    renamed: 'animal.species:family, or animal:beast',
    'rename-over-three': 'animal.species:family',
    dropped: 'animal.species, or animal',
    fill: 'animal.legs=4',
    'fill-sql': "'animal.label=upper(name)'",
    'fill-none': 'animal.legs',
  };
  for (const text of texts)
    expect(parsed(flag, text)).toBe(
      `--${flag}: '${text}' is not a valid answer. Write it as --${flag} ${shapes[flag]}.`,
    );
});

test('an answer that is none is told as data too', () => {
  let error: unknown;
  try {
    parseAnswers({ fill: ['a'] });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'ANSWER_INVALID', answer: '--fill a' });
});

test('every flag may be given several times, and none has to be', () => {
  expect(Object.values(ANSWER_FLAGS)).toEqual(Array.from({ length: 6 }, () => ({ type: 'string', multiple: true })));
  expect(Object.keys(ANSWER_FLAGS)).toEqual([
    'renamed',
    'rename-over-three',
    'dropped',
    'fill',
    'fill-sql',
    'fill-none',
  ]);
  expect(parseAnswers({})).toEqual([]);
  expect(parseAnswers({ dropped: ['a', 'b'], renamed: undefined })).toHaveLength(2);
});

test.each<[Answer, string]>([
  [{ kind: 'dropped', path: 'a-b.c/d+e@f%g,h' }, '--dropped a-b.c/d+e@f%g,h'],
  [{ kind: 'dropped', path: 'a b' }, "--dropped 'a b'"],
  [{ kind: 'dropped', path: '' }, "--dropped ''"],
  [{ kind: 'dropped', path: 'a$' }, "--dropped 'a$'"],
  [{ kind: 'dropped', path: '$a' }, "--dropped '$a'"],
  [{ kind: 'dropped', path: "it's" }, String.raw`--dropped 'it'\''s'`],
  [{ kind: 'renamed', path: 'a.b', to: 'c' }, '--renamed a.b:c'],
  [{ kind: 'renamed', path: 'a.b', to: 'c', overThree: true }, '--rename-over-three a.b:c'],
  [{ kind: 'fill', path: 'a.b', fill: { value: '4' } }, '--fill a.b=4'],
  [{ kind: 'fill', path: 'a.b', fill: { sql: 'c * 2' } }, "--fill-sql 'a.b=c * 2'"],
  [{ kind: 'fill', path: 'a.b', fill: 'none' }, '--fill-none a.b'],
])('%j is %s', (answer, flag) => {
  expect(flagFor(answer)).toBe(flag);
});

test('a choice with an input shows where it goes, and takes it', () => {
  const value: Answer = { kind: 'fill', path: 'a.b', fill: { value: '' } };
  const sql: Answer = { kind: 'fill', path: 'a.b', fill: { sql: '' } };
  const none: Answer = { kind: 'fill', path: 'a.b', fill: 'none' };
  const fixed: Answer = { kind: 'fill', path: 'a.b', fill: { sql: 'c' } };
  const dropped: Answer = { kind: 'dropped', path: 'a' };
  const choices = [
    { label: '1', answer: value, input: 'n' },
    { label: '2', answer: sql, input: 's q' },
    { label: '3', answer: none, input: 'n' },
    { label: '4', answer: fixed },
    { label: '5', answer: dropped, input: 'n' },
  ];
  expect(flagsFor({ kind: 'fill', path: 'a.b', text: '', choices })).toEqual([
    "--fill 'a.b=<n>'",
    "--fill-sql 'a.b=<s q>'",
    '--fill-none a.b',
    '--fill-sql a.b=c',
    '--dropped a',
  ]);
  expect(choices.map(choice => answerOf(choice, 'x'))).toEqual([
    { ...value, fill: { value: 'x' } },
    { ...sql, fill: { sql: 'x' } },
    none,
    fixed,
    dropped,
  ]);
  expect(answerOf({ label: '1', answer: value, input: 'n' })).toEqual(value);
});

test('paths are those of flags', () => {
  expect([entityPath('Animal'), entityPath('URL'), entityPath('a')]).toEqual(['animal', 'uRL', 'a']);
  expect(propertyPath('Animal', 'home.city')).toBe('animal.home.city');
});
