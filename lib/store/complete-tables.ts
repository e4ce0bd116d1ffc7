import type { HeldConnection } from './connection.ts';
import type { Database } from './database.ts';
import { faultOf, isLost } from './faults.ts';
import { addMissingColumns, addMissingLogColumns } from './tables.ts';

/**
 * Adds the columns of our own tables that a newer release of this library needs: a short transaction of its own, before
 * any work, since readers would hang behind an ALTER until the work is done.
 *
 * @returns whether they are there; not while somebody holds a row, behind whom this would keep all readers waiting
 */
export async function completeTables(held: HeldConnection, database: Database): Promise<boolean> {
  const { tables, dialect } = database;
  try {
    const statements = await missingColumns(held, database);
    if (statements.length === 0) return true;
    await held.begin(dialect.begin);
    await dialect.settle(held, { lockTimeoutMs: 1000 });
    const rows = await held.execute(`select guid from ${tables.version}`);
    const free = await held.execute(`select guid from ${tables.version}${dialect.skipLocked}`);
    const isFree = free.length === rows.length;
    if (isFree) for (const statement of statements) await held.execute(statement);
    await held.commit();
    return isFree;
  } catch (error) {
    await held.rollback();
    if (isLost(error)) return false;
    // somebody else adds them at this very moment
    if (faultOf(error) === 'duplicate' || /duplicate column/.test(String(error))) return false;
    throw error;
  }
}

/** Writes the statements that add what an older release of this library did not have. */
export async function missingColumns(held: HeldConnection, { tables, dialect }: Database): Promise<string[]> {
  return [
    ...addMissingColumns(tables.version, await columnsOf(held, tables.version), dialect.types),
    ...addMissingLogColumns(tables.log, await columnsOf(held, tables.log), dialect.types),
  ];
}

/** A row of nulls, by whose names the columns are known, of an empty table too. */
async function columnsOf(held: HeldConnection, table: string): Promise<Record<string, unknown>> {
  const [row = {}] = await held.execute(`select t.* from (select 1 as one) as o left join ${table} as t on 1 = 0`);
  return row;
}
