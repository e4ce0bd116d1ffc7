const FIRST = 100;
const MOST = 2000;
const BYTES = 1_000_000;

/** How many rows to read at once: as many as make about a megabyte, for any content. */
export class BatchSize {
  #rows = FIRST;

  get rows(): number {
    return this.#rows;
  }

  /** Learns how long the last lines were. */
  learn(lines: readonly string[]): void {
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    const fitting = Math.floor((lines.length * BYTES) / Math.max(bytes, 1));
    this.#rows = Math.max(1, Math.min(MOST, this.#rows * 4, fitting));
  }
}
