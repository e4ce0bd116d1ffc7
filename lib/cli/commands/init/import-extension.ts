/** How files of a project name each other: `./animal.ts`, `./animal.js`, `./animal`. */
export type ImportExtension = '.ts' | '.js' | '';

/** The options of TypeScript that decide which names it takes, as `tsc --showConfig` writes them. */
export interface CompilerOptions {
  readonly module?: string;
  readonly moduleResolution?: string;
  readonly allowImportingTsExtensions?: boolean;
  readonly rewriteRelativeImportExtensions?: boolean;
  readonly noEmit?: boolean;
}

/** What decides how the files that `init` writes name each other. */
export interface ImportRules {
  /** How the files that are there do it, if one was found that names another. */
  readonly named: ImportExtension | undefined;
  /** `undefined` where the project has no TypeScript, or no tsconfig. */
  readonly compiler: CompilerOptions | undefined;
  /** Whether the project's files are ES modules by its package.json. */
  readonly isModule: boolean;
  /** Whether Node.js itself reads the TypeScript: it maps no name to another. */
  readonly isReadByNode: boolean;
}

const ALL: readonly ImportExtension[] = ['.ts', '.js', ''];

/**
 * Chooses how files name each other, so that both the project's compiler and its loader take it. Pure.
 *
 * @returns `undefined` if they have no name in common
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
  // import() needs the whole name under this resolution, also in CommonJS. Node.js runs emitted ES modules, and needs it too.
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
