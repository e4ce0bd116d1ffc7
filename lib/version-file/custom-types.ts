import traverse from '@babel/traverse';
import MagicText from 'magic-string';
import * as core from '@mikro-orm/core';
import { Type } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { sqlExports as sql } from '../mikro-orm/sql-exports.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { endOf, freeNames, isSameCode, parseCode, startOf, tidy, type ParsedCode } from '../source-code/javascript.ts';
import { annotateParameters, markUnused } from '../source-code/typed-code.ts';

/** The class of a custom type. */
export type TypeClass = abstract new (...args: never[]) => Type<unknown>;

const PACKAGES: readonly (readonly [string, object])[] = [
  ['@mikro-orm/core', core],
  ['@mikro-orm/sql', sql],
];

/** The package of MikroORM's that a class comes from, if it does. */
export function packageOf(type: TypeClass): string | undefined {
  return PACKAGES.find(([, exported]) => Reflect.get(exported, type.name) === type)?.[0];
}

/** The custom types a class extends, from the ground up, and the class itself: MikroORM's own are not among them. */
export function withBases(type: TypeClass): TypeClass[] {
  const classes: TypeClass[] = [];
  for (
    let base: TypeClass = type;
    packageOf(base) === undefined && base !== Function.prototype;
    base = Object.getPrototypeOf(base)
  ) {
    classes.unshift(base);
  }
  return classes;
}

/** Tells whether two classes were written the same, whatever a compiler made of them. */
export function sameType(a: TypeClass, b: TypeClass): boolean {
  const [one, other] = [parseCode(String(a)), parseCode(String(b))];
  return one !== undefined && other !== undefined && isSameCode(markUnused(one), markUnused(other));
}

/**
 * Writes the class of a custom type as source that stands in a version file. It goes on meaning what it means now, so it
 * may use MikroORM and JavaScript and nothing else of the application.
 *
 * @throws {@link SchemaDefinitionError} if it uses anything else.
 */
export function typeSource(type: TypeClass, imports: Imports): string {
  const code = parseCode(String(type));
  const tidied = code && parseCode(tidy(markUnused(code)));
  if (!tidied) throw cannotFreeze(type, 'does not parse');
  const base: TypeClass = Object.getPrototypeOf(type);
  const free = freeNames(tidied).filter(
    name => name !== type.name && (name !== base.name || packageOf(base) !== undefined),
  );
  for (const name of free) {
    const [found] = PACKAGES.filter(([, exported]) => name in exported);
    if (!found)
      throw cannotFreeze(type, `uses ${free.filter(other => !(other in core) && !(other in sql)).join(', ')}`);
    imports.use(found[0], name);
  }
  return `export ${named(spaced(annotated(tidied, base)), type.name)}`;
}

/** A class that has its name from where it is kept says none itself. */
function named(source: string, name: string): string {
  return source.replace(/^class(?=\s+extends\b|\s*\{)/, `class ${name}`);
}

/** Members are set apart by a line, as a person does. */
function spaced(source: string): string {
  return source.replaceAll(/^ {2}\}\n(?= {2}\S)/gm, '  }\n\n');
}

/** @returns what to throw for a custom type that would not stay what it is. */
export function cannotFreeze(
  { name }: { readonly name: string },
  reason: string,
  next = 'make it a class that needs nothing but MikroORM, or copy it into a version file and export it there',
): SchemaDefinitionError {
  return new SchemaDefinitionError(
    `the custom type ${name || '(without a name)'} ${reason}, which a frozen version cannot hold: ${next}`,
  );
}

/** What types were taken away from says nothing of its parameters: strict TypeScript wants to hear something. */
function annotated({ text, file }: ParsedCode, base: TypeClass): string {
  const out = new MagicText(text).remove(0, 1).remove(text.length - 1, text.length);
  const [{ body } = {}] = file.program.body.flatMap(statement => classIn(statement) ?? []);
  traverse(file, {
    Class: ({ node }) => {
      // What it converts is told nowhere any more.
      if (node.body === body && base === Type) out.appendLeft(endOf(node.superClass), '<any, any>');
    },
    ClassMethod: ({ node, parent }) => {
      if (parent !== body || node.computed || node.key.type !== 'Identifier' || node.key.name === 'constructor') return;
      if (!Reflect.has(node.static ? base : base.prototype, node.key.name)) return;
      const [keyword = ''] = node.static ? (/^static\s+/.exec(text.slice(startOf(node))) ?? []) : [];
      out.appendLeft(startOf(node) + keyword.length, 'override ');
    },
    'ClassProperty|ClassPrivateProperty': ({ node, parent }) => {
      if (parent === body && !node.value) out.appendLeft(endOf(node.key), ': any');
    },
  });
  annotateParameters(out, { text, file });
  return out.toString();
}

function classIn(statement: ParsedCode['file']['program']['body'][number]) {
  return statement.type === 'ExpressionStatement' && statement.expression.type === 'ClassExpression'
    ? statement.expression
    : undefined;
}
