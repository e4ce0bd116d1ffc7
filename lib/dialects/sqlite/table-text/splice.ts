import type { Stretch } from '../../../sql/tokens.ts';

/** What is written instead of a stretch of text. */
export interface Change extends Stretch {
  readonly text: string;
}

/**
 * Makes changes that do not overlap. All else stays as it is, byte for byte; a space is put where words would run
 * together.
 */
export function splice(sql: string, changes: readonly Change[]): string {
  let result = '';
  let at = 0;
  const append = (text: string) => {
    if (isWordy(result.at(-1)) && isWordy(text[0])) result += ' ';
    result += text;
  };
  for (const change of changes.toSorted((one, other) => one.from - other.from)) {
    append(sql.slice(at, change.from));
    append(change.text);
    at = change.to;
  }
  append(sql.slice(at));
  return result;
}

/** Quotes count: the letter before one may turn it into a blob. */
function isWordy(character: string | undefined): boolean {
  return character !== undefined && /[\w$'"`[\]\u0080-\uFFFF]/.test(character);
}
