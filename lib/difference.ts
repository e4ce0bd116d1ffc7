/** One difference between the storage of a database and its frozen version, as data. */
export interface Difference {
  /** `missing`: only the version has it. `extra`: only the database has it. `different`: both have it, not equal. */
  readonly kind: 'missing' | 'extra' | 'different';
  /** From the table inwards: `['animal', 'column', 'legs', 'type']`. */
  readonly path: readonly string[];
  /** The value in the database. */
  readonly live: unknown;
  /** The value in the frozen version. */
  readonly wanted: unknown;
}
