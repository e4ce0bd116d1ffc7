import type { Configuration } from '@mikro-orm/core';

/**
 * Frozen versions that stay open, for work that opens the same ones hundreds of times, as the checks of a Schema do. An
 * application opens each of its versions once, and keeps none.
 */
export class KeptModels<T = unknown> {
  readonly #made = new WeakMap<object, Map<string | undefined, T>>();
  /** The frozen versions that are known to be as they were frozen. */
  readonly unedited = new WeakSet<object>();

  /** Gives the product of `make` for the entities of a version in a namespace. It is made once. */
  of(module: object, namespace: string | undefined, make: () => T): T {
    const known = this.#made.get(module) ?? new Map<string | undefined, T>();
    this.#made.set(module, known);
    const made = known.get(namespace) ?? make();
    known.set(namespace, made);
    return made;
  }
}

const kept = new WeakMap<Configuration, KeptModels>();

/** Keeps the frozen versions that are opened for an ORM. Several ORMs with the same options may share them. */
export function keepModels({ config }: { readonly config: Configuration }, models: KeptModels): void {
  kept.set(config, models);
}

/** The frozen versions that are kept for the ORM of a configuration; `undefined` for an ORM that keeps none. */
export function keptFor<T>(config: Configuration): KeptModels<T> | undefined {
  return kept.get(config) as KeptModels<T> | undefined;
}
