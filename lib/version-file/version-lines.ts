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
  /** Replaces the fingerprint of a version that has a line. By default that is an error. */
  readonly amend?: boolean | undefined;
  /** The file ending of version files; by default that of the existing lines, or else `'.ts'`. */
  readonly extension?: string | undefined;
  /**
   * Whether the file has types. JavaScript has none.
   *
   * @defaultValue `true`
   */
  readonly types?: boolean | undefined;
}

const TYPES = /^[ \t]*export type V(\d+)\s*=\s*typeof import\([^)]*\);?[ \t]*(?:\/\/[^\r\n]*)?$/gm;

/**
 * Adds a version to the text of `versions/index.ts`: a line with its fingerprint and a deferred import, and a type. Leaves all
 * other text unchanged.
 *
 * @param text the text of the file, `undefined` for a new one
 * @throws {@link SchemaDefinitionError} for a version that has a line, and for a text without a place for one
 */
export function withVersion(
  text: string | undefined,
  { version, fingerprint }: VersionLine,
  { amend = false, extension, types = true }: VersionLineOptions = {},
): string {
  const file = stringLiteral(`./${version}${extension ?? extensionIn(text) ?? '.ts'}`);
  const entry = `${version}: { fingerprint: ${stringLiteral(fingerprint)}, load: () => import(${file}) },`;
  const type = `export type V${version} = typeof import(${file});`;
  if (text === undefined || text.trim() === '') {
    const lines = `// The frozen versions of the storage.\nexport const versions = {\n  ${entry}\n};\n`;
    return types ? `${lines}\n${type}\n` : lines;
  }
  const lines = linesIn(text);
  if (!lines) {
    throw new SchemaDefinitionError(
      `The text of versions has no place for version ${version}. Add this line by hand: ${entry}`,
    );
  }
  const there = lines.entries.find(one => one.version === version);
  if (!there) {
    const longer = withEntry(text, lines, version, entry);
    return types ? withType(longer, version, type) : longer;
  }
  if (!there.fingerprint) {
    throw new SchemaDefinitionError(
      `The line of version ${version} in versions has no fingerprint in quotes. Write there: fingerprint: ${stringLiteral(fingerprint)}`,
    );
  }
  if (amend) return replaced(text, there.fingerprint, fingerprint);
  throw new SchemaDefinitionError(
    `versions already has a line for version ${version}. Perhaps two branches both added it: run npx dejavu renumber during the merge.`,
  );
}

/** Lists the versions in the text of `versions/index.ts`, in order. */
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

/** Returns the indentation of a line if `index` is its first code. */
function indentAt(text: string, index: number): string {
  const line = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
  return /^[ \t]*$/.test(line) ? line : '  ';
}

/** Returns the file ending of version files in `versions/index.ts`; `undefined` if it imports none. */
export function extensionIn(text: string | undefined): string | undefined {
  return /import\(\s*['"]\.\/\d+(\.[cm]?[jt]s)?['"]/.exec(text ?? '')?.[1];
}

/** The object in the text of `versions/index.ts` with an entry per version. */
interface PlacedLines {
  /** The position after its opening bracket. */
  readonly open: number;
  readonly entries: readonly PlacedEntry[];
}

/** An entry, with its comma if it has one. */
interface PlacedEntry {
  readonly version: number;
  /** The text in quotes; `undefined` if it is computed. */
  readonly fingerprint: Stretch | undefined;
  readonly from: number;
  readonly to: number;
  readonly hasComma: boolean;
  /** The position after a comment on its line. */
  readonly line: number;
}

type ObjectNode = Extract<NodePath['node'], { type: 'ObjectExpression' }>;

/** Finds the object named `versions` and its entries; `undefined` if there is none. */
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

/** Returns the version of a key: `2`, `'2'`, `[2]`. */
function versionOf(key: NodePath['node']): number | undefined {
  if (key.type === 'NumericLiteral') return key.value;
  return key.type === 'StringLiteral' && /^\d+$/.test(key.value) ? Number(key.value) : undefined;
}

/** Removes types around an expression. */
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

/** Returns the value of an object's key. */
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
