/**
 * Writes a text as a part of a regular expression with the flag `u` that matches this text alone. A hyphen is not escaped:
 * the flag forbids it outside of brackets.
 */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
