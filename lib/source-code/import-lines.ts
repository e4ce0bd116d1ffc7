import { by } from '../models/description.ts';
import { layOut, list } from './layout.ts';
import { stringLiteral } from './literals.ts';

/** The imports of a file, collected while the rest of the file is written. */
export class Imports {
  readonly #taken: ReadonlySet<string>;
  readonly #byModule = new Map<string, Map<string, string>>();

  /** @param taken names that have another meaning in the file. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** Imports a name. Returns its local name, which differs if the name is taken. */
  use(module: string, name: string): string {
    const names = this.#byModule.get(module) ?? new Map<string, string>();
    this.#byModule.set(module, names);
    const local = this.#taken.has(name) && !module.startsWith('.') ? `${name}_` : name;
    names.set(name, local);
    return local;
  }

  /** Returns these imports and those of `others` together, with the same names taken. */
  with(others: Imports | undefined): Imports {
    const both = new Imports(this.#taken);
    for (const from of [this, ...(others ? [others] : [])]) {
      for (const [module, names] of from.#byModule) for (const name of names.keys()) both.use(module, name);
    }
    return both;
  }

  /** Lists the imported names by module, as the modules spell them. */
  all(): { readonly module: string; readonly names: readonly string[] }[] {
    return [...this.#byModule].map(([module, names]) => ({ module, names: [...names.keys()].toSorted() }));
  }

  /** Writes the import lines, packages before files. */
  lines(): string[] {
    const modules = [...this.#byModule].toSorted(by(([module]) => `${module.startsWith('.') ? 1 : 0}${module}`));
    return modules.map(([module, names]) => {
      const sorted = [...names].toSorted(by(([name]) => name));
      const imported = sorted.map(([name, local]) => (name === local ? name : `${name} as ${local}`));
      return layOut(list('import { ', imported, ` } from ${stringLiteral(module)};`));
    });
  }
}
