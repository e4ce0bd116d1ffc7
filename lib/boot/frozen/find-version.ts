import { isUnproven } from '../../difference.ts';
import { Busy } from '../../store/poll.ts';
import { holdDatabase, transact } from '../../store/transaction.ts';
import type { Call } from '../call.ts';
import { compareWith, type StorageComparison } from './storage-look.ts';

/** How the storage of a database compares with the frozen versions. */
export interface StorageMatch {
  /** The versions it is, though a constraint may not hold for all rows, from the highest down: more than one where versions do not differ in storage. */
  readonly same: readonly number[];
  /** The one with the fewest differences, of which there are some; `undefined` if there are no frozen versions. */
  readonly nearest: StorageComparison | undefined;
}

/** Compares the storage of a database with every frozen version that the steps can start from. Changes nothing. */
export async function findVersion(call: Call): Promise<StorageMatch | Busy> {
  const { database, definition } = call;
  const { baseline, latest } = definition;
  const versions = Array.from({ length: latest - baseline + 1 }, (_, index) => latest - index);
  const frozen = versions.filter(version => definition.versionOf(version));
  if (frozen.length === 0) return { same: [], nearest: undefined };
  const compared = await holdDatabase(database, call, held =>
    transact(held, database, call, () => compareWith(held, call, frozen), { isTrial: true }),
  );
  if (compared instanceof Busy) return compared;
  const same = compared.filter(({ differences }) => differences.every(isUnproven)).map(({ version }) => version);
  const [nearest] = compared.toSorted((one, other) => one.differences.length - other.differences.length);
  return { same, nearest: same.length > 0 ? undefined : nearest };
}
