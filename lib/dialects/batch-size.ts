const FIRST = 16;
const MOST = 2000;
const BYTES = 1_000_000;

/** How many rows to read at once: as many as make about a megabyte, for any content. */
export class BatchSize {
  readonly #most: number;
  #rows: number;

  constructor(most = MOST, first = FIRST) {
    this.#most = most;
    this.#rows = first;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Learns how long the last lines were. */
  learn(rows: number, bytes: number): void {
    const fitting = Math.floor((rows * BYTES) / Math.max(bytes, 1));
    this.#rows = Math.max(1, Math.min(this.#most, this.#rows * 4, fitting));
  }
}
