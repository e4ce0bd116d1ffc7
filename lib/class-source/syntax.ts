import { parse, type ParserOptions } from '@babel/parser';
import traverse, { type NodePath, type Scope, type Visitor } from '@babel/traverse';
import { endOf, startOf } from '../source-code/javascript.ts';
import { requiredNames, requiredWhole, requiresOf } from './requires.ts';
import { UsageError } from './usage-error.ts';

export { endOf, startOf };

/** A node of the syntax tree. */
export type Syntax = NodePath['node'];
export type SyntaxOf<Type extends Syntax['type']> = Extract<Syntax, { readonly type: Type }>;
export type Expression = Extract<SyntaxOf<'ReturnStatement'>['argument'], Syntax>;

/** A parsed TypeScript file. */
export interface ParsedSource {
  readonly text: string;
  /** The name of the file in errors. */
  readonly path: string;
  readonly file: SyntaxOf<'File'>;
}

/** The decorators of TypeScript, which parameters may have too, and those of the language. */
const DECORATORS = ['decorators-legacy', 'decorators'] as const;
const CONFLICT_MARKER = /^<{7}(?: .*)?$/m;

/**
 * Parses TypeScript.
 *
 * @param path the name of the file in errors
 */
export function parseSource(text: string, path = 'the file'): ParsedSource {
  const marker = CONFLICT_MARKER.exec(text);
  if (marker) {
    const line = text.slice(0, marker.index).split('\n').length;
    throw new UsageError(
      `${path}:${line} contains conflict markers. If two branches added the same version, run npx dejavu renumber. Otherwise resolve the conflict first.`,
    );
  }
  const failures: unknown[] = [];
  for (const decorators of DECORATORS) {
    const plugins: ParserOptions['plugins'] = ['typescript', decorators, 'decoratorAutoAccessors'];
    try {
      return { text, path, file: parse(text, { sourceType: 'module', plugins }) };
    } catch (error) {
      failures.push(error);
    }
  }
  const [failure] = failures as (Error & { loc?: { line: number; column: number } })[];
  const reason = String(failure?.message).replace(/\.? \(\d+:\d+\)$/, '');
  const at = failure?.loc ? `:${failure.loc.line}:${failure.loc.column + 1}` : '';
  throw new UsageError(`${path}${at} does not parse: ${reason}. Fix this first.`, { cause: failure });
}

/** Tells whether a text contains conflict markers. */
export function hasConflict(text: string): boolean {
  return CONFLICT_MARKER.test(text);
}

/** Makes an error about a part of a file, with its line and column as editors count them. */
export function problemAt({ path }: ParsedSource, { loc }: Syntax, problem: string): UsageError {
  return new UsageError(`${path}:${loc ? `${loc.start.line}:${loc.start.column + 1}` : '1:1'} ${problem}`);
}

/** Returns the nodes of some types, in the order of the file. */
export function partsOf<Type extends Syntax['type']>(source: ParsedSource, ...types: Type[]): SyntaxOf<Type>[] {
  const isMeant = (node: Syntax): node is SyntaxOf<Type> => (types as string[]).includes(node.type);
  return walk(source).nodes.filter(isMeant);
}

/** The contents of a file. */
interface Walked {
  readonly nodes: Syntax[];
  /** The scope of the file: the names it declares anywhere, and the free names. */
  scope: Scope;
  /** Uses of top-level names; `isShorthand` marks a use that is a property too. */
  readonly uses: (Pick<Syntax, 'start' | 'end'> & { readonly name: string; readonly isShorthand: boolean })[];
}

const WALKED = new WeakMap<ParsedSource, Walked>();

/** Walks through a file once, for all callers. */
export function walk(source: ParsedSource): Walked {
  const walked: Walked = WALKED.get(source) ?? { nodes: [], uses: [], scope: undefined as never };
  if (!WALKED.has(source)) traverse(source.file, VISITOR, undefined, walked);
  WALKED.set(source, walked);
  return walked;
}

// One object for all files, because Babel prepares it at the first use.
const VISITOR: Visitor<Walked> = {
  enter({ node, scope }, walked) {
    walked.scope ??= scope;
    walked.nodes.push(node);
  },
  ReferencedIdentifier({ node, key, parent, scope }, { uses }) {
    const { name } = node;
    const isInner = typeof name === 'string' && scope.getBinding(name)?.scope.path.isProgram() === false;
    if (typeof name !== 'string' || isInner || (parent.type === 'TSQualifiedName' && key === 'right')) return;
    const isShorthand = parent.type === 'ObjectProperty' && parent.shorthand;
    // The node of a name with a type includes the type.
    uses.push({ name, isShorthand, start: startOf(node), end: startOf(node) + name.length });
  },
};

/** Removes types and parentheses around an expression. */
export function unwrap(node: Expression): Expression {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return unwrap(node.expression);
    default:
      return node;
  }
}

export type ImportSyntax = SyntaxOf<'ImportDeclaration'>;

/** Returns the imports of a file. */
export function importsOf({ file }: ParsedSource): ImportSyntax[] {
  return file.program.body.filter(node => node.type === 'ImportDeclaration');
}

/** Lists the modules that a file imports or requires, as written. */
export function modulesOf(source: ParsedSource): string[] {
  return [
    ...importsOf(source).map(({ source: { value } }) => value),
    ...requiresOf(source).map(({ module }) => module),
  ];
}

/** Returns the names in the braces of an import. */
export function namedIn({ specifiers }: ImportSyntax): SyntaxOf<'ImportSpecifier'>[] {
  return specifiers.filter(node => node.type === 'ImportSpecifier');
}

/** Lists the imported names in braces, and their local names. */
export function importedNames(source: ParsedSource) {
  const known = importsOf(source).flatMap(declaration =>
    namedIn(declaration).map(({ imported, local, importKind }) => ({
      module: declaration.source.value,
      imported: imported.type === 'Identifier' ? imported.name : imported.value,
      local: local.name,
      isType: declaration.importKind === 'type' || importKind === 'type',
    })),
  );
  return [...known, ...requiredNames(source)];
}

/** Returns the local name of a namespace import, `* as dejavu`. */
export function namespaceOf(source: ParsedSource, module: string): string | undefined {
  const own = importsOf(source).filter(declaration => declaration.source.value === module);
  const all = own.flatMap(({ specifiers }) => specifiers).find(({ type }) => type === 'ImportNamespaceSpecifier');
  return all?.local.name ?? requiredWhole(source).find(required => required.module === module)?.local;
}
