import { randomBytes } from 'node:crypto';
import type { TableName } from '../../table-changes.ts';
import type { Sql } from '../../table-editor.ts';
import { qualify } from '../../../sql/quoting.ts';

/** A table made for what can be learned from it. */
export interface Scratch extends TableName {
  /** Its name as SQL says it. */
  readonly sql: string;
}

/**
 * Makes a table, lets `work` look at it, and leaves nothing of it behind: how PostgreSQL spells what was asked of it,
 * only PostgreSQL knows. It needs a transaction.
 *
 * It stands in the namespace of the table it is about, where whoever may make an index may make a table; a role that may
 * do neither, and alters what it owns, is left with a temporary one.
 */
export async function withScratch<T>(
  sql: Sql,
  namespace: string | undefined,
  definition: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  try {
    return await tryScratch(sql, namespace, definition, work);
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return tryScratch(sql, 'pg_temp', definition, work);
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function tryScratch<T>(
  sql: Sql,
  namespace: string | undefined,
  definition: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  // another transaction may be at the same in the same namespace
  const name = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  const scratch = { name, namespace, sql: qualify(namespace, name) };
  await sql.execute('savepoint dejavu_scratch');
  try {
    await sql.execute(`create table ${scratch.sql} (${definition})`);
    const result = await work(scratch);
    await forget(sql);
    return result;
  } catch (error) {
    // on a connection that is gone there is no savepoint either, and the first error is the one to tell
    await forget(sql).catch(() => {});
    throw error;
  }
}

async function forget(sql: Sql): Promise<void> {
  await sql.execute('rollback to savepoint dejavu_scratch');
  await sql.execute('release savepoint dejavu_scratch');
}
