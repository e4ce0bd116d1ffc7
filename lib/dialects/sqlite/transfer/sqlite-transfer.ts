import type { RowTransfer } from '../../row-transfer.ts';
import { bindRows } from './bind-rows.ts';
import { fitSqlite, limitOfSqlite } from './fit.ts';
import { loadRows } from './load-rows.ts';
import { readBlocks } from './read-lines.ts';
import { readSums } from './row-sums.ts';
import { sqliteSequences } from './set-sequences.ts';

/** How rows leave SQLite and get into it. */
export const sqliteTransfer: RowTransfer = {
  // A reader sees one state from its first statement to its last.
  // https://www.sqlite.org/isolation.html
  snapshot: ['begin'],
  // One writer at a time is all there is.
  guard: { begin: () => ['begin immediate'], lock: () => [] },
  session: [],
  // The bytes of a text would be those of another encoding.
  async unreadable(held) {
    const [row] = await held.execute('pragma encoding');
    const encoding = String(row?.encoding);
    return encoding === 'UTF-8'
      ? undefined
      : `the database stores text as ${encoding}, and only UTF-8 can be dumped. Copy it into a database with \`pragma encoding = 'UTF-8'\`.`;
  },

  blocks: readBlocks,
  sums: readSums,

  limitOf: limitOfSqlite,
  fit: fitSqlite,
  load: loadRows,
  loading: bindRows,
  keeps: () => true,

  ...sqliteSequences,
};
