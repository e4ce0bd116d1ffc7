const FIRST_SLOTS = 1 << 10;
/** A manifest with a wrong number of rows must not fill the memory. */
const MOST_FIRST_SLOTS = 1 << 22;
const COMMA = 0x2c;

/**
 * Remembers keys by 64 bits of each: 16 to 32 bytes for a row, of any key. Two keys that share them are one here,
 * which the database notices at last.
 */
export class KeySet {
  #high: Uint32Array;
  #low: Uint32Array;
  #size = 0;

  /** @param rows how many keys there will be, as far as that is known: then nothing has to be moved */
  constructor(rows = 0) {
    let slots = FIRST_SLOTS;
    while (slots < rows * 2 && slots < MOST_FIRST_SLOTS) slots *= 2;
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
  }

  add({ high, low }: KeyHash): void {
    if (this.#size * 2 >= this.#low.length) this.#grow();
    this.#put(high, low);
  }

  has({ high, low }: KeyHash): boolean {
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

/** Two hashes of 32 bits of a key, whose values are joined by commas. The second is never 0, which stands for a free place. */
export class KeyHash {
  #one = 0;
  #other = 0;
  #isEmpty = true;

  /** The hash of a key that is known as text. */
  static of(key: string): KeyHash {
    const bytes = Buffer.from(key);
    return new KeyHash().begin().add(bytes, 0, bytes.length);
  }

  /** Forgets everything. */
  begin(): this {
    [this.#one, this.#other, this.#isEmpty] = [0x811c9dc5, 0x9747b28c, true];
    return this;
  }

  /** Adds the next value of the key. */
  add(bytes: Uint8Array, start: number, end: number): this {
    if (!this.#isEmpty) this.#mix(COMMA);
    this.#isEmpty = false;
    for (let at = start; at < end; at += 1) this.#mix(bytes[at] as number);
    return this;
  }

  #mix(byte: number): void {
    this.#one = Math.imul(this.#one ^ byte, 0x01000193);
    this.#other = Math.imul(this.#other ^ byte, 0x5bd1e995) ^ (this.#other >>> 15);
  }

  get high(): number {
    return Math.imul(this.#one ^ (this.#one >>> 16), 0x85ebca6b) >>> 0;
  }

  get low(): number {
    return (this.#other ^ (this.#other >>> 13)) >>> 0 || 1;
  }
}
