import MagicText from 'magic-string';
import { lineEnd } from './edit.ts';
import { removeItems } from './list.ts';
import { entriesOf, type VersionEntry } from './members.ts';
import { endOf, nodesIn, startOf } from './nodes.ts';
import { parseSource } from './parse.ts';
import type { Node } from './syntax.ts';

/**
 * Takes a version out of the text of `versions/index.ts`: its line, and its type.
 *
 * @param path what errors call the file
 * @throws UsageError if it does not parse
 */
export function withoutVersion(text: string, version: number, path?: string): string {
  const out = new MagicText(text);
  const { program } = parseSource(text, path);
  for (const node of nodesIn(program)) {
    if (node.type !== 'ObjectExpression') continue;
    const gone = entriesOf(node).filter(entry => entry.version === version && isFrozen(entry));
    if (gone.length === 0) continue;
    if (gone.length < node.properties.length) {
      removeItems({ text, out }, node.properties, new Set(gone.map(entry => entry.node)));
    } else {
      out.remove(startOf(node) + 1, endOf(node) - 1);
    }
  }
  for (const statement of program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'TSTypeAliasDeclaration' || declared.id.name !== `V${version}`) continue;
    const before = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, startOf(statement)))?.[0].length ?? 0;
    out.remove(startOf(statement) - before, lineEnd(text, endOf(statement)));
  }
  return out.toString();
}

/** Whether an entry is a frozen version: it has a fingerprint. */
function isFrozen({ node: { value } }: VersionEntry): boolean {
  return (
    value.type === 'ObjectExpression' && value.properties.some(one => 'key' in one && keyOf(one.key) === 'fingerprint')
  );
}

function keyOf(key: Node): string | undefined {
  if (key.type === 'StringLiteral') return key.value;
  return key.type === 'Identifier' ? key.name : undefined;
}
