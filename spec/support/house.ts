import { dirname, join, normalize } from 'node:path/posix';
import { parseSync } from '@swc/core';

/** The parts of `package.json` that the house is built to. */
export interface Front {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** From the ground up; a file imports from its own floor or a lower one. */
const FLOORS: readonly (readonly string[])[] = [
  ['one-copy.ts', 'errors.ts', 'version.ts', 'difference.ts', 'needs-first.ts', 'quantities.ts'],
  ['store/', 'sql/', 'dialects/', 'mikro-orm/', 'models/', 'rows/', 'fixtures/'],
  ['operations/'],
  ['drift/'],
  ['boot/'],
  ['schema.ts', 'open-schema.ts'],
  ['modules/'],
  ['framework/'],
  ['nestjs/', 'fastify/'],
  ['changes/', 'source-code/', 'version-file/', 'step-source/', 'class-source/'],
  ['modeler/'],
  ['plan/', 'verify/', 'pictures/'],
  ['dump/'],
  ['testing/'],
  ['cli/'],
  // The front door: it shows what is inside, and nobody inside goes through it.
  ['index.ts'],
];

/**
 * The ways up a staircase: one file that imports one other from a higher floor, late, for one option of a call. An upgrade with
 * a backup takes a dump, and a dump stands on what an upgrade stands on: frozen versions, and the Schema. Whoever asks for
 * no backup loads none of it.
 */
const WAYS_UP: ReadonlyMap<string, string> = new Map([['boot/back-up.ts', 'dump/backups/take-backup.ts']]);

/** Comes with an application's driver without being listed: its types are known, at run time only one file may ask for it. */
const FROM_THE_DRIVER = '@mikro-orm/sql';
const ASKS_FOR_IT = 'mikro-orm/sql-exports.ts';

/** What only the command line may do with its process. */
const COMMAND_LINE = new Set(['argv', 'argv0', 'stdin', 'stdout', 'stderr', 'exit', 'exitCode', 'abort']);

/**
 * Lists what stands in the wrong place, one sentence for each; an empty list is a house in order.
 *
 * Imports of types count: what a file must know about, it stands upon.
 *
 * @param sources the text of each file, by its path below `lib/`.
 */
export function findViolations(sources: ReadonlyMap<string, string>, front: Front): string[] {
  const doors = new Set(['index.ts', ...doorsOf(front)]);
  const packages = Object.keys({ ...front.dependencies, ...front.peerDependencies });
  const violations: string[] = [];

  for (const [path, source] of sources) {
    const { imports, effects } = read(source);
    const floor = floorOf(path);
    if (floor < 0) violations.push(`${path} has no floor`);
    if (path.endsWith('index.ts') && !doors.has(path))
      violations.push(`${path} is no door: package.json does not export it`);

    for (const { name, isType, isLate } of imports) {
      if (name.startsWith('.')) {
        const target = normalize(join(dirname(path), name));
        if (!sources.has(target)) violations.push(`${path} imports ${name}, which is not in lib`);
        else if (floorOf(target) > floor && !(isLate && WAYS_UP.get(path) === target))
          violations.push(`${path} imports ${target} from a higher floor`);
      } else if (packageOf(name) === FROM_THE_DRIVER) {
        if (!isType && path !== ASKS_FOR_IT)
          violations.push(`${path} imports ${name} at run time, which an application need not list`);
      } else if (!name.startsWith('node:') && !packages.includes(packageOf(name))) {
        violations.push(`${path} imports ${name}, which an application need not have`);
      }
    }
    if (!path.startsWith('cli/'))
      for (const effect of effects) violations.push(`${path} uses ${effect} outside the cli`);
  }
  for (const door of doors)
    if (!sources.has(door) && door !== 'index.ts') violations.push(`package.json exports ${door}, which is not there`);
  return violations;
}

function floorOf(path: string): number {
  return FLOORS.findIndex(parts => parts.some(part => (part.endsWith('/') ? path.startsWith(part) : path === part)));
}

/** `@mikro-orm/core/fs-utils` is a part of `@mikro-orm/core`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** The source files behind the built ones that `exports` points to. */
function doorsOf({ exports = {} }: Front): string[] {
  const built = JSON.stringify(exports).matchAll(/"\.\/dist\/([^"]+?)\.js"/g);
  return [...built].map(([, path]) => `${path}.ts`);
}

interface Import {
  readonly name: string;
  /** Gone at run time. */
  readonly isType: boolean;
  /** Loaded when it is asked for. */
  readonly isLate: boolean;
}

type Node = Readonly<Record<string, unknown>>;

/** Everything a file imports, and everything of the command line's that it touches. */
function read(source: string): { imports: Import[]; effects: string[] } {
  const imports: Import[] = [];
  const effects: string[] = [];
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }));
  return { imports, effects };

  function visit(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    const name = importedBy(node);
    if (name !== undefined)
      imports.push({
        name,
        isType: node['typeOnly'] === true || node['type'] === 'TsImportType',
        isLate: node['type'] === 'CallExpression',
      });
    if (name === 'node:process' || name === 'node:console') effects.push(name);

    if (isMember(node)) {
      const { object, property } = node;
      if (nameOf(object) === 'process' && nameOf(property) !== undefined) {
        if (COMMAND_LINE.has(nameOf(property) ?? '')) effects.push(`process.${nameOf(property)}`);
        return;
      }
      if (nameOf(object) === 'globalThis') visit(property);
      visit(object);
      // `holder.process` is a name like any other.
      if (nameOf(property) === undefined) visit(property);
      return;
    }
    // The process under another name could be asked for anything.
    if (nameOf(node) === 'process' || nameOf(node) === 'console') effects.push(String(nameOf(node)));
    for (const key in node) {
      // Half of all objects of a tree say where a node stands in the text.
      if (key === 'span' || (key === 'key' && nameOf(node[key]) !== undefined)) continue;
      visit(node[key]);
    }
  }
}

function importedBy(node: Node): string | undefined {
  const dynamic = node['type'] === 'CallExpression' && (node['callee'] as Node)['type'] === 'Import';
  const written = dynamic
    ? (node['arguments'] as { expression: Node }[])[0]?.expression
    : (node['source'] ?? argumentOf(node));
  const literal = written as Node | undefined | null;
  return literal?.['type'] === 'StringLiteral' ? String(literal['value']) : undefined;
}

function argumentOf(node: Node): unknown {
  return node['type'] === 'TsImportType' ? node['argument'] : undefined;
}

function isMember(node: Node): node is { object: Node; property: Node } & Node {
  return node['type'] === 'MemberExpression';
}

function nameOf(value: unknown): string | undefined {
  const node = value as Node | null | undefined;
  return node?.['type'] === 'Identifier' ? String(node['value']) : undefined;
}
