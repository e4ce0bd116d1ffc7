const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN, CLOSE] = [0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];

/** Cuts a line into the JSON text of each value: digits that JavaScript has no number for stay. `undefined` if it is no line. */
export function splitLine(line: string): string[] | undefined {
  if (!line.startsWith('[') || !line.endsWith(']')) return undefined;
  const cells: string[] = [];
  let [start, depth] = [1, 0];
  const end = line.length - 1;
  for (let index = 1; index < end; index += 1) {
    const code = line.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(line, index);
      if (index < 0) return undefined;
    } else if (code === OPEN || code === OPEN_BRACE) depth += 1;
    else if (code === CLOSE || code === CLOSE_BRACE) depth -= 1;
    else if (code === COMMA && depth === 0) {
      cells.push(line.slice(start, index));
      start = index + 1;
    }
  }
  cells.push(line.slice(start, end));
  return depth === 0 ? cells : undefined;
}

/** The lines of a block, each without its end. */
export function linesOfBlock(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\n');
  lines.pop();
  return lines;
}

function endOfString(line: string, open: number): number {
  for (let index = open + 1; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === QUOTE) return index;
  }
  return -1;
}

/** The value of a JSON text. An integer that JavaScript has no number for becomes a bigint. @throws {SyntaxError} */
export function parseCell(cell: string): unknown {
  const value = JSON.parse(cell) as unknown;
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(cell) ? BigInt(cell) : value;
}

/** The text of a string in JSON. */
export function textOf(cell: string): string {
  return cell.includes('\\') ? (JSON.parse(cell) as string) : cell.slice(1, -1);
}

/** The words for what a value is that its column is not for. */
const TAGS = ['integer', 'real', 'text', 'blob', 'bytes'] as const;
type Tag = (typeof TAGS)[number];

/** What stands in a dump with a word for what it is; `undefined` for all else. */
export function tagOf(cell: string): { readonly tag: Tag; readonly value: string } | undefined {
  if (!cell.startsWith('{')) return undefined;
  const tag = TAGS.find(one => cell.startsWith(`{"${one}":`));
  return tag && { tag, value: cell.slice(tag.length + 4, -1) };
}
