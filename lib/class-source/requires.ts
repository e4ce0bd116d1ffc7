import type { ParsedSource, Syntax, SyntaxOf } from './syntax.ts';

/** A statement of a CommonJS file: `const { Schema } = require('mikro-orm-dejavu')`. */
interface Require {
  readonly statement: SyntaxOf<'VariableDeclaration'>;
  readonly module: string;
  readonly id: SyntaxOf<'VariableDeclarator'>['id'];
}

/** Lists the modules that the top level of a CommonJS file requires. */
export function requiresOf({ file }: Pick<ParsedSource, 'file'>): Require[] {
  return file.program.body.flatMap(statement =>
    statement.type === 'VariableDeclaration'
      ? statement.declarations.flatMap(({ id, init }) => {
          const module = requiredBy(init);
          return module === undefined ? [] : { statement, module, id };
        })
      : [],
  );
}

/** Returns the module of `require('module')`, also of one whose exports are read at once: `require('module').versions`. */
export function requiredBy(node: Syntax | null | undefined): string | undefined {
  if (node?.type === 'MemberExpression' || node?.type === 'TSAsExpression') {
    return requiredBy(node.type === 'MemberExpression' ? node.object : node.expression);
  }
  if (node?.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require') return;
  const [module] = node.arguments;
  return module?.type === 'StringLiteral' ? module.value : undefined;
}

/** Returns the properties in the braces of a require. */
export function propertiesIn({ id }: Require) {
  if (id.type !== 'ObjectPattern') return [];
  return id.properties.flatMap(node => {
    if (node.type !== 'ObjectProperty' || node.key.type !== 'Identifier' || node.value.type !== 'Identifier') return [];
    return { node, imported: node.key.name, local: node.value.name };
  });
}

/** Lists the names that a CommonJS file requires in braces. */
export function requiredNames(source: Pick<ParsedSource, 'file'>) {
  return requiresOf(source).flatMap(required =>
    propertiesIn(required).map(({ imported, local }) => ({ module: required.module, imported, local, isType: false })),
  );
}

/** Lists the names that stand for all exports of a module: `const dejavu = require('mikro-orm-dejavu')`. */
export function requiredWhole(source: Pick<ParsedSource, 'file'>) {
  return requiresOf(source).flatMap(({ module, id }) => (id.type === 'Identifier' ? { module, local: id.name } : []));
}
