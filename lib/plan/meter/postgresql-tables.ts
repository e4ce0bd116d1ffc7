import { quoteText } from '../../dialects/postgresql/names.ts';

/**
 * Reads what a look compares, of every table: an index's own locks and files are left out, since whoever waits, waits for
 * the table.
 *
 * @param namespace the only one to look at; by default all of the application's.
 */
export function tablesSql(namespace: string | undefined): string {
  const where =
    namespace === undefined
      ? `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`
      : `n.nspname = ${quoteText(namespace)}`;
  return (
    `with locks as materialized (${LOCKS}) select c.oid::text as id, json_build_object('name', c.relname, 'file', c.relfilenode::text, ` +
    `'scans', coalesce(pg_stat_get_xact_numscans(c.oid), 0), 'modes', (select modes from locks where relation = c.oid), 'columns', (${COLUMNS}), ` +
    `'constraints', (${CONSTRAINTS}), 'indexes', (${INDEXES}), 'triggers', (${TRIGGERS}))::text as seen ` +
    `from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm') and ${where}`
  );
}

const LOCKS =
  `select l.relation, json_agg(l.mode) as modes from pg_locks l ` +
  `where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted ` +
  `and l.database = (select oid from pg_database where datname = current_database()) group by l.relation`;

const COLUMNS =
  `select string_agg(concat_ws(' ', a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attisdropped, a.attidentity, ` +
  `a.attgenerated, a.attcollation, pg_get_expr(d.adbin, d.adrelid)), ', ' order by a.attnum) ` +
  `from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ` +
  `where a.attrelid = c.oid and a.attnum > 0`;

const byOid = (oid: string, text: string) => `select coalesce(json_object_agg(${oid}::text, ${text}), '{}')`;

const CONSTRAINTS = `${byOid('o.oid', `o.contype::text || ' ' || o.conname`)} from pg_constraint o where o.conrelid = c.oid`;

const INDEXES = `${byOid('x.indexrelid', `''`)} from pg_index x where x.indrelid = c.oid`;

const TRIGGERS = `${byOid('t.oid', 't.tgname')} from pg_trigger t where t.tgrelid = c.oid`;
