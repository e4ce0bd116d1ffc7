import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync, type JscTarget } from '@swc/core';

const TSC = join(import.meta.dirname, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');

/** Compiles files to CommonJS by tsc, all at once. */
export function byTsc<Name extends string>(files: Record<Name, string>, target = 'es2022'): Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-tsc-'));
  try {
    const names = Object.keys(files) as Name[];
    const paths = names.map(name => join(folder, `${name}.ts`));
    for (const [i, path] of paths.entries()) writeFileSync(path, files[names[i] as Name]);
    const alone = ['--ignoreConfig', '--noCheck', '--noResolve', '--noLib', '--types', ''];
    const options = [...alone, '--module', 'commonjs', '--target', target];
    // Without its library, tsc complains and writes nevertheless.
    spawnSync(process.execPath, [TSC, ...options, '--outDir', join(folder, 'dist'), ...paths]);
    const read = (name: Name) => [name, readFileSync(join(folder, 'dist', `${name}.js`), 'utf8')] as const;
    return Object.fromEntries(names.map(read)) as Record<Name, string>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles a file by swc. */
export function bySwc(source: string, target: JscTarget = 'es2022'): string {
  const jsc = { parser: { syntax: 'typescript' }, target } as const;
  return transformSync(source, { swcrc: false, jsc, module: { type: 'commonjs' } }).code;
}

/** Takes the types away, as Node does, and lets the rest run as CommonJS. */
export function byNode(source: string): string {
  return stripTypeScriptTypes(source)
    .replaceAll(/^import (.*) from (.*);$/gm, 'const $1 = require($2);')
    .replaceAll(/^export class (\w+)/gm, 'exports.$1 = class $1');
}

/** Runs a file of CommonJS. */
export function runCommonJs<T extends object>(text: string, modules: Readonly<Record<string, object>>): T {
  const exported = {};
  // oxlint-disable-next-line no-implied-eval, no-new-func
  new Function('require', 'exports', text)((name: string) => modules[name], exported);
  return exported as T;
}
