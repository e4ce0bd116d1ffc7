import traverse from '@babel/traverse';
import MagicText from 'magic-string';
import * as core from '@mikro-orm/core';
import { Type } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { loadSqlExports } from '../mikro-orm/sql-exports.ts';
import { isMikroOrmType } from '../mikro-orm/type-parts.ts';
import { resolveNames, type Package } from '../source-code/compiled-names.ts';
import type { Imports } from '../source-code/import-lines.ts';
import { endOf, freeNames, parseCode, startOf, tidy, type ParsedCode } from '../source-code/javascript.ts';
import { isSameCode } from '../source-code/same-code.ts';
import { outsideOf, underName } from './compiled-classes.ts';
import { annotateParameters, markUnused } from '../source-code/typed-code.ts';

/** The class of a custom type. */
export type TypeClass = abstract new (...args: never[]) => Type<unknown>;

const sql = await loadSqlExports();

const PACKAGES: readonly Package[] = [
  ['@mikro-orm/core', core],
  ['@mikro-orm/sql', sql],
];

/** Returns the MikroORM package that exports a class, if any. */
export function packageOf(type: TypeClass): string | undefined {
  return exporterOf(type)?.[0];
}

function exporterOf(type: TypeClass): Package | undefined {
  const isOfACopy = isMikroOrmType(type);
  return PACKAGES.find(([, exported]) =>
    isOfACopy ? Object.hasOwn(exported, type.name) : Reflect.get(exported, type.name) === type,
  );
}

/** Lists the custom types that a class extends, base first, and the class itself, without MikroORM's own types. */
export function withBases(type: TypeClass): TypeClass[] {
  const classes: TypeClass[] = [];
  for (
    let base: TypeClass = type;
    base !== Function.prototype && packageOf(base) === undefined;
    base = Object.getPrototypeOf(base)
  ) {
    classes.unshift(base);
  }
  return classes;
}

/** Tells whether two classes have the same source, apart from what compilers change. */
export function sameType(a: TypeClass, b: TypeClass): boolean {
  const [one, other] = [comparable(a), comparable(b)];
  return one !== undefined && other !== undefined && isSameCode(one, other);
}

function comparable(type: TypeClass): ParsedCode | undefined {
  const code = textOf(type);
  return code && markUnused(resolveNames(code, { packages: PACKAGES, base: baseOf(type), spell: spellAlike }).code);
}

function spellAlike(_module: string, name: string): string {
  return `$imported_${name}`;
}

/**
 * Writes the class of a custom type as source for a version file. It must keep its meaning, so it may use MikroORM and
 * JavaScript, but no other code of the application.
 *
 * @throws {@link SchemaDefinitionError} if it uses other code
 */
export function typeSource(type: TypeClass, imports: Imports): string {
  const code = textOf(type);
  if (!code) throw cannotFreeze(type, 'does not parse');
  const base = baseOf(type);
  const spell = (module: string, name: string) => imports.use(module, name);
  const resolved = resolveNames(code, { packages: PACKAGES, base, spell });
  const free = freeNames(resolved.code).filter(name => name !== type.name && !resolved.known.has(name));
  const outside = outsideOf(type, code, free);
  if (outside) throw cannotFreeze(type, outside.reason, outside.next);
  const tidied = parseCode(tidy(markUnused(resolved.code)));
  if (!tidied) throw cannotFreeze(type, 'does not parse');
  return `export ${named(spaced(annotated(tidied, base)), type.name)}`;
}

function textOf(type: TypeClass): ParsedCode | undefined {
  const code = parseCode(String(type));
  return code && underName(code, type.name);
}

/** Returns the class that a class extends: the one that this library imports, if it is MikroORM's. */
function baseOf(type: TypeClass): TypeClass {
  const base: TypeClass = Object.getPrototypeOf(type);
  const [, exported] = (typeof base.prototype === 'object' && exporterOf(base)) || [];
  return exported ? Reflect.get(exported, base.name) : base;
}

/** A class may get its name from the variable that holds it. The source then needs the name. */
function named(source: string, name: string): string {
  return source.replace(/^class(?=\s+extends\b|\s*\{)/, `class ${name}`);
}

/** Puts a blank line between members. */
function spaced(source: string): string {
  return source.replaceAll(/^ {2}\}\n(?= {2}\S)/gm, '  }\n\n');
}

/** Makes the error for a custom type that a frozen version cannot contain. */
export function cannotFreeze(
  { name }: { readonly name: string },
  reason: string,
  next = 'Make it a class that uses only MikroORM and JavaScript, or copy it into a version file and export it there',
): SchemaDefinitionError {
  return new SchemaDefinitionError(
    `A frozen version cannot contain the custom type ${name || '(without a name)'}: it ${reason}. ${next}.`,
  );
}

/** Source from a compiler has no types, and strict TypeScript requires types of parameters. */
function annotated({ text, file }: ParsedCode, base: TypeClass): string {
  const out = new MagicText(text).remove(0, 1).remove(text.length - 1, text.length);
  const [{ body } = {}] = file.program.body.flatMap(statement => classIn(statement) ?? []);
  traverse(file, {
    Class: ({ node }) => {
      // The types that it converts are unknown.
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
