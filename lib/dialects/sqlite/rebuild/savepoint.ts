import type { Sql } from '../../table-editor.ts';

/** Does all of `work` or, if it throws, nothing. */
export async function atomically<T>(db: Sql, work: () => Promise<T>): Promise<T> {
  await db.execute('savepoint dejavu_rebuild');
  try {
    const result = await work();
    await db.execute('release dejavu_rebuild');
    return result;
  } catch (error) {
    // SQLite itself rolls everything back on some errors (a full disk); there is no savepoint then, and the first error
    // is the one to report.
    await rollBack(db, 'dejavu_rebuild').catch(() => {});
    throw error;
  }
}

/** Does `work` for what can be learned from it, and leaves nothing of it behind. */
export async function undoing<T>(db: Sql, work: () => Promise<T>): Promise<T> {
  await db.execute('savepoint dejavu_trial');
  try {
    return await work();
  } finally {
    await rollBack(db, 'dejavu_trial');
  }
}

async function rollBack(db: Sql, savepoint: string): Promise<void> {
  await db.execute(`rollback to ${savepoint}`);
  await db.execute(`release ${savepoint}`);
}
