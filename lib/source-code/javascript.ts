import { parse } from '@babel/parser';
import traverse from '@babel/traverse';

/** Globals that every JavaScript engine has, with a meaning that will not change. */
export const EVERYWHERE: ReadonlySet<string> = new Set(
  (
    'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error Float32Array ' +
    'Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy ' +
    'RangeError Reflect RegExp Set String Symbol SyntaxError TextDecoder TextEncoder TypeError URL URLSearchParams ' +
    'Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet arguments atob btoa crypto decodeURI ' +
    'decodeURIComponent encodeURI encodeURIComponent globalThis isFinite isNaN parseFloat parseInt structuredClone ' +
    'undefined'
  ).split(' '),
);

/** A file in TypeScript or JavaScript, parsed by Babel. */
type ParsedFile = ReturnType<typeof parse>;

/** An expression without types, parsed by Babel. */
export interface ParsedCode {
  /** The text that positions refer to: the expression in brackets. */
  readonly text: string;
  readonly file: ParsedFile;
}

/** Parses text as an expression of a module. Returns `undefined` if it is not one. */
export function parseCode(expression: string): ParsedCode | undefined {
  const text = `(${expression})`;
  try {
    const file = parse(text, { sourceType: 'module', tokens: true });
    const [statement] = file.program.body;
    const isWhole = statement?.type === 'ExpressionStatement' && statement.expression.extra?.['parenthesized'] === true;
    return isWhole && file.program.body.length === 1 ? { text, file } : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the text of a file. Returns `undefined` if it has syntax errors. */
export function parseFile(text: string): ParsedFile | undefined {
  try {
    return parse(text, { sourceType: 'module', plugins: ['typescript'], tokens: true, errorRecovery: true });
  } catch {
    return undefined;
  }
}

/** Returns where a node begins in the parsed text. */
export function startOf(node: { readonly start?: number | null } | null | undefined): number {
  return node?.start ?? 0;
}

/** Returns where a node ends in the parsed text. */
export function endOf(node: { readonly end?: number | null } | null | undefined): number {
  return node?.end ?? 0;
}

/** Lists the names that code takes from outside, except globals of JavaScript. Each once, in order of appearance. */
export function freeNames({ file }: ParsedCode): string[] {
  const free = new Set<string>();
  traverse(file, {
    Program: ({ scope }) => {
      const found = Object.values(scope.globals).toSorted((a, b) => startOf(a) - startOf(b));
      for (const { name } of found) if (!EVERYWHERE.has(name)) free.add(name);
    },
    // The meaning of these depends on the file that contains them.
    MetaProperty: ({ node }) => void (node.meta.name === 'import' && free.add('import.meta')),
    ImportExpression: () => void free.add('import()'),
    Import: () => void free.add('import()'),
  });
  return [...free];
}

/**
 * Formats code in one layout: no comments, no blank lines, two spaces of indentation per open bracket. Two outputs of a
 * compiler for the same source become the same text.
 */
export function tidy(code: ParsedCode): string {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let lineDepth = 0;
  for (const { text, space } of piecesOf(code)) {
    if (space.includes('\n')) endLine();
    else if (space !== '' && line !== '' && !line.endsWith(' ')) line += ' ';
    if (/^[)\]}]$/.test(text)) depth -= 1;
    if (line === '') lineDepth = depth;
    if (/^[),;\]]$/.test(text)) line = line.trimEnd();
    if (line.endsWith('( ') || line.endsWith('[ ')) line = line.trimEnd();
    line = text === '=>' ? `${line.trimEnd()} => ` : line + text;
    if (/^[([{]$/.test(text)) depth += 1;
  }
  endLine();
  return lines.join('\n');

  function endLine(): void {
    if (line.trim() !== '') lines.push('  '.repeat(Math.max(0, lineDepth)) + line.trim());
    line = '';
  }
}

interface BabelToken {
  readonly type: unknown;
  readonly start: number;
  readonly end: number;
}

/** Splits code into its tokens, each with the space before it. Omits comments, and the brackets that were added to parse it. */
function piecesOf({ text, file }: ParsedCode): { readonly text: string; readonly space: string }[] {
  const pieces: { text: string; space: string }[] = [];
  let space = '';
  let end = 0;
  for (const token of (file.tokens ?? []) as readonly BabelToken[]) {
    space += text.slice(end, token.start);
    end = token.end;
    if (isComment(token)) continue;
    pieces.push({ text: text.slice(token.start, token.end), space });
    space = '';
  }
  return pieces.slice(1, -2);
}

function isComment({ type }: BabelToken): boolean {
  return type === 'CommentBlock' || type === 'CommentLine';
}
