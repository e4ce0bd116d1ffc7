/** Writes a name so that it is taken literally. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Writes a name in its namespace, if it is to be found in that one alone. */
export function qualify(namespace: string | undefined, name: string): string {
  return namespace === undefined ? quoteName(name) : `${quoteName(namespace)}.${quoteName(name)}`;
}

/** Writes a text as a string literal, where a backslash is a letter like any other. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Writes a text as a string literal of PostgreSQL, for both values of `standard_conforming_strings`. */
export function quoteEscaped(text: string): string {
  const quoted = quoteText(text).replaceAll('\\', '\\\\');
  return text.includes('\\') ? `E${quoted}` : quoted;
}
