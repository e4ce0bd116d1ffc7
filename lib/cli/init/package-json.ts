import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FileChange } from '../project/write-all.ts';

/** A package.json in which the command finds the Schemas from then on. All else of it stays to the letter. */
export function withSchema(text: string, places: readonly string[]): string {
  const [, body = '', end = ''] = /^([^]*?)(\s*\}\s*)$/.exec(text) ?? [];
  const indent = /\n([ \t]+)"/.exec(text)?.[1];
  const value = JSON.stringify(places.length === 1 ? places[0] : places);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const comma = /\{\s*$/.test(body) ? '' : ',';
  const inner =
    indent === undefined
      ? ` "dejavu": { "schema": ${value} }`
      : `${eol}${indent}"dejavu": {${eol}${indent}${indent}"schema": ${value}${eol}${indent}}`;
  return `${body}${comma}${inner}${end}`;
}

/** The change that makes the package.json of this folder tell where the Schemas are; none if there is no such file. */
export function packageChange(places: readonly string[]): FileChange[] {
  const path = resolve('package.json');
  if (!existsSync(path)) return [];
  const before = readFileSync(path, 'utf8');
  const known = (JSON.parse(before) as { dejavu?: unknown }).dejavu;
  return known === undefined ? [{ path, before, after: withSchema(before, places) }] : [];
}

/** The name in the package.json of this folder, without its scope. */
export function packageName(): string | undefined {
  if (!existsSync('package.json')) return undefined;
  const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: unknown };
  return typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : undefined;
}
