import { namedMembers } from './members.ts';
import { importsOf } from './names.ts';
import { endOf, nodesIn, startOf } from './nodes.ts';
import type { ClassNode, File } from './syntax.ts';

/** How a file is written. */
export interface Style {
  /** What ends a line. */
  readonly eol: string;
  /** What the members of the class begin with. */
  readonly indent: string;
  /** What a line is indented by. */
  readonly unit: string;
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  /** Whether the last item of a list over several lines has a comma. */
  readonly commas: boolean;
  /** Whether types are imported by themselves, `import type { V1 } from …`. */
  readonly typeImports: boolean;
}

/** Looks how a file is written. */
export function styleOf(text: string, file: File, node: ClassNode): Style {
  const outer = indentAt(text, startOf(node));
  const unit = unitOf(text, node, outer);
  const imports = importsOf(file);
  return {
    eol: count(text, /\r\n/g) * 2 > count(text, /\n/g) ? '\r\n' : '\n',
    indent: outer + unit,
    unit,
    quote: quoteOf(file),
    semicolons: endsStatements(text, file, node),
    commas: endsLists(text, file),
    typeImports:
      imports.some(({ importKind }) => importKind === 'type') &&
      !imports.some(({ specifiers }) => specifiers.some(one => 'importKind' in one && one.importKind === 'type')),
  };
}

/** What the line of a place begins with. */
export function indentAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}

/** A string in other quotes, unless it would need more escapes in them. */
export function requoted(literal: string, quote: Style['quote']): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith(quote) || inner.includes(quote)) return literal;
  return quote + inner.replaceAll(`\\${literal[0]}`, literal[0] ?? '') + quote;
}

function unitOf(text: string, node: ClassNode, outer: string): string {
  for (const { member } of namedMembers(node)) {
    const inner = indentAt(text, startOf(member));
    if (inner.startsWith(outer) && inner.length > outer.length) return inner.slice(outer.length);
  }
  const any = /^(\t| {2,8})\S/m.exec(text)?.[1];
  return any ?? '  ';
}

function quoteOf(file: File): "'" | '"' {
  const strings = [...importsOf(file).map(({ source }) => source), ...nodesIn(file.program)];
  for (const node of strings) {
    if (node.type !== 'StringLiteral') continue;
    const raw: unknown = node.extra?.['raw'];
    if (typeof raw === 'string') return raw.startsWith('"') ? '"' : "'";
  }
  return "'";
}

/** What most imports and properties do. */
function endsStatements(text: string, file: File, node: ClassNode): boolean {
  const properties = node.body.body.filter(({ type }) => type === 'ClassProperty');
  const ends = [...importsOf(file), ...properties].map(one => text[endOf(one) - 1] === ';');
  return ends.filter(Boolean).length * 2 >= ends.length;
}

/** What most lists over several lines do. */
function endsLists(text: string, file: File): boolean {
  const lasts = [...nodesIn(file.program)].flatMap(node => {
    if (node.type === 'ImportDeclaration') return node.specifiers.at(-1) ?? [];
    if (node.type === 'ObjectExpression') return node.properties.at(-1) ?? [];
    return [];
  });
  const ends = lasts.flatMap(last => /^(,?)[ \t]*\r?\n\s*\}/.exec(text.slice(endOf(last)))?.[1] ?? []);
  return ends.filter(Boolean).length * 2 >= ends.length;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
