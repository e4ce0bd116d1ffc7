import MagicText from 'magic-string';
import { entriesOf, labelOf } from '../class-source/schema-source.ts';
import { lineEnd, removeItems } from '../class-source/source-edit.ts';
import { endOf, parseSource, partsOf, startOf, type SyntaxOf } from '../class-source/syntax.ts';

/**
 * Takes a version out of the text of `versions/index.ts`: its line, and its type.
 *
 * @param path what errors call the file
 * @throws {@link UsageError} if it does not parse
 */
export function withoutVersion(text: string, version: number, path?: string): string {
  const out = new MagicText(text);
  const source = parseSource(text, path);
  for (const node of partsOf(source, 'ObjectExpression')) {
    const gone = entriesOf(node).filter(entry => entry.version === version && isFrozen(entry.node));
    if (gone.length === 0) continue;
    if (gone.length < node.properties.length) {
      removeItems(source, out, node.properties, new Set(gone.map(entry => entry.node)));
    } else out.remove(startOf(node) + 1, endOf(node) - 1);
  }
  for (const statement of source.file.program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'TSTypeAliasDeclaration' || declared.id.name !== `V${version}`) continue;
    const before = /(?:\r?\n)?[ \t]*$/.exec(text.slice(0, startOf(statement)))?.[0].length ?? 0;
    out.remove(startOf(statement) - before, lineEnd(text, endOf(statement)));
  }
  return out.toString();
}

/** Whether an entry is a frozen version: it has a fingerprint. */
function isFrozen({ value }: SyntaxOf<'ObjectProperty'>): boolean {
  return (
    value.type === 'ObjectExpression' &&
    value.properties.some(one => 'key' in one && labelOf(one.key) === 'fingerprint')
  );
}
