import type { Expression, Node } from './syntax.ts';

interface Placed {
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
}

/** Where something begins in a text. */
export function startOf({ start }: Placed): number {
  return start ?? 0;
}

/** Where something ends in a text. */
export function endOf({ end }: Placed): number {
  return end ?? 0;
}

/** A node and everything below it, in no order that matters. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const [key, value] of Object.entries(node)) {
    if (key.endsWith('Comments') || key === 'loc' || key === 'extra') continue;
    for (const child of [value].flat() as unknown[]) if (isNode(child)) yield* nodesIn(child);
  }
}

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

/** `12:5`, as editors count. */
export function positionOf({ loc }: Node): string {
  return loc ? `${loc.start.line}:${loc.start.column + 1}` : '1:1';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
}
