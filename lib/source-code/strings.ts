/** A string as a person would write it: in single quotes, or in double ones if it has more single ones in it. */
export function stringLiteral(value: string): string {
  const [single, double] = ["'", '"'].map(mark => value.split(mark).length) as [number, number];
  const quote = single > double ? '"' : "'";
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
  // Both end a line for a reader of JavaScript older than 2019.
  return `${quote}${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}${quote}`;
}

/** A key of an object, in quotes if it needs them. */
export function keyLiteral(key: string): string {
  // Written in any other way it sets the prototype.
  if (key === '__proto__') return "['__proto__']";
  return isIdentifier(key) || /^(?:0|[1-9]\d{0,8})$/.test(key) ? key : stringLiteral(key);
}

/** Tells whether a text may stand where a name of a property stands. */
export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}
