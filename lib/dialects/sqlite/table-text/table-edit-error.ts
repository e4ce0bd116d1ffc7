interface Options {
  readonly cause?: unknown;
}

/** A table cannot be edited as asked. Nothing was changed. */
export class TableEditError extends Error {
  /** The table's name, as it was given or as its definition spells it. */
  readonly table: string;
  /** What stands in the way, without the table's name. */
  readonly reason: string;

  constructor(table: string, reason: string, options: Options = {}) {
    super(`${table}: ${reason}`, options);
    this.table = table;
    this.reason = reason;
  }

  override get name(): string {
    return 'TableEditError';
  }
}

/** What a caught value says. An error need not be an `Error` of this realm: a driver may have been loaded elsewhere. */
export function messageOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : String(cause);
}
