import { lineEnd, type Edit } from './edit.ts';
import { endOf, startOf } from './nodes.ts';
import { indentAt } from './style.ts';
import type { Node } from './syntax.ts';

/** Adds items to a list that has some, after the last one and laid out as that is. */
export function appendItems({ text, out, style }: Edit, items: readonly Node[], added: readonly string[]): void {
  const last = items.at(-1);
  if (!last || added.length === 0) return;
  const end = endOf(last);
  if (!startsLine(text, last)) {
    out.appendLeft(end, added.map(item => `, ${item}`).join(''));
    return;
  }
  const indent = style.eol + indentAt(text, startOf(last));
  const comma = commaAfter(text, end);
  if (comma !== undefined) {
    out.appendLeft(lineEnd(text, comma), added.map(item => `${indent}${item},`).join(''));
    return;
  }
  out.appendLeft(end, ',');
  out.appendLeft(lineEnd(text, end), added.map(item => indent + item).join(','));
}

/** Takes items out of a list in which others stay: what {@link appendItems} added leaves no trace. */
export function removeItems(
  { text, out }: Pick<Edit, 'text' | 'out'>,
  items: readonly Node[],
  gone: ReadonlySet<Node>,
): void {
  for (const [index, item] of items.entries()) {
    if (!gone.has(item) || gone.has(items[index - 1] as Node)) continue;
    const after = items.findIndex((other, at) => at > index && !gone.has(other));
    const [before, next, last] = [items[index - 1], items[after], items.at(after < 0 ? -1 : after - 1) as Node];
    if (!before) {
      out.remove(startOf(item), next ? startOf(next) : endOf(last));
    } else if (!startsLine(text, item)) {
      out.remove(endOf(before), endOf(last));
    } else {
      removeLines(before, last);
    }
  }

  function removeLines(before: Node, last: Node): void {
    const comma = commaAfter(text, endOf(before)) ?? endOf(before);
    const lastComma = commaAfter(text, endOf(last));
    if (lastComma === undefined) out.remove(endOf(before), comma);
    out.remove(lineEnd(text, comma), lineEnd(text, lastComma ?? endOf(last)));
  }
}

/** Tells whether a node is the first thing in its line. */
export function startsLine(text: string, node: Node): boolean {
  return /(?:^|\n)[ \t]*$/.test(text.slice(0, startOf(node)));
}

/** Where the comma after a place ends. */
export function commaAfter(text: string, at: number): number | undefined {
  const comma = /^\s*,/.exec(text.slice(at));
  return comma ? at + comma[0].length : undefined;
}
