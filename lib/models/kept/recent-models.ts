/** What was made of a version, for a namespace. */
interface Entry<T> {
  readonly module: object;
  readonly namespace: string | undefined;
  readonly made: T;
}

/** A step works with two versions: the one before it, and its own. */
const SIDES = 2;

/** What was made last of frozen versions. A chain of steps needs no more than two of them at a time. */
export class RecentModels<T> {
  readonly #entries: Entry<T>[] = [];

  /** Finds what was made of a version. */
  find(module: object, namespace: string | undefined): T | undefined {
    return this.#entries.find(entry => entry.module === module && entry.namespace === namespace)?.made;
  }

  /** Adds what was made of a version, and drops all but the last two. */
  add(module: object, namespace: string | undefined, made: T): void {
    this.#entries.push({ module, namespace, made });
    if (this.#entries.length > SIDES) this.#entries.shift();
  }

  /** Gives away what was made of a version, to one caller only. */
  take(module: object, namespace: string | undefined): T | undefined {
    const index = this.#entries.findIndex(entry => entry.module === module && entry.namespace === namespace);
    return this.#entries.splice(index, index === -1 ? 0 : 1)[0]?.made;
  }
}
