const TOKEN = /"(?:[^"\\]|\\.)*"|[\t\n\r ]+/g;

/** Leaves out the blanks between the parts of a JSON text, and changes nothing else: no number, and no order of keys. */
export function withoutBlanks(json: string): string {
  return json.replace(TOKEN, token => (token.startsWith('"') ? token : ''));
}

/** Dumps hold no JSON that is nested deeper: readers of it would run out of stack. */
export const MAX_DEPTH = 1000;

/** How deep brackets are nested in a JSON text. Needs no stack. */
export function depthOf(json: string): number {
  let [depth, deepest] = [0, 0];
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) deepest = Math.max(deepest, (depth += 1));
    else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
