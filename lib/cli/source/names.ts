import { nodesIn } from './nodes.ts';
import type { File, ImportDeclaration, ImportSpecifier, Node } from './syntax.ts';

/** A name in braces that a file takes from another. */
export interface ImportedName {
  readonly module: string;
  readonly imported: string;
  /** What the file calls it. */
  readonly local: string;
  readonly isType: boolean;
  readonly node: ImportSpecifier;
  readonly declaration: ImportDeclaration;
}

/** The imports of a file. */
export function importsOf({ program }: File): ImportDeclaration[] {
  return program.body.filter(node => node.type === 'ImportDeclaration');
}

/** The names in braces that a file takes from others. */
export function importedNames(file: File): ImportedName[] {
  return importsOf(file).flatMap(declaration =>
    named(declaration).map(node => ({
      module: declaration.source.value,
      imported: node.imported.type === 'Identifier' ? node.imported.name : node.imported.value,
      local: node.local.name,
      isType: declaration.importKind === 'type' || node.importKind === 'type',
      node,
      declaration,
    })),
  );
}

/** What stands in the braces of an import. */
export function named({ specifiers }: ImportDeclaration): ImportSpecifier[] {
  return specifiers.filter(node => node.type === 'ImportSpecifier');
}

/** What a file calls everything that a module exports, `* as dejavu`. */
export function namespaceOf(file: File, module: string): string | undefined {
  for (const { source, specifiers } of importsOf(file)) {
    const all = specifiers.find(node => node.type === 'ImportNamespaceSpecifier');
    if (source.value === module && all) return all.local.name;
  }
  return undefined;
}

/** Every name that means something somewhere in a file. */
export function boundNames(file: File): Set<string> {
  const names = new Set<string>();
  const add = (node: Node | null | undefined): void => {
    if (node) for (const inner of nodesIn(node)) if (inner.type === 'Identifier') names.add(inner.name);
  };
  for (const node of nodesIn(file.program)) {
    if ('params' in node && Array.isArray(node.params)) node.params.forEach(add);
    if (node.type === 'VariableDeclarator' || /^(?:Class|Function|TS\w+)(?:Declaration|Expression)$/.test(node.type)) {
      if ('id' in node && typeof node.id === 'object') add(node.id);
    }
    if ('local' in node && node.type.startsWith('Import')) add(node.local);
  }
  return names;
}
