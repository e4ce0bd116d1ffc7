import { frozenStorageSql } from '../../boot/frozen/frozen-storage.ts';
import type { Call } from '../../boot/call.ts';
import { reasonOf, RestoreRefusedError } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { isRefused } from '../../store/faults.ts';
import { holdDatabase, transact } from '../../store/transaction.ts';

/**
 * Creates the storage of a version in a transaction that is rolled back: what an engine refuses, a column type that only
 * the other one has or a view in its words, is reported before any row is read.
 *
 * @throws {@link RestoreRefusedError} naming the statement
 */
export async function tryStorage(call: Call, version: number): Promise<void> {
  const { database } = call;
  await holdDatabase(database, call, held =>
    transact(held, database, call, () => createAll(held, call, version), { isTrial: true }),
  );
}

const SAVEPOINT = 'dejavu_storage';

async function createAll(held: HeldConnection, call: Call, version: number): Promise<void> {
  const statements = await frozenStorageSql(held, call, version);
  await held.execute(`savepoint ${SAVEPOINT}`);
  try {
    await held.executeBatch(statements);
  } catch (error) {
    if (!isRefused(error)) throw error;
    await held.execute(`rollback to savepoint ${SAVEPOINT}`);
    // One by one, to name the statement.
    for (const statement of statements) await orRefuse(call, version, statement, held.execute(statement));
    throw error;
  }
}

async function orRefuse(call: Call, version: number, statement: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw refusedStorage(call, version, cause, statement);
  }
}

/** Says that a database cannot have the storage of a version, if it has refused that; any other error stays as it is. */
export function refusedStorage(
  { database: { guid, place } }: Call,
  version: number,
  cause: unknown,
  statement?: string,
): unknown {
  if (!isRefused(cause)) return cause;
  const where = statement === undefined ? '' : `, in \`${shorten(statement)}\``;
  return new RestoreRefusedError(
    `${place} cannot have the storage of version ${version}: ${reasonOf(cause)}${where}. Nothing was written. ` +
      `Make a version that both engines can store: change the column type, the expression or the \`schema\` in the entities, run \`npx dejavu next\`, and upgrade. Then dump or move that version.`,
    { guid, cause },
  );
}

const SHOWN = 100;

function shorten(statement: string): string {
  const line = statement.trim().replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
