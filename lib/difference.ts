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
  /** The statement that ends it, where one statement does, without another part in its place. */
  readonly fix?: string | undefined;
}

/**
 * Whether it is a constraint that is there as wanted, but that the database has not checked for all rows, or does not
 * enforce. No operation makes one of it, and none has to end it.
 */
export function isUnproven({ path }: Difference): boolean {
  return path[3] === VALIDITY;
}

/** The last part of the path of such a difference. */
export const VALIDITY = 'validity';
