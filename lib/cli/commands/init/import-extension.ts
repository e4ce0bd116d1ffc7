/** The file ending in imports of a project: `./animal.ts`, `./animal.js`, `./animal`. */
export type ImportExtension = '.ts' | '.js' | '';

/** The compiler options that decide how new files are written, as `tsc --showConfig` prints them. */
export interface CompilerOptions {
  readonly module?: string;
  readonly moduleResolution?: string;
  readonly allowImportingTsExtensions?: boolean;
  readonly rewriteRelativeImportExtensions?: boolean;
  readonly noEmit?: boolean;
  readonly experimentalDecorators?: boolean;
}

/** The facts that decide the file ending in imports that `init` writes. */
export interface ImportRules {
  /** The ending in existing imports, if there are any. */
  readonly named: ImportExtension | undefined;
  /** `undefined` if the project has no TypeScript, or no tsconfig. */
  readonly compiler: CompilerOptions | undefined;
  /** Whether the project's files are ES modules by its package.json. */
  readonly isModule: boolean;
  /** Whether Node.js itself imports the TypeScript. Node.js does not replace file endings. */
  readonly isReadByNode: boolean;
}

const ALL: readonly ImportExtension[] = ['.ts', '.js', ''];

/**
 * Chooses a file ending for imports that both the project's compiler and its loader accept. Pure.
 *
 * @returns `undefined` if there is none
 */
export function importExtension(rules: ImportRules): ImportExtension | undefined {
  const { named } = rules;
  const preferred = named === undefined ? preferredBy(rules) : [named, ...preferredBy(rules)];
  return preferred.find(extension => compiles(extension, rules) && loads(extension, rules));
}

function preferredBy({ compiler, isModule }: ImportRules): readonly ImportExtension[] {
  if (!compiler || takesTs(compiler)) return ALL;
  return isModule || isNodeResolution(compiler) ? ['.js', '', '.ts'] : ['', '.js', '.ts'];
}

function compiles(extension: ImportExtension, { compiler, isModule }: ImportRules): boolean {
  if (!compiler) return true;
  if (extension === '.ts') return takesTs(compiler);
  if (extension === '.js') return true;
  // import() needs the whole file name under this resolution, also in CommonJS. So does Node.js for emitted ES modules.
  return !isNodeResolution(compiler) && (!isModule || compiler.noEmit === true);
}

function loads(extension: ImportExtension, { isReadByNode }: ImportRules): boolean {
  return extension === '.ts' || !isReadByNode;
}

function takesTs({ allowImportingTsExtensions, rewriteRelativeImportExtensions }: CompilerOptions): boolean {
  return allowImportingTsExtensions === true || rewriteRelativeImportExtensions === true;
}

function isNodeResolution({ module = '', moduleResolution = '' }: CompilerOptions): boolean {
  return /^node(?:16|18|2\d|next)$/i.test(moduleResolution === '' ? module : moduleResolution);
}
