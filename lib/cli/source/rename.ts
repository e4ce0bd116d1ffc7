import type MagicText from 'magic-string';
import { nodesIn, startOf } from './nodes.ts';
import type { Node } from './syntax.ts';

/** Gives names in a piece of code other names, but for labels of properties. */
export function renameIn(root: Node, out: MagicText, names: ReadonlyMap<string, string>): void {
  const labels = new Set<Node>();
  for (const node of nodesIn(root)) {
    if ('property' in node && 'computed' in node && !node.computed) labels.add(node.property);
    if ('key' in node && 'computed' in node && !node.computed) labels.add(node.key);
    if (node.type === 'TSQualifiedName') labels.add(node.right);
  }
  for (const node of nodesIn(root)) {
    const name = node.type === 'Identifier' && !labels.has(node) ? names.get(node.name) : undefined;
    // a name with a type after it is as long as both
    if (name !== undefined && node.type === 'Identifier') {
      out.update(startOf(node), startOf(node) + node.name.length, name);
    }
  }
}
