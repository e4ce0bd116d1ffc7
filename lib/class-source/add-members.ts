import { memberNamed, stepMembers, type ClassMember } from './read-schema-class.ts';
import { lineEnd, type ClassEdit } from './source-edit.ts';
import { endOf, startOf } from './syntax.ts';

/** Adds members after a member of a class, with one or two line ends between them. */
export function addMembers(edit: ClassEdit, after: ClassMember, added: readonly string[], gap: number): void {
  const { source, out, style } = edit;
  if (added.length === 0) return;
  const lead = style.eol.repeat(gap) + style.indent;
  // Code that follows on the same line gets its own line.
  const end = gap > 1 && isInline(edit) ? style.eol : '';
  out.appendLeft(lineEnd(source.text, endOf(after)), added.map(member => lead + member).join('') + end);
}

/** Adds a property after a member of a class, with a semicolon if the class uses them. */
export function addProperty(
  edit: ClassEdit,
  after: ClassMember,
  added: string,
  gap = gapBetween(edit, 'properties'),
): void {
  const { body } = edit.node.body;
  const next = body[body.indexOf(after) + 1];
  // Without a semicolon, `[` would continue the line before.
  const needsEnd = edit.style.semicolons || (next && /[[*]/.test(edit.source.text[startOf(next)] ?? ''));
  addMembers(edit, after, [`${added}${needsEnd ? ';' : ''}`], gap);
}

/** Returns the modifiers for a property of the base class, as the class writes them: `override readonly `. */
export function modifiersFor({ node, style }: ClassEdit): string {
  if (!style.types) return '';
  const versions = memberNamed(node, 'versions');
  const known = versions ?? memberNamed(node, 'entities') ?? memberNamed(node, 'onInstall');
  const like = versions ?? memberNamed(node, 'latest');
  const access: unknown = like && Reflect.get(like, 'accessibility');
  return [
    ...(typeof access === 'string' ? [access] : []),
    // A compiler may require it, and none forbids it.
    ...(known === undefined || has(known, 'override') ? ['override'] : []),
    ...(has(like, 'readonly') ? ['readonly'] : []),
  ]
    .map(word => `${word} `)
    .join('');
}

/** Removes members from a class, with the comments about them. */
export function removeMembers(edit: ClassEdit, gone: readonly ClassMember[]): void {
  const { text } = edit.source;
  for (const member of gone) {
    const end = lineEnd(text, endOf(member));
    const inline = isInline(edit) && member.type === 'ClassMethod' ? /^\r?\n/.exec(text.slice(end))?.[0].length : 0;
    edit.out.remove(above(edit, member).previous, end + (inline ?? 0));
  }
}

/** Returns the text of a member, with the comments right above it. */
export function textOf(edit: ClassEdit, member: ClassMember): string {
  return edit.source.text.slice(above(edit, member).start, endOf(member));
}

/** Finds the member after which a new step is inserted: the last upgrade or its way back, or else the last property. */
export function lastStep({ node }: ClassEdit): ClassMember {
  const { body } = node.body;
  const steps = stepMembers(node);
  const last = steps.findLast(({ isUp }) => isUp);
  if (last) {
    const isWayBack = (member: ClassMember | undefined) => steps.some(step => step.member === member && !step.isUp);
    let at = body.indexOf(last.member);
    while (isWayBack(body[at + 1])) at += 1;
    return body[at] as ClassMember;
  }
  const latest = memberNamed(node, 'latest');
  return body.findLast(
    one => !isMethod(one) || one === latest || ('kind' in one && one.kind === 'constructor'),
  ) as ClassMember;
}

/** Counts the line ends between two members of the same kind, methods or others: one or two. */
export function gapBetween({ source, node }: ClassEdit, kind: 'methods' | 'properties'): number {
  const { body } = node.body;
  const gaps = body.flatMap((member, index) => {
    const next = body[index + 1];
    if (!next || isMethod(member) !== isMethod(next) || isMethod(member) !== (kind === 'methods')) return [];
    return [/\n[ \t]*\r?\n/.test(source.text.slice(endOf(member), startOf(next))) ? 2 : 1];
  });
  if (gaps.length === 0) return kind === 'methods' ? 2 : 1;
  return kind === 'methods' ? Math.max(...gaps) : Math.min(...gaps);
}

function has(member: ClassMember | undefined, key: string): boolean {
  return member !== undefined && Reflect.get(member, key) === true;
}

function isMethod({ type }: ClassMember): boolean {
  return /Method$|^StaticBlock$/.test(type);
}

/** Tells whether the class has a member on the line of its opening brace. */
function isInline({ source, node }: ClassEdit): boolean {
  const [first] = node.body.body;
  return first !== undefined && !source.text.slice(startOf(node.body), startOf(first)).includes('\n');
}

/** Finds where a member begins, with the comments right above it, and where the code before them ends. */
function above(
  { source, node }: ClassEdit,
  member: ClassMember,
): { readonly start: number; readonly previous: number } {
  const { text, file } = source;
  const { body } = node.body;
  const neighbour = body[body.indexOf(member) - 1];
  const floor = lineEnd(text, neighbour ? endOf(neighbour) : startOf(node.body) + 1);
  let start = startOf(member);
  const comments = (file.comments ?? []).filter(one => startOf(one) >= floor && endOf(one) <= start);
  for (const comment of comments.toReversed()) {
    const isApart = /\n[ \t]*\r?\n/.test(text.slice(endOf(comment), start));
    if (isApart) return { start, previous: lineEnd(text, endOf(comment)) };
    start = startOf(comment);
  }
  return { start, previous: floor };
}
