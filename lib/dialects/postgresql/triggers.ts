import type { Sql } from '../table-editor.ts';

/**
 * Lets the deferred constraints of tables, and those that refer to them, speak up now: a table whose triggers still wait
 * for the commit can be neither altered nor dropped. They are as deferred as they were declared afterwards.
 *
 * @throws what a violated constraint throws
 * @see https://www.postgresql.org/docs/current/sql-set-constraints.html
 */
export async function fireDeferred(sql: Sql, oids: readonly string[]): Promise<void> {
  const name = `format('%I.%I', n.nspname, o.conname)`;
  const [found] = await sql.execute(
    `select string_agg(distinct ${name}, ', ') as deferrable, ` +
      `string_agg(distinct ${name}, ', ') filter (where o.condeferred) as deferred ` +
      `from pg_constraint o join pg_namespace n on n.oid = o.connamespace ` +
      `where o.condeferrable and (o.conrelid in (${oids.join(', ')}) or o.confrelid in (${oids.join(', ')}))`,
  );
  if (!found?.deferrable) return;
  await sql.execute(`set constraints ${String(found.deferrable)} immediate`);
  if (found.deferred) await sql.execute(`set constraints ${String(found.deferred)} deferred`);
}
