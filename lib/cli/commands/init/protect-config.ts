import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { endOf, parseSource, startOf, type Syntax, type SyntaxOf } from '../../../class-source/syntax.ts';
import { isProtected, PROTECTION } from '../../../store/bookkeeping/protect-tables.ts';
import { UsageError } from '../../exit-codes.ts';
import type { FileChange } from '../../project/file-changes.ts';
import { configurationPaths } from '../../project/mikro-orm-settings.ts';

/**
 * Adds to MikroORM's configuration that its schema generator leaves our tables alone.
 *
 * @param config the file of the configuration, if the command line names one
 * @returns the change of that file, and the line to add by hand where the file cannot be changed
 */
export function protectConfig(
  orm: MikroORM,
  config: string | undefined,
): { readonly changes: readonly FileChange[]; readonly byHand?: string } {
  if (isProtected(orm)) return { changes: [] };
  const byHand = `Add this to MikroORM's configuration, or mikro-orm schema:update drops the version of the database: ${PROTECTION}`;
  const path = (config === undefined ? configurationPaths() : [config]).find(candidate => existsSync(candidate));
  if (path === undefined) return { changes: [], byHand };
  const before = readFileSync(path, 'utf8');
  const after = withProtection(before, path);
  return after === undefined ? { changes: [], byHand } : { changes: [{ path: resolve(path), before, after }] };
}

/** Adds the setting to the text of a configuration; `undefined` where its options are not written out in it. */
export function withProtection(text: string, path: string): string | undefined {
  const options = optionsIn(text, path);
  if (!options || options.properties.some(property => isNamed(property, 'schemaGenerator'))) return undefined;
  return withOption(text, options, PROTECTION);
}

/** Adds an option to those of a configuration, in their style. */
export function withOption(text: string, options: SyntaxOf<'ObjectExpression'>, option: string): string {
  const last = options.properties.at(-1);
  if (!last) return `${text.slice(0, startOf(options) + 1)} ${option} ${text.slice(endOf(options) - 1)}`;
  const [from, to] = [startOf(last), endOf(last)];
  const rest = text.slice(to, endOf(options));
  const lineStart = text.lastIndexOf('\n', from) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, from))?.[0] ?? '';
  const isOnLine = text.slice(startOf(options), from).includes('\n');
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const comma = /^\s*,/.exec(rest)?.[0];
  const next = to + (comma?.length ?? 0);
  const note = isOnLine ? (/^[ \t]*\/\/[^\r\n]*/.exec(text.slice(next))?.[0] ?? '') : '';
  const added = `${comma ?? ','}${note}${isOnLine ? eol + indent : ' '}${option}${comma === undefined ? '' : ','}`;
  return text.slice(0, to) + added + text.slice(next + note.length);
}

/** The options that a configuration exports by default, as an object or through `defineConfig()`. */
export function optionsIn(text: string, path: string): SyntaxOf<'ObjectExpression'> | undefined {
  try {
    const { body } = parseSource(text, path).file.program;
    const exported = body.map(exportedBy).find(value => value !== undefined);
    const named = (name: string): Syntax | undefined =>
      body
        .flatMap(statement => (statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? []) : statement))
        .flatMap(statement => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
        .find(({ id }) => id.type === 'Identifier' && id.name === name)?.init ?? undefined;
    return exported && objectOf(exported, named);
  } catch (error) {
    // MikroORM could import the file, so only this parser does not understand it.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Returns what a statement exports by default, also in CommonJS: `module.exports = { … }`. */
function exportedBy(statement: SyntaxOf<'Program'>['body'][number]): Syntax | undefined {
  if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression')
    return undefined;
  const { left, right } = statement.expression;
  const isExports =
    left.type === 'MemberExpression' &&
    left.object.type === 'Identifier' &&
    left.object.name === 'module' &&
    left.property.type === 'Identifier' &&
    left.property.name === 'exports';
  return isExports ? right : undefined;
}

function objectOf(
  node: Syntax | undefined,
  named: (name: string) => Syntax | undefined,
): SyntaxOf<'ObjectExpression'> | undefined {
  switch (node?.type) {
    case 'ObjectExpression':
      return node;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return objectOf(node.expression, named);
    case 'CallExpression':
      return objectOf(node.arguments[0], named);
    case 'Identifier': {
      const value = named(node.name);
      return value?.type === 'Identifier' ? undefined : objectOf(value, named);
    }
    default:
      return undefined;
  }
}

export function isNamed(property: SyntaxOf<'ObjectExpression'>['properties'][number], name: string): boolean {
  if (property.type === 'SpreadElement') return false;
  const { key } = property;
  return (key.type === 'Identifier' && key.name === name) || (key.type === 'StringLiteral' && key.value === name);
}
