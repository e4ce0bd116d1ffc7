import type { StepOptions } from '../../boot/definition.ts';
import { stringLiteral } from '../../source-code/strings.ts';
import { UsageError } from '../usage.ts';
import { addMembers, gapBetween } from './class-body.ts';
import type { Edit } from './edit.ts';
import type { Place } from './find-class.ts';
import { appendItems, removeItems, startsLine } from './list.ts';
import { entriesOf, memberNamed, valueOf } from './members.ts';
import { endOf, positionOf, startOf } from './nodes.ts';
import { requoted, type Style } from './style.ts';
import type { Member } from './syntax.ts';

/** What is said of a step, as it stands in `steps`. */
export function entrySource(version: number, { compatible, lossy }: StepOptions, { quote }: Style): string | undefined {
  const said = [
    ...(compatible === undefined ? [] : [`compatible: ${compatible}`]),
    ...(lossy === undefined ? [] : [`lossy: ${requoted(stringLiteral(lossy), quote)}`]),
  ];
  return said.length > 0 ? `${version}: { ${said.join(', ')} }` : undefined;
}

/**
 * Adds an entry to the `steps` of a class, or the whole of it.
 *
 * @param type what the file calls `Steps`
 * @throws UsageError if `steps` is no object as it stands there, or has the entry
 */
export function addEntry(edit: Edit, place: Place, version: number, entry: string, type: string): void {
  const { text, node, out, style } = edit;
  const member = memberNamed(node, 'steps');
  if (!member) return addSteps(edit, entry, type);
  const value = valueOf(member);
  const at = `${place.path ?? 'the file'}:${positionOf(value ?? member)}`;
  if (value?.type !== 'ObjectExpression') {
    throw new UsageError(`${at} steps is no object as it stands there: write it as { ${entry} }`);
  }
  if (entriesOf(value).some(one => one.version === version)) {
    throw new UsageError(`${at} steps says something of version ${version} already: take that away first`);
  }
  if (value.properties.length > 0) return appendItems(edit, value.properties, [entry]);
  const inner = text.slice(startOf(value) + 1, endOf(value) - 1);
  const { eol, indent, unit } = style;
  if (inner.includes('\n'))
    out.appendLeft(startOf(value) + 1 + inner.trimEnd().length, `${eol}${indent}${unit}${entry},`);
  else out.appendLeft(endOf(value) - 1, inner === '' ? ` ${entry} ` : `${entry} `);
}

/** Takes an entry out of `steps`; answers the whole of `steps` if nothing is left of what {@link addEntry} wrote. */
export function removeEntry(edit: Edit, version: number): Member | undefined {
  const { text, node, out } = edit;
  const member = memberNamed(node, 'steps');
  const value = valueOf(member);
  if (value?.type !== 'ObjectExpression') return undefined;
  const entry = entriesOf(value).find(one => one.version === version);
  if (!entry) return undefined;
  if (value.properties.length > 1) {
    removeItems(edit, value.properties, new Set([entry.node]));
    return undefined;
  }
  const [start, end] = [startOf(value) + 1, endOf(value) - 1];
  const isAlone =
    /^,?\s*$/.test(text.slice(endOf(entry.node), end)) && text.slice(start, startOf(entry.node)).trim() === '';
  if (isAlone && startsLine(text, entry.node)) return member;
  if (isAlone) out.remove(start, end);
  else out.remove(startOf(entry.node), endOf(entry.node));
  return undefined;
}

/** Adds `steps` to a class that has none, said the way `versions` or `latest` is. */
function addSteps(edit: Edit, entry: string, type: string): void {
  const { eol, indent, unit, commas } = edit.style;
  const after = memberNamed(edit.node, 'versions') ?? memberNamed(edit.node, 'latest');
  if (!after) return;
  const lines = [
    `${modifiersFor(edit)}steps: ${type} = {`,
    `${indent}${unit}${entry}${commas ? ',' : ''}`,
    `${indent}}`,
  ];
  addMembers(edit, after, [lines.join(eol) + endOfProperty(edit, after)], gapBetween(edit, 'properties'));
}

/** What ends a property that comes after a member. */
export function endOfProperty({ text, node, style }: Edit, after: Member): string {
  const next = node.body.body[node.body.body.indexOf(after) + 1];
  // `[` would go on with the line before
  return style.semicolons || (next && /[[*]/.test(text[startOf(next)] ?? '')) ? ';' : '';
}

/** What a property of the base class is declared with, as the class does it: `override readonly `. */
export function modifiersFor({ node }: Edit): string {
  const known = memberNamed(node, 'versions') ?? memberNamed(node, 'entities') ?? memberNamed(node, 'onInstall');
  const like = memberNamed(node, 'versions') ?? memberNamed(node, 'latest');
  const access: unknown = like && Reflect.get(like, 'accessibility');
  return [
    ...(typeof access === 'string' ? [access] : []),
    // a compiler may ask for it, and none forbids it
    ...(known === undefined || has(known, 'override') ? ['override'] : []),
    ...(has(like, 'readonly') ? ['readonly'] : []),
  ]
    .map(word => `${word} `)
    .join('');
}

function has(member: Member | undefined, key: string): boolean {
  return member !== undefined && Reflect.get(member, key) === true;
}
