const FIRST_SLOTS = 1 << 10;

/**
 * Remembers keys by 64 bits of each: 16 to 32 bytes for a row, of any key. Two keys that share them are one here,
 * which the database notices at last.
 */
export class KeySet {
  #high = new Uint32Array(FIRST_SLOTS);
  #low = new Uint32Array(FIRST_SLOTS);
  #size = 0;

  add(key: string): void {
    if (this.#size * 2 >= this.#low.length) this.#grow();
    this.#put(...hash(key));
  }

  has(key: string): boolean {
    const [high, low] = hash(key);
    return this.#low[this.#find(high, low)] !== 0;
  }

  #put(high: number, low: number): void {
    const slot = this.#find(high, low);
    if (this.#low[slot] === 0) this.#size += 1;
    this.#high[slot] = high;
    this.#low[slot] = low;
  }

  #find(high: number, low: number): number {
    const mask = this.#low.length - 1;
    let slot = (low ^ high) & mask;
    while (this.#low[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low];
    this.#high = new Uint32Array(low.length * 2);
    this.#low = new Uint32Array(low.length * 2);
    this.#size = 0;
    for (const [slot, value] of low.entries()) if (value !== 0) this.#put(high[slot] as number, value);
  }
}

/** Two hashes of 32 bits; the second is never 0, which stands for a free place. */
function hash(key: string): [number, number] {
  let [one, other] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995) ^ (other >>> 15);
  }
  one ^= one >>> 16;
  return [Math.imul(one, 0x85ebca6b) >>> 0, (other ^ (other >>> 13)) >>> 0 || 1];
}
