import { dirname, join, normalize } from 'node:path';
import { transformSync } from '@swc/core';

/** Where TypeScript is written and loaded: a folder, or memory. */
export interface Modules {
  write(name: string, text: string): void;
  load<T extends object = Record<string, unknown>>(name: string): Promise<T>;
}

type Require = (specifier: string) => unknown;

/**
 * TypeScript that is written and loaded in memory: what is loaded is the written text itself, without its types. A module
 * in a file costs a test runner ten times as much, and stays until the end of the run.
 */
export class ModulesInMemory implements Modules {
  /** What was written, by name. */
  readonly texts = new Map<string, string>();
  readonly #loaded = new Map<string, Promise<object>>();

  write(name: string, text: string): void {
    this.texts.set(normalize(name), text);
  }

  load<T extends object = Record<string, unknown>>(name: string): Promise<T> {
    const path = normalize(name);
    const loaded = this.#loaded.get(path) ?? this.#evaluate(path);
    this.#loaded.set(path, loaded);
    return loaded as Promise<T>;
  }

  async #evaluate(name: string): Promise<object> {
    const text = this.texts.get(name);
    if (text === undefined) throw new Error(`${name} was not written`);
    const code = withoutTypes(text);
    const needed = new Map<string, unknown>();
    for (const [, specifier = ''] of code.matchAll(/\brequire\("([^"]+)"\)/g)) {
      // A module that is imported later is loaded already: nothing changes it.
      needed.set(
        specifier,
        await (specifier.startsWith('.') ? this.load(join(dirname(name), specifier)) : imported(specifier)),
      );
    }
    const exports = {};
    // oxlint-disable-next-line typescript/no-implied-eval -- it is there to be run
    const run = new Function('require', 'exports', code) as (require: Require, exports: object) => void;
    run(specifier => needed.get(specifier), exports);
    return exports;
  }
}

const packages = new Map<string, Promise<unknown>>();

function imported(specifier: string): Promise<unknown> {
  const known = packages.get(specifier) ?? import(specifier);
  packages.set(specifier, known);
  return known;
}

function withoutTypes(text: string): string {
  return transformSync(text, {
    swcrc: false,
    configFile: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
    module: { type: 'commonjs', noInterop: true },
  }).code;
}
