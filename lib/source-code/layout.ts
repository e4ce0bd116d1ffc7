/** A piece of code to format: text, or a structure that takes several lines if one is too short. */
export type Piece = string | List | Chain;

interface List {
  readonly open: string;
  readonly items: readonly Piece[];
  readonly close: string;
}

/** `head.call().call()` */
interface Chain {
  readonly head: Piece;
  readonly calls: readonly Piece[];
}

const width = 100;

/** Puts items between brackets, on one line if they fit. */
export function list(open: string, items: readonly Piece[], close: string): Piece {
  return items.length === 0 ? open.trimEnd() + close.trimStart() : { open, items, close };
}

/** `{ a: 1 }` */
export function record(items: readonly Piece[]): Piece {
  return list('{ ', items, ' }');
}

/** Chains calls on one value, on one line if they fit. */
export function chain(head: Piece, calls: readonly Piece[]): Piece {
  return calls.length === 0 ? head : { head, calls };
}

/** Puts `text` before a piece. */
export function labelled(text: string, piece: Piece): Piece {
  if (typeof piece === 'string') return text + piece;
  return 'open' in piece ? { ...piece, open: text + piece.open } : { ...piece, head: labelled(text, piece.head) };
}

/** Formats a piece, starting at `indent`. `room` is the width that the code after it needs on its last line. */
export function layOut(piece: Piece, indent = '', room = 0): string {
  const flat = onOneLine(piece);
  if (typeof piece === 'string' || (indent.length + flat.length + room <= width && !flat.includes('\n'))) return flat;
  const inner = `${indent}  `;
  if ('open' in piece) {
    const hugged = hugging(piece, indent, room);
    if (hugged !== undefined) return hugged;
    const items = piece.items.map(item => `${inner}${layOut(item, inner, 1)},\n`);
    return `${piece.open.trimEnd()}\n${items.join('')}${indent}${piece.close.trimStart()}`;
  }
  // Up to two calls stay on one line, even if their arguments are long.
  if (piece.calls.length < 3)
    return onOneLine(piece.head) + piece.calls.map(call => layOut(call, indent, room)).join('');
  return layOut(piece.head, indent) + piece.calls.map(call => `\n${inner}${layOut(call, inner)}`).join('');
}

/** Formats a call whose last argument is an object: the other arguments stay on the first line if they fit. */
function hugging({ open, items, close }: List, indent: string, room: number): string | undefined {
  const last = items.at(-1);
  const others = items.slice(0, -1);
  if (!open.endsWith('(') || typeof last !== 'object' || !('open' in last) || last.open !== '{ ') return undefined;
  if (others.some(item => typeof item !== 'string')) return undefined;
  const text = open + others.map(item => `${onOneLine(item)}, `).join('') + layOut(last, indent, Infinity) + close;
  const lines = text.split('\n');
  const isFit = indent.length + (lines[0]?.length ?? 0) <= width && (lines.at(-1)?.length ?? 0) + room <= width;
  return isFit ? text : undefined;
}

/** Writes a piece as one line, even a long one. */
export function onOneLine(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  if ('open' in piece) return piece.open + piece.items.map(onOneLine).join(', ') + piece.close;
  return onOneLine(piece.head) + piece.calls.map(onOneLine).join('');
}
