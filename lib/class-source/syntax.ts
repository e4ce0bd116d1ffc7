import { parse, type ParserOptions } from '@babel/parser';
import traverse, { type NodePath, type Scope, type Visitor } from '@babel/traverse';
import { endOf, startOf } from '../source-code/javascript.ts';
import { UsageError } from './usage-error.ts';

export { endOf, startOf };

/** Anything that code consists of. */
export type Syntax = NodePath['node'];
export type SyntaxOf<Type extends Syntax['type']> = Extract<Syntax, { readonly type: Type }>;
export type Expression = Extract<SyntaxOf<'ReturnStatement'>['argument'], Syntax>;

/** A file of TypeScript that was parsed. */
export interface ParsedSource {
  readonly text: string;
  /** What errors call it. */
  readonly path: string;
  readonly file: SyntaxOf<'File'>;
}

/** Decorators of old, that parameters may have too, and those of the language. */
const DECORATORS = ['decorators-legacy', 'decorators'] as const;
const CONFLICT_MARKER = /^<{7}(?: .*)?$/m;

/**
 * Parses TypeScript.
 *
 * @param path what errors call the file
 */
export function parseSource(text: string, path = 'the file'): ParsedSource {
  const marker = CONFLICT_MARKER.exec(text);
  if (marker) {
    const line = text.slice(0, marker.index).split('\n').length;
    throw new UsageError(
      `${path}:${line} has the markers of a merge: if two branches made the same version, run dejavu renumber, or else resolve it first`,
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
  throw new UsageError(`${path}${at} does not parse: ${reason}: mend it first`, { cause: failure });
}

/** Tells whether a merge left its markers in a text. */
export function hasConflict(text: string): boolean {
  return CONFLICT_MARKER.test(text);
}

/** What is wrong with a part of a file, with its place as editors count. */
export function problemAt({ path }: ParsedSource, { loc }: Syntax, problem: string): UsageError {
  return new UsageError(`${path}:${loc ? `${loc.start.line}:${loc.start.column + 1}` : '1:1'} ${problem}`);
}

/** The parts of some kinds that a file consists of, in their order. */
export function partsOf<Type extends Syntax['type']>(source: ParsedSource, ...types: Type[]): SyntaxOf<Type>[] {
  const isMeant = (node: Syntax): node is SyntaxOf<Type> => (types as string[]).includes(node.type);
  return walk(source).nodes.filter(isMeant);
}

/** What a file consists of. */
interface Walked {
  readonly nodes: Syntax[];
  /** The names that it declares, wherever, and those it takes from nowhere. */
  scope: Scope;
  /** Where it uses names that mean what they mean at its top; `isShorthand` is a use that is a property as well. */
  readonly uses: (Pick<Syntax, 'start' | 'end'> & { readonly name: string; readonly isShorthand: boolean })[];
}

const WALKED = new WeakMap<ParsedSource, Walked>();

/** Goes through a file once, whoever asks. */
export function walk(source: ParsedSource): Walked {
  const walked: Walked = WALKED.get(source) ?? { nodes: [], uses: [], scope: undefined as never };
  if (!WALKED.has(source)) traverse(source.file, VISITOR, undefined, walked);
  WALKED.set(source, walked);
  return walked;
}

// One object for all files: it is prepared the first time.
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
    // A name with a type after it is as long as both.
    uses.push({ name, isShorthand, start: startOf(node), end: startOf(node) + name.length });
  },
};

/** A value without what only the compiler is told of it, and without its parentheses. */
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

/** The imports of a file. */
export function importsOf({ file }: ParsedSource): ImportSyntax[] {
  return file.program.body.filter(node => node.type === 'ImportDeclaration');
}

/** What stands in the braces of an import. */
export function namedIn({ specifiers }: ImportSyntax): SyntaxOf<'ImportSpecifier'>[] {
  return specifiers.filter(node => node.type === 'ImportSpecifier');
}

/** The names in braces that a file takes from others, and what it calls them. */
export function importedNames(source: ParsedSource) {
  return importsOf(source).flatMap(declaration =>
    namedIn(declaration).map(({ imported, local, importKind }) => ({
      module: declaration.source.value,
      imported: imported.type === 'Identifier' ? imported.name : imported.value,
      local: local.name,
      isType: declaration.importKind === 'type' || importKind === 'type',
    })),
  );
}

/** What a file calls everything that a module exports, `* as dejavu`. */
export function namespaceOf(source: ParsedSource, module: string): string | undefined {
  const own = importsOf(source).filter(declaration => declaration.source.value === module);
  return own.flatMap(({ specifiers }) => specifiers).find(({ type }) => type === 'ImportNamespaceSpecifier')?.local
    .name;
}
