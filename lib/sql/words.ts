const NAME = /"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu;
const QUALIFIER = /(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*\./gu;

/**
 * Every word of a statement that could be a name, as PostgreSQL would understand it. Not a parser: what stands in a text
 * or a comment counts too, since SQL can be made of texts. Pure.
 */
export function wordsIn(sql: string): string[] {
  return [...sql.matchAll(NAME)].map(understood);
}

/** The first namespace that a statement names, as in `public.animal`. Pure. */
export function namespaceIn(sql: string, namespaces: ReadonlySet<string>): string | undefined {
  return [...sql.matchAll(QUALIFIER)].map(understood).find(name => namespaces.has(name));
}

function understood([, quoted, plain]: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '';
}
