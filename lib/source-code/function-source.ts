import * as core from '@mikro-orm/core';
import { freeNames } from './free-names.ts';
import type { Imports } from './import-lines.ts';
import { tidy } from './javascript.ts';

/** A function as source, or what keeps it from standing by itself. */
export type FunctionSource = { readonly source: string } | { readonly needs: readonly string[] };

/** Writes a function as source, if it needs nothing but JavaScript and MikroORM. */
export function functionSource(work: (...args: never[]) => unknown, imports: Imports): FunctionSource {
  const source = asExpression(tidy(String(work)));
  if (source === undefined) return { needs: ['the engine'] };
  const free = freeNames(source);
  const needs = free.filter(name => !(name in core));
  if (needs.length > 0) return { needs };
  for (const name of free) imports.use('@mikro-orm/core', name);
  return { source };
}

/** A method says `name() { … }`, which is no expression. */
function asExpression(source: string): string | undefined {
  if (source.includes('[native code]')) return undefined;
  if (/^(?:async\s+)?(?:function\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source)) return source;
  return `function ${source}`;
}
