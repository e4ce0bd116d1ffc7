import type { Call } from '../boot/call.ts';
import { verdictOn } from '../boot/decide.ts';
import { abortedError, patiently } from '../boot/look.ts';
import type { RowTransfer } from '../dialects/row-transfer.ts';
import { asSentence, isSchemaError, PermissionDeniedError, reasonOf } from '../errors.ts';
import { quoteName } from '../sql/quoting.ts';
import { HeldConnection } from '../store/connection.ts';
import { readRow } from '../store/database.ts';
import { parseRow, type DeployedRow } from '../store/deployed-row.ts';
import { faultOf } from '../store/faults.ts';
import { translate } from '../store/opening/translate.ts';
import { assertFrozenAt } from '../verify/opened-versions.ts';

/** One state of a database, while others go on writing. */
export interface Snapshot {
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  /** The version it is at, which this code has as a frozen version. */
  readonly row: DeployedRow;
}

/**
 * Reads a database in one transaction, which sees one state of it: the version too. Nothing that the work writes stays.
 *
 * @throws {@link SchemaTargetError} for a version that is not frozen
 * @throws {@link VersionMissingError}, {@link VersionForkedError}, {@link DatabaseUnavailableError},
 * {@link UpgradeAbortedError}
 */
export async function withSnapshot<T>(call: Call, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const { database } = call;
  try {
    const { value } = await patiently(call, now => read(now, work));
    if ('error' in value) throw value.error;
    return value.done;
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw mayNotRead(call, error) ?? translate(database, error);
  }
}

/** Says which rights a dump needs: only to read, the sequences too, whose next number is in it. */
function mayNotRead({ database, claim }: Call, cause: unknown): PermissionDeniedError | undefined {
  const { guid, place, namespace } = database;
  if (isSchemaError(cause) || faultOf(cause) !== 'permission') return undefined;
  const named = claim.metadata.flatMap(({ schema }) => (schema && schema !== '*' ? schema : []));
  const namespaces = [...new Set([namespace ?? 'public', ...named])].map(quoteName).join(', ');
  return new PermissionDeniedError(
    `this role may not read all of ${place}: ${asSentence(reasonOf(cause))} Grant it: ` +
      `grant usage on schema ${namespaces} to <role>; grant select on all tables in schema ${namespaces} to <role>; ` +
      `grant select on all sequences in schema ${namespaces} to <role>`,
    { guid, cause },
  );
}

/**
 * Waits for nothing but the first read: from then on, nothing that others do is in the way. So what the work throws ends the
 * call, and is no reason to begin again.
 */
async function read<T>(
  call: Call,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<{ readonly done: T } | { readonly error: unknown }> {
  const { database } = call;
  const { guid, tables, dialect } = database;
  // A database that is not there is reported before anything is opened for it.
  assertReadable(call, await readRow(database, call));
  const transfer = await dialect.load.transfer();
  return HeldConnection.hold(database.orm, call, async held => {
    await held.begin(transfer.snapshot);
    try {
      const rows = await held.execute(`select * from ${tables.version} where guid = ?`, [guid]);
      const row = assertReadable(call, parseRow(guid, rows));
      return await work({ held, transfer, row }).then(
        done => ({ done }),
        (error: unknown) => ({ error }),
      );
    } finally {
      await held.rollback();
    }
  });
}

/**
 * Reads a database in the transaction under way, as {@link withSnapshot} does, where no other connection can write meanwhile.
 * Leaves the transaction as it was.
 */
export async function withinTransaction<T>(
  held: HeldConnection,
  call: Call,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const { guid, tables, dialect } = call.database;
  const transfer = await dialect.load.transfer();
  await held.executeBatch([`savepoint ${SAVEPOINT}`, ...transfer.session]);
  try {
    const rows = await held.execute(`select * from ${tables.version} where guid = ?`, [guid]);
    return await work({ held, transfer, row: assertReadable(call, parseRow(guid, rows)) });
  } finally {
    await held.executeBatch([`rollback to savepoint ${SAVEPOINT}`, `release savepoint ${SAVEPOINT}`]);
  }
}

const SAVEPOINT = 'dejavu_dump';

/** @throws unless it is a version that this code knows, and has frozen; behind and ahead are versions too */
function assertReadable(call: Call, row: DeployedRow | undefined): DeployedRow {
  const { database, definition } = call;
  const error = verdictOn({ row, place: database.place }, definition);
  if (!row || error?.code === 'VERSION_FORKED') throw error as Error;
  assertFrozenAt(call, row.version);
  return row;
}
