import traverse, { type NodePath } from '@babel/traverse';
import MagicText from 'magic-string';
import { endOf, EVERYWHERE, parseCode, startOf, type ParsedCode } from './javascript.ts';

/** A package: its name and its exports. */
export type Package = readonly [name: string, exported: object];

/** Facts about code at run time that its text does not tell. */
interface NameContext {
  /** The packages that code may use, in the order in which they are asked. */
  readonly packages: readonly Package[];
  /** The class that a class extends. */
  readonly base?: { readonly name: string } | undefined;
  /** Returns how an export of a package is spelled. */
  readonly spell: (module: string, name: string) => string;
}

/** Code whose imported names are spelled in one way. */
interface ResolvedCode {
  readonly code: ParsedCode;
  /** The names in it that stand for exports of packages, or for the base. */
  readonly known: ReadonlySet<string>;
}

/**
 * Spells the names that code imports from packages in one way. Compilers of CommonJS write `core_1.Type`, `_core.Type` or
 * `(0, core_1.raw)(…)` for what the source calls `Type` and `raw`. Removes `__name(…)`, which only keeps the names of functions.
 *
 * The base is known by identity, so any name in its place is understood. Whether another `core_1` is MikroORM's follows from
 * its name, unless the base shows that it is another module.
 */
export function resolveNames(code: ParsedCode, context: NameContext): ResolvedCode {
  const out = new MagicText(code.text);
  const known = new Set<string>();
  const namespaces = namespacesOf(code, context);
  traverse(code.file, {
    Class: path => {
      const place = baseOf(path.node);
      if (!place || !isOutermost(path) || !context.base) return;
      const { name } = context.base;
      const own = context.packages.find(([, exported]) => Reflect.get(exported, name) === context.base);
      const local = own ? context.spell(own[0], name) : name;
      known.add(local);
      out.overwrite(startOf(place), endOf(place), local);
    },
    StaticBlock: ({ node: { body }, node }) => {
      const [only] = body;
      const isOfNames = only?.type === 'ExpressionStatement' && isKeptName(only.expression);
      if (body.length === 1 && isOfNames) out.remove(startOf(node), endOf(node));
    },
    CallExpression: ({ node, scope }) => {
      const [work] = node.arguments;
      if (!isKeptName(node) || work?.type === 'ThisExpression' || scope.hasBinding('__name')) return;
      out.remove(startOf(node), startOf(work)).remove(endOf(work), endOf(node));
    },
    Identifier: path => {
      if (!path.isReferencedIdentifier() || isBound(path, path.node.name) || isBase(path)) return;
      const namespace = namespaces(path.node.name);
      const member = namespace.length > 0 ? memberOf(path) : undefined;
      const name = member?.property ?? path.node.name;
      const packages = member ? namespace : context.packages;
      const found = packages.find(([, exported]) => Object.hasOwn(exported, name));
      if (!found || (!member && EVERYWHERE.has(name))) return;
      const local = context.spell(found[0], name);
      if (isBound(path, local)) return;
      known.add(local);
      const isShorthand = path.parent.type === 'ObjectProperty' && path.parent.shorthand && local !== name;
      const [start, end] = member?.place ?? [startOf(path.node), endOf(path.node)];
      out.overwrite(start, end, isShorthand ? `${name}: ${local}` : local);
    },
  });
  return { code: parseCode(out.toString().slice(1, -1)) ?? code, known };
}

/** What compilers call MikroORM's packages: `core_1`, `_core`, `import_core`. */
const NAMED_BY_COMPILERS =
  /^(?:(?:_|import_)(?<before>core|sql|sqlite|libsql|postgresql)\d*|(?<after>core|sql|sqlite|libsql|postgresql)_\d+)$/;

function stemOf(namespace: string): string | undefined {
  const { before, after } = NAMED_BY_COMPILERS.exec(namespace)?.groups ?? {};
  return before ?? after;
}

/** Returns which packages a namespace object may be, by its name. */
function namespacesOf({ file }: ParsedCode, { packages, base }: NameContext): (name: string) => readonly Package[] {
  let proven: string | undefined;
  let disproven: string | undefined;
  traverse(file, {
    Class: path => {
      const place = baseOf(path.node);
      if (place?.type !== 'MemberExpression' || place.object.type !== 'Identifier' || !base || !isOutermost(path))
        return;
      const name = place.property.type === 'Identifier' ? place.property.name : '';
      if (packages.some(([, exported]) => Reflect.get(exported, name) === base)) proven = place.object.name;
      else disproven = place.object.name;
    },
  });
  return name => {
    const stem = stemOf(name);
    const isOther = proven !== undefined && proven !== name && stemOf(proven) === stem;
    if (name !== proven && (name === disproven || stem === undefined || isOther)) return [];
    // Drivers export @mikro-orm/sql, which has its own `raw`.
    return stem === undefined || stem === 'core' ? packages : packages.toReversed();
  };
}

/** Returns what a class extends, if that is a name or a member of a namespace object. */
function baseOf({ superClass }: Extract<NodePath['node'], { type: 'ClassDeclaration' | 'ClassExpression' }>) {
  const isName = superClass?.type === 'Identifier';
  const isMember = superClass?.type === 'MemberExpression' && !superClass.computed;
  return isName || (isMember && superClass.object.type === 'Identifier') ? superClass : undefined;
}

function isOutermost(path: NodePath): boolean {
  return path.parent.type === 'ExpressionStatement' && path.parentPath?.parent.type === 'Program';
}

function isBase(path: NodePath): boolean {
  const place = path.parent.type === 'MemberExpression' ? path.parentPath : path;
  return place?.key === 'superClass' && place.parentPath !== null && isOutermost(place.parentPath);
}

function isBound({ scope }: NodePath, name: string): boolean {
  return scope.hasBinding(name, { noGlobals: true });
}

/** Returns the member of a namespace object that is read, and the place of all that a compiler writes for it. */
function memberOf(path: NodePath) {
  const { parent: node, parentPath } = path;
  if (node.type !== 'MemberExpression' || path.key !== 'object' || node.computed) return undefined;
  if (node.property.type !== 'Identifier' || !parentPath || isWritten(parentPath)) return undefined;
  const around = parentPath.parent;
  // (0, core_1.raw)(…) calls a function without `this`.
  const isCall = around.type === 'SequenceExpression' && around.expressions.length === 2;
  const start = isCall && around.expressions[0]?.type === 'NumericLiteral' ? around.extra?.['parenStart'] : undefined;
  const isBracketed = typeof start === 'number';
  const place = [isBracketed ? start : startOf(node), isBracketed ? textEnd(path, endOf(node)) : endOf(node)] as const;
  return { property: node.property.name, place };
}

/** Returns where the bracket after a position ends. */
function textEnd(path: NodePath, after: number): number {
  const tokens = (path.scope.getProgramParent().path.parent as ParsedCode['file']).tokens ?? [];
  return tokens.find(token => token.start >= after && token.end - token.start === 1)?.end ?? after;
}

function isWritten({ parent, key }: NodePath): boolean {
  return (
    (parent.type === 'AssignmentExpression' && key === 'left') ||
    parent.type === 'UpdateExpression' ||
    (parent.type === 'UnaryExpression' && parent.operator === 'delete')
  );
}

/** Tells whether an expression is `__name(work, 'name')`, which esbuild writes. */
function isKeptName(node: NodePath['node']): boolean {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name === '__name' &&
    node.arguments.length === 2
  );
}
