import { quoteEscaped, qualify } from '../../../sql/quoting.ts';
import type { RowTransfer } from '../../row-transfer.ts';
import { stored } from '../names.ts';

/** How the numbers that PostgreSQL gives next are read and set, once rows were loaded with theirs. */
export const postgresqlSequences: Pick<RowTransfer, 'setNext' | 'next'> = {
  async setNext(held, { name, namespace }, { column, next }) {
    await held.execute(
      `select pg_catalog.setval(pg_catalog.pg_get_serial_sequence(${quoteEscaped(qualify(namespace, name))}, ${quoteEscaped(stored(column))}), ${next}, false)`,
    );
  },

  async next(held, { name, namespace }, column) {
    const [found] = await held.execute(
      `select pg_catalog.pg_get_serial_sequence(${quoteEscaped(qualify(namespace, name))}, ${quoteEscaped(stored(column))}) as sequence`,
    );
    if (typeof found?.sequence !== 'string') return undefined;
    const [row] = await held.execute(
      `select (s.last_value + case when s.is_called then q.seqincrement else 0 end)::pg_catalog.text as next ` +
        `from ${found.sequence} s, pg_catalog.pg_sequence q where q.seqrelid = ${quoteEscaped(found.sequence)}::pg_catalog.regclass`,
    );
    return row && BigInt(String(row.next));
  },
};
