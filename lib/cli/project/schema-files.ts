import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { SchemaDefinitionError } from '../../errors.ts';
import { extensionIn } from '../../version-file/version-lines.ts';
import { readSchemaSource, type ClassPlace, type SchemaSource } from '../../class-source/read-schema-class.ts';
import { isJavaScript } from '../../class-source/source-style.ts';
import { requiresOf } from '../../class-source/requires.ts';
import { parseSource } from '../../class-source/syntax.ts';
import { UsageError } from '../exit-codes.ts';
import { nameOfFile } from './file-changes.ts';
import { assertSource, javaScriptEnding } from './javascript-files.ts';
import type { MadeSchema } from './project-schemas.ts';

/** The files that contain a Schema and its frozen versions. */
export interface SchemaFiles {
  /** The file of the class, as an absolute path. */
  readonly path: string;
  readonly text: string;
  readonly place: ClassPlace;
  readonly source: SchemaSource;
  /** Whether the files are TypeScript. */
  readonly hasTypes: boolean;
  /** `versions/index.ts`. Its text is `undefined` if it does not exist. */
  readonly index: { readonly path: string; readonly text: string | undefined };
  /** The file ending in imports of version files, usually `.ts`. */
  readonly extension: string;
}

/**
 * Finds the files of a Schema: the file of its class, and the folder of its versions, from which the class imports them, or
 * else `versions/` next to it.
 */
export function findFiles({ schema, location }: MadeSchema): SchemaFiles {
  const className = schema.constructor.name;
  return readFiles(findDefinition(resolve(location.path), className), className);
}

/**
 * Reads the files of a Schema, starting from the file of its class.
 *
 * @param text the text of that file; read from it by default
 */
export function readFiles(path: string, className: string, text = readFileSync(path, 'utf8')): SchemaFiles {
  const name = nameOfFile(path);
  assertSource(path, text);
  const place: ClassPlace = { path: name, className };
  const source = readSchemaSource(text, place);
  const isScript = isJavaScript(path);
  const { versionsModule = `./versions/index${isScript ? javaScriptEnding(path) : '.ts'}` } = source;
  if (source.hasVersions && source.versionsModule === undefined) {
    throw new SchemaDefinitionError(
      `${name}: the versions of ${className} are not imported from a file. Keep them in ./versions/index.ts, and import them from there.`,
      { guid: source.guid },
    );
  }
  const found = resolveImport(path, versionsModule) ?? intendedFile(path, versionsModule);
  if (found === undefined) {
    throw new UsageError(`${name} imports versions from '${versionsModule}', which is not a file in the project.`);
  }
  const index = { path: found, text: existsSync(found) ? readFileSync(found, 'utf8') : undefined };
  const extension = extensionIn(index.text) ?? (isScript ? extname(found) : (source.importExtension ?? '.ts'));
  return { path, text, place, source, hasTypes: !isScript, index, extension };
}

/** Returns the file of one version. */
export function versionFile(files: Pick<SchemaFiles, 'index' | 'hasTypes' | 'extension'>, version: number): string {
  return join(dirname(files.index.path), `${version}${files.hasTypes ? '.ts' : files.extension}`);
}

const NAME_THE_FILE = 'Name the file of the class, with --schema path#Export or in package.json.';

/**
 * Finds the file that contains a class, starting from a file that exports or uses it and following relative imports, the
 * nearest first.
 *
 * @param className the name of the class itself, not of its export
 */
export function findDefinition(start: string, className: string): string {
  const seen = new Set([start]);
  for (let near = [start]; near.length > 0;) {
    const files = near.map(path => ({ path, ...readOutline(path) }));
    const found = files.filter(({ classes }) => classes.includes(className)).map(({ path }) => path);
    const [only, other] = found;
    if (only !== undefined && other === undefined) return only;
    if (only !== undefined)
      throw new UsageError(
        `${found.map(nameOfFile).join(' and ')} both contain a class ${className}. ${NAME_THE_FILE}`,
      );
    const further = files.flatMap(({ path, imports }) => imports.map(specifier => resolveImport(path, specifier)));
    near = [...new Set(further)].filter(
      (path): path is string => path !== undefined && !seen.has(path) && /\.[cm]?[jt]s$/.test(path),
    );
    for (const path of near) seen.add(path);
  }
  throw new UsageError(
    `${nameOfFile(start)} does not contain class ${className}, and no relative import leads to it. ${NAME_THE_FILE}`,
  );
}

/** The top-level classes of a file, and its imports and re-exports. */
function readOutline(path: string): { readonly classes: readonly string[]; readonly imports: readonly string[] } {
  const classes: string[] = [];
  const imports: string[] = [];
  const { file } = parseSource(readFileSync(path, 'utf8'), nameOfFile(path));
  imports.push(...requiresOf({ file }).map(({ module }) => module));
  for (const statement of file.program.body) {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declared = isExport ? statement.declaration : statement;
    // The `constructor.name` of `export default class extends Schema`.
    if (declared?.type === 'ClassDeclaration') classes.push(declared.id?.name ?? 'default');
    const exported = declared?.type === 'ExpressionStatement' && declared.expression;
    if (exported && exported.type === 'AssignmentExpression' && exported.right.type === 'ClassExpression') {
      classes.push(exported.right.id?.name ?? 'default');
    }
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) {
      if (id.type === 'Identifier' && init?.type === 'ClassExpression') classes.push(init.id?.name ?? id.name);
    }
  }
  return { classes, imports };
}

const ENDINGS = ['', '.ts', '.mts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js', '/index.mjs'];

/**
 * Finds the file of a relative import: `./zoo.ts`, `./zoo` without an ending, and `./zoo.js` named as the compiler's output.
 *
 * @returns `undefined` for a package, an alias, or a file that does not exist
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  const candidates = [asSource(path), ...ENDINGS.map(ending => path + ending)];
  return candidates.find(file => existsSync(file) && statSync(file).isFile());
}

/** Returns the file of a relative import, which need not exist; `undefined` for a package or an alias. */
export function intendedFile(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const named = resolve(dirname(from), specifier);
  if (isJavaScript(from)) return isJavaScript(named) ? named : join(named, `index${javaScriptEnding(from)}`);
  const path = asSource(named);
  if (/\.[cm]?ts$/.test(path)) return path;
  return basename(path) === 'index' ? `${path}.ts` : join(path, 'index.ts');
}

/** Returns the sources that a compiler turns into `zoo.js`. */
function asSource(path: string): string {
  return path.replace(/\.([cm]?)js$/, '.$1ts');
}
