import * as core from '@mikro-orm/core';
import { resolveNames } from './compiled-names.ts';
import type { Imports } from './import-lines.ts';
import { EVERYWHERE, freeNames, parseCode, tidy, type ParsedCode } from './javascript.ts';

/** Writes a function as source if it needs only JavaScript and MikroORM; otherwise lists the names that it needs from outside. */
export function functionSource(
  work: (...args: never[]) => unknown,
  imports: Imports,
): { readonly source: string } | { readonly needs: readonly string[] } {
  // A global of JavaScript is written by its name: `Number`.
  if (EVERYWHERE.has(work.name) && Reflect.get(globalThis, work.name) === work) return { source: work.name };
  const code = codeOf(String(work));
  if (!code) return { needs: ['the engine'] };
  const resolve = (spell: (module: string, name: string) => string) =>
    resolveNames(code, { packages: [['@mikro-orm/core', core]], spell });
  const { code: plain, known } = resolve((_module, name) => name);
  const needs = freeNames(plain).filter(name => !known.has(name));
  if (needs.length > 0) return { needs };
  return { source: tidy(resolve((module, name) => imports.use(module, name)).code) };
}

/** A method's source is `name() { … }`, which is not an expression. */
function codeOf(source: string): ParsedCode | undefined {
  const asFunction = () =>
    source.replace(/^(async\s+(?=[^(\s]))?(\*\s*)?/, (_, async = '', star = '') => `${async}function${star && '*'} `);
  return parseCode(source) ?? parseCode(asFunction());
}
