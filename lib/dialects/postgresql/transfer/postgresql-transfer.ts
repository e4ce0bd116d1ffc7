import type { RowTransfer } from '../../row-transfer.ts';
import { copyRows } from './copy-rows.ts';
import { fitPostgresql } from './fit.ts';
import { limitOfPostgresql } from './limits.ts';
import { loadRows } from './load-rows.ts';
import { readBlocks } from './read-lines.ts';
import { readSums } from './row-sums.ts';
import { postgresqlSequences } from './set-sequences.ts';

/** Values as text without loss, the same with all settings of a role or a server. */
const SESSION: readonly string[] = [
  `set local timezone = 'UTC'`,
  `set local datestyle = 'ISO, YMD'`,
  `set local intervalstyle = 'iso_8601'`,
  `set local extra_float_digits = 1`,
  `set local bytea_output = 'hex'`,
  `set local lc_monetary = 'C'`,
  // It is read to its end.
  'set local cursor_tuple_fraction = 1',
];

/** The longest timeout that a server takes. */
const MAX_MS = 2_147_483_647;

/** How rows leave PostgreSQL and get into it. */
export const postgresqlTransfer: RowTransfer = {
  snapshot: ['begin', 'set transaction isolation level repeatable read, read only', ...SESSION],
  guard: {
    // The snapshot is that of the first query, which comes after the locks.
    // https://www.postgresql.org/docs/current/sql-lock.html
    begin: waitMs => [
      'begin',
      'set transaction isolation level repeatable read',
      `set local lock_timeout = ${Math.min(Math.max(Math.ceil(waitMs), 1), MAX_MS)}`,
      'set local idle_in_transaction_session_timeout = 0',
    ],
    lock: tables => [`lock table ${tables.join(', ')} in share mode`],
  },
  session: SESSION,
  unreadable: async () => undefined,
  blocks: readBlocks,
  sums: readSums,

  limitOf: limitOfPostgresql,
  fit: fitPostgresql,
  load: loadRows,
  loading: copyRows,
  keeps: ({ kind }) => kind !== 'json' && kind !== 'moment',

  ...postgresqlSequences,
};
