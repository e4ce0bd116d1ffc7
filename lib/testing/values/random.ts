/** Numbers that look random, and are the same for the same seed on every machine. Not for secrets. */
export class Random {
  #state: number;

  /** @param of names the purpose of the numbers, so that a table gets the same rows when another table is added. */
  constructor(seed: number, ...of: readonly (string | number)[]) {
    this.#state = hash(`${seed}\0${of.join('\0')}`);
  }

  /** A number from 0 up to, not including, 1. Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number between two, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** A whole number of any size between two, both included. */
  between64(min: bigint, max: bigint): bigint {
    const span = max - min + 1n;
    const bits = (BigInt(this.below(4_294_967_296)) << 32n) | BigInt(this.below(4_294_967_296));
    return min + (bits % span);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  chance(of: number): boolean {
    return this.next() < of;
  }

  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make);
  }

  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const all = [...items];
    for (let index = all.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      [all[index], all[other]] = [all[other] as T, all[index] as T];
    }
    return all;
  }
}

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}
