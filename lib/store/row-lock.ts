import { announce, withdraw, withdrawAnew, type AnnouncedWork } from './announcement.ts';
import { HeldConnection, type Patience } from './connection.ts';
import type { Database } from './database.ts';
import type { MoveOutcome, StepTransaction } from '../dialects/dialect.ts';
import { isLost } from './faults.ts';
import { Busy } from './poll.ts';
import type { LogLine } from './version-log.ts';
import { historyError, numberOf, parseRow, type DeployedRow, type RowMove } from './deployed-row.ts';
import { assertSupported } from './opening/assert-supported.ts';
import { completeTables } from './bookkeeping/complete-tables.ts';
import { commitError, holdDatabase, transact } from './transaction.ts';

/** Work under the row. */
interface Work extends AnnouncedWork {
  /** Throws if it cannot be done at all, before anything is written. */
  readonly check?: ((held: HeldConnection) => Promise<void>) | undefined;
}

/** The row, taken for the transaction under way: no other process can take it until that ends. */
export interface TakenRow extends DeployedRow {
  /** Where the last line of its history led to, if it has one, and was not looked at before on this connection. */
  readonly lastVersion: unknown;
}

/** The row while it is ours. */
export interface OwnRow {
  readonly held: HeldConnection;
  /**
   * One transaction that takes the row before anything else.
   *
   * @returns what `work` returns, or {@link Busy} if another process holds the row or announced itself after us
   */
  readonly transact: <T>(work: (row: TakenRow) => Promise<T | Busy>) => Promise<T | Busy>;
  /** The same for one step, and for a row at this version: `work` gets it if there was something to be learned from it. */
  readonly transactAt: <T>(version: number, work: (row?: TakenRow) => Promise<T | Busy>) => Promise<T | Busy>;
  /** Moves the row on and logs the steps that led there: the last that is done in the transaction under way. */
  readonly move: (move: Omit<RowMove, 'epoch'>, lines: readonly LogLine[]) => Promise<MoveOutcome>;
}

/**
 * The one place where the row is announced, taken and given back: holds a connection, completes our own tables, announces
 * the work so that everybody can see it, and takes the announcement back unless the row was moved to where the work ends.
 *
 * @returns what `use` returns, or {@link Busy} if another process is working on it
 */
export async function withRow<T>(
  database: Database,
  patience: Patience,
  work: Work,
  use: (own: OwnRow) => Promise<T | Busy>,
): Promise<T | Busy> {
  const busy = new Busy({ holder: work.row.holder });
  let left: string | undefined;
  try {
    return await holdDatabase(database, patience, async held => {
      await assertSupported(database, sql => held.execute(sql));
      await work.check?.(held);
      if (!(await completeTables(held, database))) return busy;
      const epoch = await announce(held, database, work);
      if (epoch === undefined) return busy;
      let isLetGo = false;
      const own: OwnRow = {
        held,
        transact: body => underRow(held, database, { patience, epoch }, body),
        transactAt: (version, body) => underKnownRow(held, database, { patience, epoch, version }, body),
        async move(move, lines) {
          const moving = database.dialect.row.move(held, database, { ...move, epoch }, lines);
          const moved = await moving.catch((error: unknown) => {
            throw commitError(error);
          });
          if (moved === 'ended') await held.settleLate();
          isLetGo = moved === 'moved' && move.stage === undefined;
          return moved;
        },
      };
      let isDone = false;
      try {
        const result = await use(own);
        isDone = isLetGo && !(result instanceof Busy);
        return result;
      } finally {
        if (!isDone && !(await withdraw(held, database, epoch))) left = epoch;
      }
    });
  } finally {
    if (left !== undefined) await withdrawAnew(database, left);
  }
}

/**
 * Takes the row for the transaction under way. The row is the lock: it is free again when the transaction ends, however
 * it ends. Asked for by its epoch: a row that another process has by now is not locked, not even for a moment.
 *
 * @returns the row as it is now, or `undefined` if another process holds it or announced itself after us
 */
export async function takeRow(held: HeldConnection, database: Database, epoch: string): Promise<TakenRow | undefined> {
  const { rows, lastVersion, steps } = await database.dialect.row.take(held, database, epoch, held.known);
  const row = parseRow(database.guid, rows);
  if (!row) return undefined;
  held.steps = steps;
  return { ...row, lastVersion };
}

function underRow<T>(
  held: HeldConnection,
  database: Database,
  { patience, epoch }: { patience: Patience; epoch: string },
  work: (row: TakenRow) => Promise<T | Busy>,
): Promise<T | Busy> {
  return transact(
    held,
    database,
    patience,
    async () => {
      const row = await takeRow(held, database, epoch);
      return row ? work(row) : new Busy();
    },
    { withSteps: true },
  );
}

/** Takes the row as the transaction begins, where all that could be learned from it is known. */
async function underKnownRow<T>(
  held: HeldConnection,
  database: Database,
  { patience, epoch, version }: { patience: Patience; epoch: string; version: number },
  work: (row?: TakenRow) => Promise<T | Busy>,
): Promise<T | Busy> {
  const verbs = database.dialect.row;
  const known = held.steps ?? held.known;
  const first = known && held.sendsAtOnce ? verbs.taking?.(database, { epoch, version, known }) : undefined;
  if (first === undefined) {
    return underRow(held, database, { patience, epoch }, async row =>
      row.version === version ? work(row) : new Busy({ holder: row.holder }),
    );
  }
  const body = () => {
    held.steps = { ...known, id: undefined } as StepTransaction;
    return work();
  };
  try {
    return await transact(held, database, patience, body, { withSteps: true, first });
  } catch (error) {
    if (verbs.isNotTaken?.(error)) return new Busy();
    throw error;
  }
}

/**
 * Compares the row with its history before steps run on it: a row lowered by hand would run them twice.
 *
 * @throws {@link VersionCorruptError}
 */
export async function assertHistory(held: HeldConnection, database: Database, row: TakenRow): Promise<void> {
  if (row.lastVersion === undefined || numberOf(row.lastVersion) === row.version) return;
  const { guid, tables } = database;
  const [line] = await held.execute(`select * from ${tables.log} where guid = ? order by id desc limit 1`, [guid]);
  throw historyError(guid, row.raw, line ?? { to_version: row.lastVersion });
}

/**
 * Tells whether another process may hold the row right now, without taking it.
 *
 * @returns `undefined` if that cannot be seen
 */
export async function isRowHeld(database: Database, patience: Patience): Promise<boolean | undefined> {
  const { orm, dialect, tables } = database;
  try {
    return await HeldConnection.hold(orm, patience, held =>
      dialect.withoutWaiting(held, () => dialect.row.isHeld(held, tables)),
    );
  } catch (error) {
    return isLost(error) ? true : undefined;
  }
}
