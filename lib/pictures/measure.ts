/** Measures text as a font of one width draws it. */
export interface Measure {
  /** The number of columns of a text: Chinese characters and emoji take two. */
  readonly widthOf: (text: string) => number;
  /** The text, or its beginning and `…` if it takes more columns. */
  readonly cut: (text: string, columns: number) => string;
}

/**
 * Makes the functions that measure texts.
 *
 * A page of pictures contains the text of this function and calls it in the browser. So everything it uses is inside it.
 */
export function makeMeasure(): Measure {
  const PLAIN = /^[\x20-\x7e]*$/;
  const WIDE =
    /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFD}]/u;
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const parts = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment);
  const one = (part: string) => (WIDE.test(part) ? 2 : 1);
  const widthOf = (text: string) =>
    PLAIN.test(text) ? text.length : parts(text).reduce((sum, part) => sum + one(part), 0);
  const cut = (text: string, columns: number) => {
    if (widthOf(text) <= columns) return text;
    let kept = '';
    let width = 1;
    for (const part of parts(text)) {
      width += one(part);
      if (width > columns) break;
      kept += part;
    }
    return `${kept}…`;
  };
  return { widthOf, cut };
}

export const measure: Measure = makeMeasure();
