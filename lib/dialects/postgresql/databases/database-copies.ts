import { quoteName, quoteText } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import { codeOf, faultOf } from '../../../store/faults.ts';
import { isForgotten, LIKE_SCRATCH } from '../../../store/opening/scratch-names.ts';
import type { DatabaseCopies } from '../../dialect.ts';

/** Another session uses the database to copy, or to drop. */
const IN_USE = '55006';

/** Copies of a database on the same server. */
export const postgresqlDatabaseCopies: DatabaseCopies = {
  async leftOver(held) {
    const rows = await held.execute(
      `select datname::pg_catalog.text as name from pg_catalog.pg_database where datname like '${LIKE_SCRATCH}' and pg_catalog.pg_has_role(datdba, 'usage')`,
    );
    return rows.map(row => String(row.name)).filter(isForgotten);
  },

  async isUsed(held, name) {
    const [row] = await held.execute(
      `select pg_catalog.count(*)::pg_catalog.int4 as used from pg_catalog.pg_stat_activity where datname = ${quoteText(name)} and pid <> pg_catalog.pg_backend_pid()`,
    );
    return Number(row?.used) > 0;
  },

  async copy(held, name, source) {
    try {
      await held.execute(`create database ${quoteName(name)} template ${quoteName(source)}`);
    } catch (error) {
      // Only its owner may copy it, with the right to create databases, and only while no session uses it.
      if (codeOf(error) === IN_USE || faultOf(error) === 'permission') return false;
      throw error;
    }
    await describe(held, name, source);
    return true;
  },

  async drop(held, name) {
    try {
      await held.execute(`drop database if exists ${quoteName(name)}`);
      return true;
    } catch (error) {
      if (codeOf(error) === IN_USE || faultOf(error) === 'permission') return false;
      throw error;
    }
  },
};

/** Says to a person who finds the database what it is. */
async function describe(held: HeldConnection, name: string, source: string): Promise<void> {
  const said = `A scratch copy of "${source}" for npx dejavu rehearse. Drop it if no rehearsal is running.`;
  await held.execute(`comment on database ${quoteName(name)} is ${quoteText(said)}`);
}
