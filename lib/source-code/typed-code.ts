import traverse, { type NodePath } from '@babel/traverse';
import MagicText from 'magic-string';
import { endOf, parseCode, startOf, type ParsedCode } from './javascript.ts';

type FunctionNode = Extract<
  NodePath['node'],
  { type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'ClassMethod' }
>;
type Parameter = FunctionNode['params'][number];

/** Adds the type `any` to the parameters of every function, because strict TypeScript requires a type. */
export function annotateParameters(out: MagicText, { text, file }: ParsedCode): void {
  traverse(file, {
    Function: ({ node }) => {
      for (const parameter of node.params) {
        // A parameter with a default value already has a type.
        if (parameter.type === 'AssignmentPattern') continue;
        const type = parameter.type === 'RestElement' ? ': any[]' : ': any';
        const isBare =
          node.type === 'ArrowFunctionExpression' && !text.slice(startOf(node), startOf(parameter)).includes('(');
        if (isBare) out.appendLeft(startOf(parameter), '(');
        out.appendLeft(endOf(parameter), isBare ? `${type})` : type);
      }
    },
  });
}

/** Puts `_` before the names of unused parameters, because TypeScript may be configured to reject them. */
export function markUnused(code: ParsedCode): ParsedCode {
  const out = new MagicText(code.text);
  traverse(code.file, {
    Function: ({ node, scope }) => {
      for (const parameter of node.params) {
        const name = nameOf(parameter);
        const binding = name === undefined ? undefined : scope.getOwnBinding(name.name);
        if (!name || !binding || name.name.startsWith('_') || scope.hasBinding(`_${name.name}`)) continue;
        if (!binding.referenced && binding.constantViolations.length === 0) out.appendLeft(startOf(name), '_');
      }
    },
  });
  return parseCode(out.toString().slice(1, -1)) ?? code;
}

function nameOf(parameter: Parameter) {
  const named =
    parameter.type === 'AssignmentPattern'
      ? parameter.left
      : parameter.type === 'RestElement'
        ? parameter.argument
        : parameter;
  return named.type === 'Identifier' ? named : undefined;
}

/**
 * Writes a function for a place where TypeScript expects a different type: with its own types, then cast to the expected
 * type.
 */
export function untypedFunction(source: string): string {
  const code = parseCode(source);
  if (!code) return `(${source}) as never`;
  const marked = markUnused(code);
  const out = new MagicText(marked.text);
  annotateParameters(out, marked);
  return `${out.toString()} as never`;
}

/** Infers the type that a function without parameters returns: `Date` for `() => new Date()`. */
export function answerOf(source: string): string | undefined {
  const [statement] = parseCode(source)?.file.program.body ?? [];
  const work = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  if (work?.type !== 'ArrowFunctionExpression' || work.params.length > 0 || work.async) return undefined;
  const { body } = work;
  switch (body.type) {
    case 'NewExpression':
      return body.callee.type === 'Identifier' ? body.callee.name : undefined;
    case 'StringLiteral':
    case 'TemplateLiteral':
      return 'string';
    case 'NumericLiteral':
      return 'number';
    case 'BooleanLiteral':
      return 'boolean';
    case 'CallExpression':
      return source.endsWith('=> crypto.randomUUID()') ? 'string' : undefined;
    default:
      return undefined;
  }
}
