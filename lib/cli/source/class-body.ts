import { lineEnd, type Edit } from './edit.ts';
import { memberNamed, stepMembers } from './members.ts';
import { endOf, startOf } from './nodes.ts';
import type { Member } from './syntax.ts';

/** Where a member of a class stands, with the comments that speak of it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Adds members to a class after one of it, with one line end between them or two. */
export function addMembers(edit: Edit, after: Member, added: readonly string[], gap: number): void {
  const { text, out, style } = edit;
  if (added.length === 0) return;
  const lead = style.eol.repeat(gap) + style.indent;
  const at = lineEnd(text, endOf(after));
  // what follows in the same line is to have one of its own
  const end = gap > 1 && isInline(edit) ? style.eol : '';
  out.appendLeft(at, added.map(member => lead + member).join('') + end);
}

/** Takes members out of a class with the comments that speak of them. */
export function removeMembers(edit: Edit, gone: readonly Member[]): void {
  const { text, out } = edit;
  for (const member of gone) {
    const end = lineEnd(text, endOf(member));
    const inline = isInline(edit) && member.type === 'ClassMethod' ? /^\r?\n/.exec(text.slice(end))?.[0].length : 0;
    out.remove(above(edit, member).previous, end + (inline ?? 0));
  }
}

/** A member as it stands in the text, with the comments right above it. */
export function rangeOf(edit: Edit, member: Member): Range {
  return { start: above(edit, member).start, end: endOf(member) };
}

/** What a new step comes after: the last upgrade and its way back, or else whatever is no method. */
export function lastStep({ node }: Edit): Member {
  const { body } = node.body;
  const steps = stepMembers(node);
  const last = steps.findLast(({ isUp }) => isUp);
  if (last) {
    const isWayBack = (member: Member | undefined) => steps.some(step => step.member === member && !step.isUp);
    let at = body.indexOf(last.member);
    while (isWayBack(body[at + 1])) at += 1;
    return body[at] as Member;
  }
  const latest = memberNamed(node, 'latest');
  return body.findLast(one => !isMethod(one) || isConstructor(one) || one === latest) as Member;
}

/** How many lines end between two members that are both methods, or both not: one, or two. */
export function gapBetween({ text, node }: Edit, kind: 'methods' | 'properties'): number {
  const { body } = node.body;
  const gaps = body.flatMap((member, index) => {
    const next = body[index + 1];
    if (!next || isMethod(member) !== isMethod(next) || isMethod(member) !== (kind === 'methods')) return [];
    return [/\n[ \t]*\r?\n/.test(text.slice(endOf(member), startOf(next))) ? 2 : 1];
  });
  if (gaps.length === 0) return kind === 'methods' ? 2 : 1;
  return kind === 'methods' ? Math.max(...gaps) : Math.min(...gaps);
}

function isMethod({ type }: Member): boolean {
  return /Method$|^StaticBlock$/.test(type);
}

function isConstructor(member: Member): boolean {
  return member.type === 'ClassMethod' && member.kind === 'constructor';
}

/** Whether the class begins with a member in the line of its brace. */
function isInline({ text, node }: Edit): boolean {
  const [first] = node.body.body;
  return first !== undefined && !text.slice(startOf(node.body), startOf(first)).includes('\n');
}

/** Where a member begins with the comments right above it, and where what is before them ends. */
function above({ text, file, node }: Edit, member: Member): { readonly start: number; readonly previous: number } {
  const { body } = node.body;
  const neighbour = body[body.indexOf(member) - 1];
  const floor = lineEnd(text, neighbour ? endOf(neighbour) : startOf(node.body) + 1);
  let start = startOf(member);
  const comments = (file.comments ?? []).filter(one => startOf(one) >= floor && endOf(one) <= start);
  for (const comment of comments.toReversed()) {
    if (/\n[ \t]*\r?\n/.test(text.slice(endOf(comment), start)))
      return { start, previous: lineEnd(text, endOf(comment)) };
    start = startOf(comment);
  }
  return { start, previous: floor };
}
