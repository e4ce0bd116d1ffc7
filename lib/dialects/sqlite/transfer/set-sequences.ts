import type { RowTransfer } from '../../row-transfer.ts';

/** How the numbers that SQLite gives next are read and set, once rows were loaded with theirs. */
export const sqliteSequences: Pick<RowTransfer, 'setNext' | 'next'> = {
  async setNext(held, { name }, { next }) {
    const [there] = await held.execute(`select 1 from sqlite_master where name = 'sqlite_sequence'`);
    if (!there) return;
    await held.execute('delete from sqlite_sequence where name = ?', [name]);
    // Where nothing was ever inserted, it has no row.
    if (next > 1n) await held.execute(`insert into sqlite_sequence (name, seq) values (?, ${next - 1n})`, [name]);
  },

  // https://www.sqlite.org/autoinc.html: one more than the highest key that was ever there
  async next(held, { name }) {
    const [there] = await held.execute(`select 1 from sqlite_master where name = 'sqlite_sequence'`);
    if (!there) return undefined;
    const [row] = await held.execute(`select cast(seq as text) as seq from sqlite_sequence where name = ?`, [name]);
    return row ? BigInt(String(row.seq)) + 1n : 1n;
  },
};
