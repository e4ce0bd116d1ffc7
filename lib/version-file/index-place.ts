import { closing } from '../source-code/free-names.ts';
import { significant, tokensOf, type Token } from '../source-code/javascript.ts';

/** A part of a text: from one index up to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The object in the text of `versions/index.ts` that has an entry for each version. */
export interface Place {
  /** Behind the bracket that opens it. */
  readonly open: number;
  readonly entries: readonly Entry[];
}

/** An entry, with its comma if it has one. */
export interface Entry extends Span {
  readonly version: number;
  /** What is between the quotes. */
  readonly fingerprint: Span;
  readonly hasComma: boolean;
  /** Behind the comment that may follow it on its line. */
  readonly line: number;
}

type Placed = Token & Span;

/** Finds the object called `versions`, and what it says of each version; `undefined` if there is none. */
export function placeIn(text: string): Place | undefined {
  const tokens = placed(text);
  const name = tokens.findIndex(
    (token, index) => token.text === 'versions' && /^(?:const|let|var)$/.test(tokens[index - 1]?.text ?? ''),
  );
  const assigned = tokens.findIndex((token, index) => index > name && token.text === '=');
  const open = tokens.findIndex((token, index) => index > assigned && token.text === '{');
  const brace = tokens[open];
  if (name < 0 || assigned < 0 || !brace) return undefined;
  const entries: Entry[] = [];
  const end = closing(tokens, open);
  for (let index = open + 1; index < end; index += 1) {
    const entry = entryAt(tokens, index, text);
    if (entry) entries.push(entry);
    if (/^[([{]$/.test(tokens[index]?.text ?? '')) index = closing(tokens, index);
  }
  return { open: brace.to, entries };
}

function entryAt(tokens: readonly Placed[], index: number, text: string): Entry | undefined {
  const [number, colon, brace] = tokens.slice(index, index + 3);
  if (number?.kind !== 'number' || colon?.text !== ':' || brace?.text !== '{') return undefined;
  const end = closing(tokens, index + 2);
  const inside = tokens.slice(index + 3, end);
  const fingerprint = inside[inside.findIndex(({ text: word }) => word === 'fingerprint') + 2];
  const [last, comma] = tokens.slice(end, end + 2);
  if (fingerprint?.kind !== 'text' || !last) return undefined;
  const hasComma = comma?.text === ',';
  const to = hasComma ? comma.to : last.to;
  return {
    version: Number(number.text),
    fingerprint: { from: fingerprint.from + 1, to: fingerprint.to - 1 },
    from: number.from,
    to,
    hasComma,
    line: to + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(to))?.[0].length ?? 0),
  };
}

function placed(text: string): Placed[] {
  let from = 0;
  const tokens = tokensOf(text).map((token): Placed => {
    const to = from + token.text.length;
    const one = { ...token, from, to };
    from = to;
    return one;
  });
  return significant(tokens) as Placed[];
}
