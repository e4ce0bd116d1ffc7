import { readFileSync } from 'node:fs';
import { parseSource } from '../class-source/syntax.ts';
import { UsageError } from '../usage.ts';
import { resolveImport } from './resolve-import.ts';
import { nameOfFile } from './name-of-file.ts';

/**
 * Finds the file in which a class is written, starting from one that exports it or uses it and following its relative
 * imports, the nearest first.
 *
 * @param className the class's own name, whatever it is exported as
 * @throws UsageError if no file has it, or several that are equally near
 */
export function findDefinition(start: string, className: string): string {
  const seen = new Set([start]);
  for (let near = [start]; near.length > 0;) {
    const files = near.map(path => ({ path, ...readOutline(path) }));
    const found = files.filter(({ classes }) => classes.includes(className)).map(({ path }) => path);
    const [only, other] = found;
    if (only !== undefined && other === undefined) return only;
    if (only !== undefined) throw new UsageError(`${names(found)} both have a class ${className}: ${nameTheFile}`);
    const further = files.flatMap(({ path, imports }) => imports.map(specifier => resolveImport(path, specifier)));
    near = [...new Set(further)].filter(
      (path): path is string => path !== undefined && !seen.has(path) && /\.[cm]?[jt]s$/.test(path),
    );
    for (const path of near) seen.add(path);
  }
  throw new UsageError(
    `${names([start])} has no class ${className}, and takes it from no file that could be followed to: ${nameTheFile}`,
  );
}

const nameTheFile = 'name the file where it is written, with --schema path#Export or in package.json';

function names(paths: readonly string[]): string {
  return paths.map(nameOfFile).join(' and ');
}

/** The classes a file has at its top, and what it imports or passes on. */
function readOutline(path: string): { readonly classes: readonly string[]; readonly imports: readonly string[] } {
  const classes: string[] = [];
  const imports: string[] = [];
  for (const statement of parseSource(readFileSync(path, 'utf8'), nameOfFile(path)).file.program.body) {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declared = isExport ? statement.declaration : statement;
    // what `constructor.name` answers for `export default class extends Schema`
    if (declared?.type === 'ClassDeclaration') classes.push(declared.id?.name ?? 'default');
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) {
      if (id.type === 'Identifier' && init?.type === 'ClassExpression') classes.push(init.id?.name ?? id.name);
    }
  }
  return { classes, imports };
}
