import traverse, { type NodePath } from '@babel/traverse';
import { SchemaDefinitionError } from '../errors.ts';
import { endOf, parseFile, startOf } from '../source-code/javascript.ts';
import { stringLiteral } from '../source-code/literals.ts';
import type { Stretch } from '../sql/tokens.ts';

/** One line of `versions/index.ts`. */
interface VersionLine {
  readonly version: number;
  readonly fingerprint: string;
}

interface VersionLineOptions {
  /** Says the fingerprint of a version anew that has its line already, which is an error by default. */
  readonly amend?: boolean | undefined;
  /** How version files are named; by default as the lines that are there name them, or else `'.ts'`. */
  readonly extension?: string | undefined;
}

const TYPES = /^[ \t]*export type V(\d+)\s*=\s*typeof import\([^)]*\);?[ \t]*(?:\/\/[^\r\n]*)?$/gm;

/**
 * Adds a version to the text of `versions/index.ts`: its line, with the fingerprint and the import that waits until a step
 * needs it, and its type. All else stays to the letter.
 *
 * @param text what the file says, `undefined` for a new one.
 * @throws {@link SchemaDefinitionError} for a version that is there already, and for a text that has no place for one.
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
  const lines = linesIn(text);
  if (!lines) {
    throw new SchemaDefinitionError(
      `the text of versions has no place for version ${version}: add the line ${entry} by hand`,
    );
  }
  const there = lines.entries.find(one => one.version === version);
  if (!there) return withType(withEntry(text, lines, version, entry), version, type);
  if (!there.fingerprint) {
    throw new SchemaDefinitionError(
      `the line of version ${version} in versions has no fingerprint in quotes: write fingerprint: ${stringLiteral(fingerprint)} there`,
    );
  }
  if (amend) return replaced(text, there.fingerprint, fingerprint);
  throw new SchemaDefinitionError(
    `versions has a line for version ${version} already: two branches may both have made one`,
  );
}

/** The versions that the text of `versions/index.ts` has lines for, in their order. */
export function versionLines(text: string): VersionLine[] {
  return (linesIn(text)?.entries ?? []).flatMap(({ version, fingerprint }) =>
    fingerprint ? [{ version, fingerprint: text.slice(fingerprint.from, fingerprint.to) }] : [],
  );
}

function replaced(text: string, { from, to }: Stretch, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function withEntry(text: string, { open, entries }: PlacedLines, version: number, entry: string): string {
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
  const before = [...text.matchAll(TYPES)].findLast(([, number]) => Number(number) < version);
  if (before) {
    const at = before.index + before[0].trimEnd().length;
    return `${text.slice(0, at)}${end}${type}${text.slice(at)}`;
  }
  const [first] = text.matchAll(TYPES);
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

/** The object in the text of `versions/index.ts` that has an entry for each version. */
interface PlacedLines {
  /** Behind the bracket that opens it. */
  readonly open: number;
  readonly entries: readonly PlacedEntry[];
}

/** An entry, with its comma if it has one. */
interface PlacedEntry {
  readonly version: number;
  /** What is between the quotes; `undefined` if it is computed. */
  readonly fingerprint: Stretch | undefined;
  readonly from: number;
  readonly to: number;
  readonly hasComma: boolean;
  /** Behind the comment that may follow it on its line. */
  readonly line: number;
}

type ObjectNode = Extract<NodePath['node'], { type: 'ObjectExpression' }>;

/** Finds the object called `versions`, and what it says of each version; `undefined` if there is none. */
function linesIn(text: string): PlacedLines | undefined {
  const file = parseFile(text);
  if (!file) return undefined;
  const found: ObjectNode[] = [];
  traverse(file, {
    noScope: true,
    ObjectExpression: path => {
      const declared = path.findParent(parent => parent.isVariableDeclarator())?.node;
      const isOurs =
        declared?.type === 'VariableDeclarator' && declared.id.type === 'Identifier' && declared.id.name === 'versions';
      if (isOurs) found.push(path.node);
    },
  });
  const [object] = found;
  return (
    object && {
      open: startOf(object) + 1,
      entries: object.properties.flatMap(property => entryOf(property, text) ?? []),
    }
  );
}

function entryOf(property: ObjectNode['properties'][number], text: string): PlacedEntry | undefined {
  if (property.type !== 'ObjectProperty') return undefined;
  const version = versionOf(property.key);
  if (version === undefined) return undefined;
  const fingerprint = valueOf(bare(property.value), 'fingerprint');
  const isText =
    fingerprint?.type === 'StringLiteral' ||
    (fingerprint?.type === 'TemplateLiteral' && fingerprint.expressions.length === 0);
  const end = endOf(property);
  const comma = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*,/.exec(text.slice(end))?.[0];
  const to = end + (comma?.length ?? 0);
  return {
    version,
    fingerprint: isText ? { from: startOf(fingerprint) + 1, to: endOf(fingerprint) - 1 } : undefined,
    from: startOf(property),
    to,
    hasComma: comma !== undefined,
    line: to + (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(to))?.[0].length ?? 0),
  };
}

/** The version that a key names: `2`, `'2'`, `[2]`. */
function versionOf(key: NodePath['node']): number | undefined {
  if (key.type === 'NumericLiteral') return key.value;
  return key.type === 'StringLiteral' && /^\d+$/.test(key.value) ? Number(key.value) : undefined;
}

/** An expression without what TypeScript is told of it. */
function bare(node: NodePath['node']): NodePath['node'] {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return bare(node.expression);
    default:
      return node;
  }
}

/** What an object has under a name. */
function valueOf(object: NodePath['node'], name: string): NodePath['node'] | undefined {
  if (object.type !== 'ObjectExpression') return undefined;
  for (const property of object.properties) {
    if (property.type !== 'ObjectProperty') continue;
    const { key, value } = property;
    if ((key.type === 'Identifier' && key.name === name) || (key.type === 'StringLiteral' && key.value === name))
      return bare(value);
  }
  return undefined;
}
