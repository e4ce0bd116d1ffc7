import { basename, dirname, join, normalize } from 'node:path/posix';
import { parseSync, type ModuleItem } from '@swc/core';

/** Files of the library or of what uses it, each text by its path from the repository's root. */
export type Sources = ReadonlyMap<string, string>;

/** Folders of parallel rooms: a name may stand once in each. */
const ROOMS = /^lib\/dialects\/(\w+)\//;

/** Lists folders with more files than a person takes in at a glance. */
export function crowdedFolders(paths: Iterable<string>, most: number): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > most).map(([folder, count]) => `${folder} holds ${count} files`);
}

/** Lists files that stand deeper below `lib/` than `most` folders. */
export function deepFiles(paths: Iterable<string>, most: number): string[] {
  return [...paths].filter(path => path.split('/').length - 2 > most);
}

/** Lists basenames that two files share, but for the parallel names of the dialect rooms and the doors. */
export function sharedBasenames(paths: Iterable<string>): string[] {
  const files = groupBy([...paths], path => basename(path));
  return [...files]
    .filter(([name, where]) => name !== 'index.ts' && where.length > 1 && !areParallel(where))
    .map(([name, where]) => `${name} stands in ${where.join(' and ')}`);
}

function areParallel(paths: readonly string[]): boolean {
  const rooms = paths.map(path => ROOMS.exec(path)?.[1]);
  return rooms.every(room => room !== undefined) && new Set(rooms).size === paths.length;
}

/** Lists names of types and classes that two files of the library declare, exported or not. */
export function typesWithTwoMeanings(sources: Sources): string[] {
  const declared = [...sources].flatMap(([path, source]) => declarationsOf(source).types.map(name => ({ name, path })));
  return [...groupBy(declared, ({ name }) => name)]
    .filter(([, where]) => where.length > 1)
    .map(([name, where]) => `${name} means something in ${where.map(({ path }) => path).join(' and in ')}`);
}

/**
 * Lists exports of the library that no other file imports.
 *
 * @param users - the files beside the library that may import from it: specs, benches, examples
 */
export function exportsWithoutImporter(library: Sources, users: Sources): string[] {
  // Parsing takes longest, and who imports from the library names its folder.
  const importing = [...users].filter(([, source]) => source.includes('lib/'));
  const imported = new Set([...library, ...importing].flatMap(([path, source]) => importsOf(path, source)));
  return [...library].flatMap(([path, source]) =>
    declarationsOf(source)
      .exported.filter(name => !imported.has(`${path}#${name}`) && !imported.has(`${path}#*`))
      .map(name => `${path} exports ${name}, which no file imports`),
  );
}

/** Lists files outside the dialect rooms that ask for a dialect by its name. */
export function dialectsByName(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => !path.startsWith('lib/dialects/'))
    .filter(([, source]) => /dialect\.name\b|\b(name|dialect) (===|!==) '(sqlite|postgresql)'/.test(source))
    .map(([path]) => `${path} asks for a dialect by name`);
}

interface Declarations {
  readonly exported: readonly string[];
  readonly types: readonly string[];
}

const TYPES = new Set(['TsInterfaceDeclaration', 'TsTypeAliasDeclaration', 'ClassDeclaration']);

function declarationsOf(source: string): Declarations {
  const exported: string[] = [];
  const types: string[] = [];
  for (const item of bodyOf(source)) {
    const declaration = (item.type === 'ExportDeclaration' ? item.declaration : item) as unknown as Node;
    const names = namesOf(declaration);
    if (TYPES.has(String(declaration['type']))) types.push(...names);
    if (item.type === 'ExportDeclaration') exported.push(...names);
  }
  return { exported, types };
}

/** `file#name` for each name that a file imports or passes on, `file#*` for a whole module. */
function importsOf(path: string, source: string): string[] {
  const at = (module: string, name: string) => `${normalize(join(dirname(path), module))}#${name}`;
  const whole = [...source.matchAll(/import\('(\.[^']+)'\)/g)].map(([, module = '']) => at(module, '*'));
  const listed = bodyOf(source).flatMap(item => {
    if (item.type === 'ExportAllDeclaration') return [at(item.source.value, '*')];
    if (item.type !== 'ImportDeclaration' && item.type !== 'ExportNamedDeclaration') return [];
    const module = item.source?.value;
    if (module === undefined) return [];
    return (item.specifiers as unknown as Node[]).map(specifier => at(module, importedName(specifier)));
  });
  return [...whole, ...listed];
}

type Node = Readonly<Record<string, unknown>>;

function importedName(specifier: Node): string {
  if (String(specifier['type']).endsWith('NamespaceSpecifier')) return '*';
  const name = specifier['imported'] ?? specifier['orig'] ?? specifier['local'];
  return String((name as Node)['value']);
}

function namesOf(declaration: Node): string[] {
  const declared = declaration['declarations'] as { id: Node }[] | undefined;
  if (declared) return declared.map(({ id }) => String(id['value']));
  const name = (declaration['identifier'] ?? declaration['id']) as Node | undefined;
  return name ? [String(name['value'])] : [];
}

/** What was parsed, by the text: several counts are taken of the same files. */
const parsed = new Map<string, ModuleItem[]>();

function bodyOf(source: string): ModuleItem[] {
  const body = parsed.get(source) ?? parseSync(source, { syntax: 'typescript', target: 'es2024' }).body;
  parsed.set(source, body);
  return body;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
