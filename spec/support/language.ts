import { parse } from '@babel/parser';

/** Words that a reader whose first language is not English stumbles over, and what to write for them. */
const PLAIN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bsomebody\b/i, 'another process, the user'],
  [/\bnobody\b/i, 'no other process, no user'],
  [/\bwho(?:m|so)?ever\b/i, 'the process that, the user who'],
  [/\bwhatever\b/i, 'a noun'],
  [/\bof (?:its|their|your|our) own\b/i, 'separate, its own'],
  [/\banew\b/i, 'again'],
  [/\b(?:is|are|was|were|be|been|being) told\b/i, 'reports, receives'],
  [/\b(?:is|are|was|were|be|been|being) said\b/i, 'says'],
  [/\bwhat is\b/i, 'a noun'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix, correct'],
  [/\bbesides?\b/i, 'next to, in addition to'],
  [/\bat it\b/i, 'working on it'],
];

/** A piece of prose in a source file: a comment or a literal. */
interface Prose {
  readonly line: number;
  readonly text: string;
}

type Node = Readonly<Record<string, unknown> & { loc: { readonly start: { readonly line: number } } }>;

/**
 * Lists the words in comments and literals that the project does not use, one line each.
 *
 * @param path shown in front of each line.
 */
export function findHardWords(path: string, source: string): string[] {
  // Parsing takes most of the time, and few files need it.
  if (wordsIn(unwrapped(source)).length === 0) return [];
  return proseOf(source).flatMap(({ line, text }) =>
    wordsIn(text).map(([word, instead]) => `${path}:${line} '${word}': write ${instead}`),
  );
}

function wordsIn(text: string): [word: string, instead: string][] {
  return PLAIN_WORDS.flatMap(([pattern, instead]) => {
    const found = pattern.exec(text);
    return found ? [[found[0], instead] as [string, string]] : [];
  });
}

function proseOf(source: string): Prose[] {
  const { program, comments } = parse(source, { sourceType: 'module', plugins: ['typescript'], attachComment: false });
  const prose: Prose[] = [];
  for (const { type, value, loc } of comments ?? []) {
    const before = prose.at(-1);
    const line = loc?.start.line ?? 0;
    // A sentence may take several lines of comment.
    if (type === 'CommentLine' && before && before.line === line - 1)
      prose.splice(-1, 1, { line, text: unwrapped(`${before.text} ${value}`) });
    else prose.push({ line, text: unwrapped(value) });
  }
  collect(program);
  return prose;

  function collect(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(collect);
    if (typeof value !== 'object' || value === null || !('type' in value && 'loc' in value)) return;
    const node = value as Node;
    const { line } = node.loc.start;
    if (node['type'] === 'StringLiteral') prose.push({ line, text: String(node['value']) });
    if (node['type'] === 'TemplateElement')
      prose.push({ line, text: (node['value'] as { readonly cooked: string }).cooked });
    Object.values(node).forEach(collect);
  }
}

/** Joins the lines of a comment into one. */
function unwrapped(text: string): string {
  return text.replaceAll(/\n\s*(?:\*|\/\/)?\s*/g, ' ').replaceAll(/\s+/g, ' ');
}
