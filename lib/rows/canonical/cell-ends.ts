/*
 * Where values end in the bytes of lines. Nothing is made of a value: no text, no object. These functions are called for each
 * value of each row.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const LOWER_N = 0x6e;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What `null` is long. */
export const NULL_BYTES = 4;

/** Whether a value that is null begins at a place. Nothing else begins with this letter. */
export function isNullAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LOWER_N;
}

/** The first place that is not a digit. */
export function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at] as number; byte >= ZERO && byte <= NINE;) byte = bytes[(at += 1)] as number;
  return at;
}

/** The place behind a string that begins at a place. */
export function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (let byte = bytes[at]; byte !== QUOTE && byte !== undefined; byte = bytes[(at += 1)])
    if (byte === BACKSLASH) at += 1;
  return at + 1;
}

/** The place behind a value of any form: of the comma, of the bracket that ends the line, or the end of all. */
export function endOfCell(bytes: Uint8Array, start: number): number {
  let [at, depth] = [start, 0];
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    if (depth === 0 && (byte === COMMA || byte === CLOSE)) return at;
    if (byte === OPEN || byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_BRACE) depth -= 1;
    at += 1;
  }
  return at;
}
