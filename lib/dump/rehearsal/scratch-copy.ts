import type { Call } from '../../boot/call.ts';
import { withFileCopy } from './copy-file.ts';
import { withDatabaseCopy } from './copy-on-server.ts';

/** How a copy was made: of the file, by the server from the whole database, or from a dump of this Schema. */
export type CopyWay = 'file' | 'template' | 'dump';

/** A copy of a database, for as long as a rehearsal runs. */
export interface ScratchCopy {
  /** The call, as it is made on the copy. */
  readonly call: Call;
  readonly way: CopyWay;
  /** What killed rehearsals left behind, and this one removed. */
  readonly removed: readonly string[];
  /** What they may have left behind, and this one could not remove. */
  readonly kept: readonly string[];
}

/** Where a copy may go. */
export interface CopyOptions {
  /** The folder for a copy of a file. By default that of the database. */
  readonly folder?: string | undefined;
}

/**
 * Copies a database while others use it, and removes the copy after the work, however that ends.
 *
 * @throws {@link PermissionDeniedError} where this role may not create a database
 * @throws {@link SchemaTargetError} where the driver reaches one database only
 */
export async function withScratchCopy<T>(
  call: Call,
  options: CopyOptions,
  work: (copy: ScratchCopy) => Promise<T>,
): Promise<T> {
  const { copies } = call.database.dialect;
  return copies ? withFileCopy(call, await copies.load(), options, work) : withDatabaseCopy(call, work);
}
