import type { ParsedCode } from './javascript.ts';

/**
 * Tells whether two pieces of code are the same apart from what compilers change: layout, comments, quotes, brackets that
 * change nothing, `a(), b();` for two statements, and the name that a class or function gives itself.
 */
export function isSameCode(one: ParsedCode, other: ParsedCode): boolean {
  return shapeOf(one) === shapeOf(other);
}

function shapeOf({ file }: ParsedCode): string {
  const [statement] = file.program.body;
  const whole = statement?.type === 'ExpressionStatement' ? { ...statement.expression, id: null } : statement;
  return JSON.stringify(whole, (key, value: unknown) => {
    if (LAYOUT.has(key)) return undefined;
    if (typeof value === 'bigint' || value instanceof RegExp) return String(value);
    return Array.isArray(value) ? value.flatMap(statementsOf) : value;
  });
}

/** What Babel says about the text of a node. */
const LAYOUT: ReadonlySet<string> = new Set(
  'start end loc range extra shorthand leadingComments trailingComments innerComments'.split(' '),
);

interface Statement {
  readonly type?: string;
  readonly expression?: { readonly type?: string; readonly expressions?: readonly unknown[] };
}

function statementsOf(item: unknown): unknown[] {
  const { type, expression } = (item ?? {}) as Statement;
  if (type === 'EmptyStatement') return [];
  if (type !== 'ExpressionStatement' || expression?.type !== 'SequenceExpression') return [item];
  return (expression.expressions ?? []).map(one => ({ type, expression: one }));
}
