import { SchemaDefinitionError } from '../errors.ts';
import { stringLiteral } from '../source-code/strings.ts';
import { placeIn, type Place, type Span } from './index-place.ts';

/** One line of `versions/index.ts`. */
export interface VersionLine {
  readonly version: number;
  readonly fingerprint: string;
}

export interface VersionLineOptions {
  /** Says the fingerprint of a version anew that has its line already, which is an error by default. */
  readonly amend?: boolean | undefined;
  /** How version files are named; by default as the lines that are there name them, or else `'.ts'`. */
  readonly extension?: string | undefined;
}

const types = /^[ \t]*export type V(\d+)\s*=\s*typeof import\([^)]*\);?[ \t]*(?:\/\/[^\r\n]*)?$/gm;

/**
 * Adds a version to the text of `versions/index.ts`: its line, with the fingerprint and the import that waits until a step
 * needs it, and its type. All else stays to the letter.
 *
 * @param text what the file says, `undefined` for a new one.
 * @throws SchemaDefinitionError for a version that is there already, and for a text that has no place for one.
 */
export function withVersion(
  text: string | undefined,
  { version, fingerprint }: VersionLine,
  { amend = false, extension }: VersionLineOptions = {},
): string {
  const file = stringLiteral(`./${version}${extension ?? extensionIn(text) ?? '.ts'}`);
  const entry = `${version}: { fingerprint: ${stringLiteral(fingerprint)}, load: () => import(${file}) },`;
  const type = `export type V${version} = typeof import(${file});`;
  if (text === undefined || text.trim() === '') {
    return `// The versions of the storage, each as it was frozen.\nexport const versions = {\n  ${entry}\n};\n\n${type}\n`;
  }
  const place = placeIn(text);
  if (!place) {
    throw new SchemaDefinitionError(
      `the text of versions has no place for version ${version}: add the line ${entry} by hand`,
    );
  }
  const there = place.entries.find(one => one.version === version);
  if (!there) return withType(withEntry(text, place, version, entry), version, type);
  if (amend) return replaced(text, there.fingerprint, fingerprint);
  throw new SchemaDefinitionError(
    `versions has a line for version ${version} already: two branches may both have made one`,
  );
}

/** The versions that the text of `versions/index.ts` has lines for, in their order. */
export function versionLines(text: string): VersionLine[] {
  return (placeIn(text)?.entries ?? []).map(({ version, fingerprint: { from, to } }) => ({
    version,
    fingerprint: text.slice(from, to),
  }));
}

function replaced(text: string, { from, to }: Span, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function withEntry(text: string, { open, entries }: Place, version: number, entry: string): string {
  const end = newline(text);
  const before = entries.findLast(one => one.version < version);
  if (before) {
    const { to, hasComma, line } = before;
    const comma = hasComma ? '' : ',';
    return `${text.slice(0, to)}${comma}${text.slice(to, line)}${end}${indentAt(text, before.from)}${entry}${text.slice(line)}`;
  }
  const [first] = entries;
  if (first) return `${text.slice(0, first.from)}${entry}${end}${indentAt(text, first.from)}${text.slice(first.from)}`;
  const isEmpty = /^\s*\}/.test(text.slice(open));
  return `${text.slice(0, open)}${end}  ${entry}${isEmpty ? end + text.slice(open).trimStart() : text.slice(open)}`;
}

function withType(text: string, version: number, type: string): string {
  const end = newline(text);
  const before = [...text.matchAll(types)].findLast(([, number]) => Number(number) < version);
  if (before) {
    const at = before.index + before[0].trimEnd().length;
    return `${text.slice(0, at)}${end}${type}${text.slice(at)}`;
  }
  const [first] = text.matchAll(types);
  if (first) return `${text.slice(0, first.index)}${type}${end}${text.slice(first.index)}`;
  const gap = text.endsWith(end) ? end : end + end;
  return `${text}${gap}${type}${end}`;
}

function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The white space a line begins with, as far as `index` is the first thing in it. */
function indentAt(text: string, index: number): string {
  const line = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  return /^[ \t]*$/.test(line) ? line : '  ';
}

/** How `versions/index.ts` names version files: `.ts`; `undefined` if it names none. */
export function extensionIn(text: string | undefined): string | undefined {
  return /import\(\s*['"]\.\/\d+(\.[cm]?[jt]s)?['"]/.exec(text ?? '')?.[1];
}
