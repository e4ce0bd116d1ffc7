/** How many readings are kept. */
const KEPT = 64;

/** What statements were read as, of those that were read last: each is looked at again and again while a step runs. */
export class ReadLately<T> {
  readonly #kept = new Map<string, T>();

  /** Reads a statement, or finds what it was read as. */
  of(sql: string, read: (sql: string) => T): T {
    const reading = this.#kept.get(sql) ?? read(sql);
    this.#kept.delete(sql);
    this.#kept.set(sql, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return reading;
  }
}
