import { by } from '../models/description.ts';
import { layOut, list } from './layout.ts';
import { stringLiteral } from './literals.ts';

/** What a file takes from others, collected while the rest of it is written. */
export class Imports {
  readonly #taken: ReadonlySet<string>;
  readonly #byModule = new Map<string, Map<string, string>>();

  /** @param taken names that mean something else in the file. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** Imports a name; answers what it is called in this file, which differs if the name is taken. */
  use(module: string, name: string): string {
    const names = this.#byModule.get(module) ?? new Map<string, string>();
    this.#byModule.set(module, names);
    const local = this.#taken.has(name) && !module.startsWith('.') ? `${name}_` : name;
    names.set(name, local);
    return local;
  }

  /** These and those of another file with the same names taken. */
  with(others: Imports | undefined): Imports {
    const both = new Imports(this.#taken);
    for (const from of [this, ...(others ? [others] : [])]) {
      for (const [module, names] of from.#byModule) for (const name of names.keys()) both.use(module, name);
    }
    return both;
  }

  /** What is imported, by module, with names as their modules have them. */
  all(): { readonly module: string; readonly names: readonly string[] }[] {
    return [...this.#byModule].map(([module, names]) => ({ module, names: [...names.keys()].toSorted() }));
  }

  /** The lines, packages before files. */
  lines(): string[] {
    const modules = [...this.#byModule].toSorted(by(([module]) => `${module.startsWith('.') ? 1 : 0}${module}`));
    return modules.map(([module, names]) => {
      const sorted = [...names].toSorted(by(([name]) => name));
      const imported = sorted.map(([name, local]) => (name === local ? name : `${name} as ${local}`));
      return layOut(list('import { ', imported, ` } from ${stringLiteral(module)};`));
    });
  }
}
