import { randomBytes } from 'node:crypto';
import type { TableName } from '../changes.ts';
import type { Sql } from '../editor.ts';
import { qualify } from './names.ts';

/** A table made for what can be learned from it. */
export interface Scratch extends TableName {
  /** Its name as SQL says it. */
  readonly sql: string;
}

/**
 * Makes a table, lets `work` look at it, and leaves nothing of it behind: how PostgreSQL spells what was asked of it,
 * only PostgreSQL knows.
 *
 * It stands in the namespace of the table it is about, since whoever may make an index there may make a table. For a
 * temporary one it would take another right, which careful owners take away.
 */
export async function withScratch<T>(
  sql: Sql,
  namespace: string | undefined,
  definition: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  // another transaction may be at the same in the same namespace
  const name = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  const scratch = { name, namespace, sql: qualify(namespace, name) };
  const forget = async () => {
    await sql.execute('rollback to savepoint dejavu_scratch');
    await sql.execute('release savepoint dejavu_scratch');
  };
  await sql.execute('savepoint dejavu_scratch');
  let result: T;
  try {
    await sql.execute(`create table ${scratch.sql} (${definition})`);
    result = await work(scratch);
  } catch (error) {
    // on a connection that is gone there is no savepoint either, and the first error is the one to tell
    await forget().catch(() => {});
    throw error;
  }
  await forget();
  return result;
}
