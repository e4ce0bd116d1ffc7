import { NO_RENAMES, type Renames } from '../changes/apply-renames.ts';
import { parseSource, partsOf, type Syntax, type SyntaxOf } from '../class-source/syntax.ts';

/**
 * Reads from the source of a step which entities and properties it renames, so that a picture shows each once. Reads
 * `step.renameStorage(step.before.Animal, step.after.Beast)` and `step.renameProperty(…)`, as `dejavu next` writes them; a
 * rename written in another way is drawn as one removed part and one new part.
 *
 * @param source the method, as its `toString()` gives it
 */
export function renamesOf(source: string): Renames {
  const entities: Record<string, string> = {};
  const properties: Record<string, Record<string, string>> = {};
  for (const { callee, arguments: given } of callsIn(source)) {
    const verb = callee.type === 'MemberExpression' ? nameOf(callee.property) : undefined;
    const [first, second, third, fourth] = given;
    if (verb === 'renameStorage' && first && second) {
      const [before, after] = [entityOf(first), entityOf(second)];
      if (before !== undefined && after !== undefined && before !== after) entities[before] = after;
    }
    if (verb === 'renameProperty' && first && second && third && fourth) {
      const [entity, from, to] = [entityOf(first), textOf(second), textOf(fourth)];
      const after = entityOf(third);
      if (entity === undefined || from === undefined || to === undefined) continue;
      (properties[entity] ??= {})[from] = to;
      if (after !== undefined && after !== entity) entities[entity] ??= after;
    }
  }
  return { ...NO_RENAMES, entities, properties };
}

function callsIn(source: string): SyntaxOf<'CallExpression'>[] {
  // A method is source inside an object, a function of another kind by itself.
  for (const text of [`({ ${source} });`, `(${source});`]) {
    try {
      return partsOf(parseSource(text), 'CallExpression');
    } catch {
      // the other way
    }
  }
  return [];
}

/** `step.before.Animal`, or `before.Animal`. */
function entityOf(node: Syntax): string | undefined {
  return node.type === 'MemberExpression' ? nameOf(node.property) : node.type === 'Identifier' ? node.name : undefined;
}

function nameOf(node: Syntax): string | undefined {
  return node.type === 'Identifier' ? node.name : textOf(node);
}

function textOf(node: Syntax): string | undefined {
  return node.type === 'StringLiteral' ? node.value : undefined;
}
