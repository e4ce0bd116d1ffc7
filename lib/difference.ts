/** One thing in which storage is not what is wanted, as data. */
export interface Difference {
  /** `missing`: wanted, and not there. `extra`: there, and not wanted. `different`: there, and not as wanted. */
  readonly kind: 'missing' | 'extra' | 'different';
  /** From the table inwards: `['animal', 'column', 'legs', 'type']`. */
  readonly path: readonly string[];
  readonly live: unknown;
  readonly wanted: unknown;
}
