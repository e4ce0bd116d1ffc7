import { UsageError } from '../usage.ts';
import { memberNamed } from './members.ts';
import { importedNames } from './names.ts';
import { nodesIn, unwrap } from './nodes.ts';
import type { ClassNode, File, Node } from './syntax.ts';

/** Which class of which file is meant. */
export interface Place {
  /** What errors call the file. */
  readonly path?: string | undefined;
  /**
   * The name of the class: `default` for one that has none. By default the only class of the file that extends `Schema`,
   * or that has a `latest`.
   */
  readonly className?: string | undefined;
}

/** A class of a file, wherever it stands there. */
export interface NamedClass {
  readonly node: ClassNode;
  /** As the class tells it when the code runs. */
  readonly name: string;
}

/**
 * Finds the class of a Schema.
 *
 * @throws UsageError if it is not there, or if several could be meant
 */
export function findClass(file: File, { path = 'the file', className }: Place): NamedClass {
  const all = classesIn(file);
  const schemas = all.filter(({ node }) => isSchema(node, file));
  const meant = className === undefined ? schemas : all.filter(({ name }) => name === className);
  const found = meant.length > 1 ? meant.filter(one => schemas.includes(one)) : meant;
  const [first] = found;
  if (first && found.length === 1) return first;
  const names = (classes: readonly NamedClass[]) => classes.map(({ name }) => name).join(', ');
  if (first)
    throw new UsageError(`${path} has several classes that may be meant, ${names(found)}: leave one, or name it`);
  const said = className === undefined ? 'class that extends Schema' : `class ${className}`;
  throw new UsageError(
    `${path} has no ${said}: ${all.length === 0 ? 'it has no class at all' : `it has ${names(all)}`}; name the file where it is written`,
  );
}

/** The classes of a file. */
export function classesIn(file: File): NamedClass[] {
  const names = new Map<Node, string>();
  const found: NamedClass[] = [];
  for (const node of nodesIn(file.program)) {
    if (node.type === 'VariableDeclarator' && node.init && node.id.type === 'Identifier') {
      names.set(unwrap(node.init), node.id.name);
    }
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      found.push({ node, name: node.id?.name ?? names.get(node) ?? 'default' });
    }
  }
  return found;
}

function isSchema(node: ClassNode, file: File): boolean {
  if (memberNamed(node, 'latest')) return true;
  const base = node.superClass;
  if (base?.type === 'MemberExpression') return base.property.type === 'Identifier' && base.property.name === 'Schema';
  const locals = importedNames(file).filter(({ imported }) => imported === 'Schema');
  return base?.type === 'Identifier' && locals.some(({ local }) => local === base.name);
}
