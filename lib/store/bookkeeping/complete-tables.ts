import type { HeldConnection } from '../connection.ts';
import type { Database } from '../database.ts';
import { faultOf, isLost } from '../faults.ts';
import { keyOf } from '../tables.ts';
import { assertSound, inspectTables, missingColumns } from './inspect-tables.ts';

/**
 * Adds the columns of our tables that a newer release of this library needs: a short, separate transaction, before
 * any work, since readers would hang behind an ALTER until the work is done.
 *
 * @returns whether they exist; not while another process holds a row, because all readers would wait behind it
 */
export async function completeTables(held: HeldConnection, database: Database): Promise<boolean> {
  const { tables, dialect } = database;
  try {
    const found = await inspectTables(held, database);
    assertSound(database, found);
    const missing = missingColumns(found);
    if (missing.length === 0) return true;
    const statements = missing.map(({ table, column: { name, type } }) => {
      return `alter table ${tables[keyOf(table)]} add column ${dialect.quoteName(name)} ${type(dialect.types)}`;
    });
    await held.begin(dialect.begin({ lockTimeoutMs: 1000, withSteps: false }));
    const isFree = await dialect.row.areFree(held, tables);
    if (isFree) for (const statement of statements) await held.execute(statement);
    await held.commit();
    return isFree;
  } catch (error) {
    await held.rollback();
    if (isLost(error)) return false;
    // Another process adds them at this very moment.
    if (faultOf(error) === 'duplicate' || /duplicate column/.test(String(error))) return false;
    throw error;
  }
}
