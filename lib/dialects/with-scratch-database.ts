import type { MikroORM } from '@mikro-orm/core';
import type { Patience } from '../store/connection.ts';
import type { Database } from '../store/database.ts';

/** What a scratch database is made like, and where its file stands if it is one. */
export interface ScratchOptions {
  readonly database: Database;
  readonly patience: Patience;
  /** A folder that is removed afterwards. */
  readonly folder: string;
}

/**
 * Makes an empty database of the same engine, for as long as `work` runs, and an ORM on it with the entities of the
 * application's. What a killed process leaves of it, the next one removes.
 *
 * @throws {@link PermissionDeniedError} where this role may not create one, {@link DatabaseUnavailableError}
 */
export type WithScratchDatabase = <T>(
  options: ScratchOptions,
  work: (scratch: { readonly orm: MikroORM; readonly name: string }) => Promise<T>,
) => Promise<T>;
