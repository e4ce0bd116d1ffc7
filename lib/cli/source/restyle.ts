import MagicText from 'magic-string';
import { endOf, nodesIn, startOf } from './nodes.ts';
import { parseSource } from './parse.ts';
import { renameIn } from './rename.ts';
import { requoted, type Style } from './style.ts';
import type { Node } from './syntax.ts';

const head = 'class Restyled {\n';

/**
 * Writes a method the way a file is written.
 *
 * @param method in two spaces, single quotes and semicolons, not indented
 * @param names what the file calls what the method uses
 * @returns its lines with the indentation of a member, the first one without
 */
export function restyle(method: string, style: Style, names: ReadonlyMap<string, string>): string {
  const text = `${head}${method}\n}`;
  const edit = new MagicText(text);
  const { program } = parseSource(text, 'the step');
  const fixed: [number, number][] = [];
  for (const node of nodesIn(program)) {
    if (node.type === 'TemplateElement') fixed.push([startOf(node), endOf(node)]);
    if (node.type === 'StringLiteral') quote(edit, node, style);
    if (!style.semicolons) withoutSemicolon(edit, text, node);
  }
  renameIn(program, edit, names);
  for (const { index } of text.matchAll(/\n/g)) {
    if (fixed.some(([start, end]) => index >= start && index < end)) continue;
    if (index >= head.length) indent(edit, text, index, style);
  }
  return edit.toString().slice(head.length, -(style.eol.length + 1));
}

function quote(edit: MagicText, node: Node, style: Style): void {
  const raw: unknown = node.extra?.['raw'];
  if (typeof raw === 'string') edit.update(startOf(node), endOf(node), requoted(raw, style.quote));
}

function withoutSemicolon(edit: MagicText, text: string, node: Node): void {
  const end = endOf(node);
  if (!/Statement$|^VariableDeclaration$/.test(node.type) || text[end - 1] !== ';') return;
  const next = text.slice(end).replace(/^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/, '');
  // a line that begins with one of these would go on with the one before
  if (!/^[([`/+*-]/.test(next)) edit.remove(end - 1, end);
}

/** Indents what comes after the end of a line. */
function indent(edit: MagicText, text: string, index: number, { eol, indent: outer, unit }: Style): void {
  const spaces = /^ */.exec(text.slice(index + 1))?.[0].length ?? 0;
  const next = text[index + 1 + spaces];
  const isLast = index === text.length - 2;
  const depth = unit.repeat(Math.floor(spaces / 2)) + ' '.repeat(spaces % 2);
  edit.update(index, index + 1 + spaces, eol + (isLast || next === '\n' ? '' : outer + depth));
}
