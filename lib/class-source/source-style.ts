import type { ClassSyntax } from './read-schema-class.ts';
import { endOf, importsOf, partsOf, startOf, type ParsedSource } from './syntax.ts';

/** The style of a file. */
export interface SourceStyle {
  /** The line end. */
  readonly eol: string;
  /** The indentation of the members of the class. */
  readonly indent: string;
  /** One level of indentation. */
  readonly unit: string;
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  /** Whether lists over several lines end with a comma. */
  readonly commas: boolean;
  /** Whether the file imports types separately: `import type { V1 } from …`. */
  readonly typeImports: boolean;
  /** Whether the file has types. JavaScript has none. */
  readonly types: boolean;
}

/** Reads the style of a file. Uses the most common style where the file shows none. */
export function styleOf(source: ParsedSource, node: ClassSyntax): SourceStyle {
  const { text, path } = source;
  const imports = importsOf(source);
  const outer = indentAt(text, startOf(node));
  const unit = unitOf(text, node, outer);
  return {
    eol: count(text, /\r\n/g) * 2 > count(text, /\n/g) ? '\r\n' : '\n',
    indent: outer + unit,
    unit,
    quote: quoteOf(source),
    semicolons: endsStatements(source, node),
    commas: endsLists(source),
    typeImports:
      imports.some(({ importKind }) => importKind === 'type') &&
      !imports.some(({ specifiers }) => specifiers.some(one => 'importKind' in one && one.importKind === 'type')),
    types: !isJavaScript(path),
  };
}

/** Tells whether a file is JavaScript, by its name. */
export function isJavaScript(path: string): boolean {
  return /\.[cm]?js$/.test(path);
}

/** Returns the indentation of the line at a position. */
export function indentAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}

/** Changes the quotes of a string, unless that needs more escapes. */
export function requoted(literal: string, quote: SourceStyle['quote']): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith(quote) || inner.includes(quote)) return literal;
  return quote + inner.replaceAll(`\\${literal[0]}`, literal[0] ?? '') + quote;
}

function unitOf(text: string, { body }: ClassSyntax, outer: string): string {
  const indents = body.body.map(member => indentAt(text, startOf(member)));
  const inner = indents.find(indent => indent.startsWith(outer) && indent.length > outer.length);
  return inner?.slice(outer.length) ?? /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ';
}

function quoteOf(source: ParsedSource): "'" | '"' {
  const [first] = [...importsOf(source).map(one => one.source), ...partsOf(source, 'StringLiteral')];
  return first && source.text[startOf(first)] === '"' ? '"' : "'";
}

/** Tells whether most imports and properties end with a semicolon. */
function endsStatements(source: ParsedSource, { body }: ClassSyntax): boolean {
  const properties = body.body.filter(({ type }) => type === 'ClassProperty');
  return mostly([...importsOf(source), ...properties].map(one => source.text[endOf(one) - 1] === ';'));
}

/** Tells whether most lists over several lines end with a comma. */
function endsLists(source: ParsedSource): boolean {
  const lists = partsOf(source, 'ImportDeclaration', 'ObjectExpression');
  const lasts = lists.flatMap(node => ('specifiers' in node ? node.specifiers : node.properties).at(-1) ?? []);
  const ends = lasts.flatMap(last => /^(,?)[ \t]*\r?\n\s*\}/.exec(source.text.slice(endOf(last)))?.[1] ?? []);
  return mostly(ends.map(end => end === ','));
}

function mostly(answers: readonly boolean[]): boolean {
  return answers.filter(Boolean).length * 2 >= answers.length;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
