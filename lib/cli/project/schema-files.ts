import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SchemaDefinitionError } from '../../errors.ts';
import { extensionIn } from '../../version-file/version-lines.ts';
import { readSchemaSource, type ClassPlace, type SchemaSource } from '../../class-source/schema-source.ts';
import { parseSource } from '../../class-source/syntax.ts';
import { UsageError } from '../exit-codes.ts';
import { nameOfFile } from './file-changes.ts';
import type { MadeSchema } from './project-schemas.ts';

/** The files of a project in which a Schema and its frozen versions are written. */
export interface SchemaFiles {
  /** The file of the class, absolute. */
  readonly path: string;
  readonly text: string;
  readonly place: ClassPlace;
  readonly source: SchemaSource;
  /** `versions/index.ts`; its text is `undefined` if it is not there. */
  readonly index: { readonly path: string; readonly text: string | undefined };
  /** How version files name each other: `.ts` as a rule. */
  readonly extension: string;
}

/**
 * Finds where a Schema is written: the file of its class, and the folder of its versions, which is the one that it imports
 * them from, or else `versions/` beside it.
 */
export function findFiles({ schema, location }: MadeSchema): SchemaFiles {
  const className = schema.constructor.name;
  return readFiles(findDefinition(resolve(location.path), className), className);
}

/**
 * Reads the files of a Schema by that of its class.
 *
 * @param text what that file says; by default what is in it
 */
export function readFiles(path: string, className: string, text = readFileSync(path, 'utf8')): SchemaFiles {
  const name = nameOfFile(path);
  if (!/\.[cm]?ts$/.test(path)) {
    throw new UsageError(`${name} is no TypeScript: a step is written in the source of the class, so name that file`);
  }
  const place: ClassPlace = { path: name, className };
  const source = readSchemaSource(text, place);
  const { versionsModule = './versions/index.ts' } = source;
  if (source.hasVersions && source.versionsModule === undefined) {
    throw new SchemaDefinitionError(
      `versions of ${className} is imported from no file: keep it in ./versions/index.ts, and import it from there`,
      { guid: source.guid },
    );
  }
  const found = resolveImport(path, versionsModule) ?? intendedFile(path, versionsModule);
  if (found === undefined) {
    throw new UsageError(`${name} imports versions from '${versionsModule}', which is no file beside it`);
  }
  const index = { path: found, text: existsSync(found) ? readFileSync(found, 'utf8') : undefined };
  return { path, text, place, source, index, extension: extensionIn(index.text) ?? source.importExtension ?? '.ts' };
}

/** The file of one version. */
export function versionFile({ index }: Pick<SchemaFiles, 'index'>, version: number): string {
  return join(dirname(index.path), `${version}.ts`);
}

const NAME_THE_FILE = 'name the file where it is written, with --schema path#Export or in package.json';

/**
 * Finds the file in which a class is written, starting from one that exports it or uses it and following its relative
 * imports, the nearest first.
 *
 * @param className the class's own name, whatever it is exported as
 */
export function findDefinition(start: string, className: string): string {
  const seen = new Set([start]);
  for (let near = [start]; near.length > 0;) {
    const files = near.map(path => ({ path, ...readOutline(path) }));
    const found = files.filter(({ classes }) => classes.includes(className)).map(({ path }) => path);
    const [only, other] = found;
    if (only !== undefined && other === undefined) return only;
    if (only !== undefined)
      throw new UsageError(`${found.map(nameOfFile).join(' and ')} both have a class ${className}: ${NAME_THE_FILE}`);
    const further = files.flatMap(({ path, imports }) => imports.map(specifier => resolveImport(path, specifier)));
    near = [...new Set(further)].filter(
      (path): path is string => path !== undefined && !seen.has(path) && /\.[cm]?[jt]s$/.test(path),
    );
    for (const path of near) seen.add(path);
  }
  throw new UsageError(
    `${nameOfFile(start)} has no class ${className}, and takes it from no file that could be followed to: ${NAME_THE_FILE}`,
  );
}

/** The classes a file has at its top, and what it imports or passes on. */
function readOutline(path: string): { readonly classes: readonly string[]; readonly imports: readonly string[] } {
  const classes: string[] = [];
  const imports: string[] = [];
  for (const statement of parseSource(readFileSync(path, 'utf8'), nameOfFile(path)).file.program.body) {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declared = isExport ? statement.declaration : statement;
    // What `constructor.name` answers for `export default class extends Schema`.
    if (declared?.type === 'ClassDeclaration') classes.push(declared.id?.name ?? 'default');
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) {
      if (id.type === 'Identifier' && init?.type === 'ClassExpression') classes.push(init.id?.name ?? id.name);
    }
  }
  return { classes, imports };
}

const ENDINGS = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

/**
 * Finds the file that a relative import means: `./zoo.ts`, `./zoo` for those who leave the ending out, and `./zoo.js` for
 * those who write what a compiler will make of it.
 *
 * @returns `undefined` for a package, an alias, or a file that is not there
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  const candidates = [asSource(path), ...ENDINGS.map(ending => path + ending)];
  return candidates.find(file => existsSync(file) && statSync(file).isFile());
}

/** The file that a relative import will mean once it is written; `undefined` for a package, or an alias. */
export function intendedFile(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const path = asSource(resolve(dirname(from), specifier));
  if (/\.[cm]?ts$/.test(path)) return path;
  return basename(path) === 'index' ? `${path}.ts` : join(path, 'index.ts');
}

/** What a compiler makes `zoo.js` of. */
function asSource(path: string): string {
  return path.replace(/\.([cm]?)js$/, '.$1ts');
}
