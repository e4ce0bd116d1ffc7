import { ESCAPED_LITERAL, QUOTED_NAME, TEXT_LITERAL, compile, tokenize, type Lexicon } from './tokens.ts';

const LINE_COMMENT = String.raw`--[^\n\r]*`;

/** Comments of PostgreSQL hold comments; how deep they are read. */
const DEPTH = 4;
function commentOf(depth: number): string {
  const inner = depth > 1 ? `${commentOf(depth - 1)}|` : '';
  return String.raw`\/\*(?:${inner}[^*\/]|\*(?!\/)|\/(?!\*))*\*\/`;
}

/**
 * What of PostgreSQL's SQL holds a question mark that is no placeholder: texts, names, comments, and operators of jsonb.
 */
export const POSTGRESQL = compile({
  string: String.raw`\$(?<tag>(?:[\p{L}_][\p{L}\p{N}_]*)?)\$[^]*?\$\k<tag>\$|${ESCAPED_LITERAL}|${TEXT_LITERAL}`,
  comment: `${LINE_COMMENT}|${commentOf(DEPTH)}`,
  quoted: QUOTED_NAME,
  word: String.raw`[\p{L}_][\p{L}\p{N}_$]*`,
  operator: String.raw`@\?|\?\?|\?&|\?\|(?!\|)`,
  variable: String.raw`\?|\$\d+`,
  unknown: String.raw`[^'"$@?\p{L}_\/\\-]+`,
});

/** A statement with its values in it, or how many placeholders it has if they are not as many. */
type Filled = { readonly sql: string } | { readonly placeholders: number };

/**
 * Puts values in the place of `?`, but of those in texts, names, comments and operators. `\?` stands for a question mark
 * that is no placeholder.
 *
 * @param lexicon - what the dialect reads
 * @param values - as SQL
 */
export function fillPlaceholders(sql: string, values: readonly string[], lexicon: Lexicon): Filled {
  let placeholders = 0;
  let filled = '';
  for (const { kind, text } of tokenize(sql, lexicon)) {
    if (kind !== 'variable' || text !== '?') filled += text;
    else if (filled.endsWith('\\')) filled = `${filled.slice(0, -1)}?`;
    else filled += values[placeholders++] ?? '';
  }
  return placeholders === values.length ? { sql: filled } : { placeholders };
}
