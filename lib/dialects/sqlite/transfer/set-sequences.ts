import type { HeldConnection } from '../../../store/connection.ts';
import type { RowTransfer } from '../../row-transfer.ts';

/** SQLite creates the table with the first table whose keys it counts. */
async function hasSequences(held: HeldConnection): Promise<boolean> {
  return (await held.execute(`select 1 from sqlite_master where name = 'sqlite_sequence'`)).length > 0;
}

/** How the numbers that SQLite gives next are read and set, once rows were loaded with theirs. */
export const sqliteSequences: Pick<RowTransfer, 'setNext' | 'next'> = {
  async setNext(held, { name }, { next }) {
    if (!(await hasSequences(held))) return;
    await held.execute('delete from sqlite_sequence where name = ?', [name]);
    // Where nothing was ever inserted, it has no row.
    if (next > 1n) await held.execute(`insert into sqlite_sequence (name, seq) values (?, ${next - 1n})`, [name]);
  },

  // https://www.sqlite.org/autoinc.html: one more than the highest key that was ever there
  async next(held, { name }) {
    const read = `select cast(seq as text) as seq from sqlite_sequence where name = ?`;
    const rows = await held.execute(read, [name]).catch(async (error: unknown) => {
      if (await hasSequences(held)) throw error;
    });
    if (!rows) return undefined;
    const [row] = rows;
    return row ? BigInt(String(row.seq)) + 1n : 1n;
  },
};
