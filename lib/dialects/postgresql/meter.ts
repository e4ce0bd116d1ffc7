import type { HeldConnection, Row } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { quoteEscaped } from '../../sql/quoting.ts';
import {
  LOCK_MODES,
  strongest,
  type LockMode,
  type Meter,
  type Metering,
  type RowCount,
  type TableTouch,
} from '../table-touches.ts';

export const postgresqlMetering: Metering = {
  begin: held => postgresqlMeter(held, { isOurs: false }),
  countRows,
};

/** A table as one look found it. */
interface SeenTable {
  readonly name: string;
  readonly file: string;
  readonly scans: number;
  readonly modes: readonly string[] | null;
  readonly columns: string;
  /** Each by its oid. */
  readonly constraints: Readonly<Record<string, string>>;
  readonly indexes: Readonly<Record<string, string>>;
  readonly triggers: Readonly<Record<string, string>>;
}

/**
 * Measures with PostgreSQL's own catalog: locks by `pg_locks`, rewrites by the file a table is kept in, reading all rows
 * by the statistics of this transaction.
 *
 * @param namespace the only one to look at; by default all of the application's.
 * @param isOurs whether the tables were made in this transaction, which then holds the strongest lock on them anyway: what
 *   a statement needs shows in its changes to the catalog.
 */
export async function postgresqlMeter(
  held: HeldConnection,
  { namespace, isOurs }: { namespace?: string | undefined; isOurs: boolean },
): Promise<Meter> {
  const find = async () =>
    new Map((await held.execute(tablesSql(namespace))).map(row => [String(row.id), seen(row)] as const));
  let last = await find();
  const first = last;
  return {
    expect: async () => {},
    async look() {
      const before = last;
      last = await find();
      return [...first].flatMap(([id, { name }]): TableTouch[] => {
        const [was, is] = [before.get(id), last.get(id)];
        const touch = was && compare(was, is, isOurs);
        return touch ? [{ id, name, ...touch }] : [];
      });
    },
    names: () => new Map([...first].map(([id, { name }]) => [name, last.get(id)?.name])),
    async changes() {
      const [row] = await held.execute(
        `select coalesce(pg_catalog.sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::pg_catalog.text as rows from pg_catalog.pg_stat_xact_user_tables`,
      );
      return Number(row?.rows);
    },
  };
}

function seen(row: Row): SeenTable {
  return JSON.parse(String(row.seen)) as SeenTable;
}

function compare(
  was: SeenTable,
  is: SeenTable | undefined,
  isOurs: boolean,
): Omit<TableTouch, 'id' | 'name'> | undefined {
  const nothing = { lock: undefined, rewritten: false, scanned: false, written: false, dropped: false };
  if (!is) return { ...nothing, lock: 'ACCESS EXCLUSIVE', dropped: true };
  const fresh = LOCK_MODES.filter(mode => holds(is, mode) && !holds(was, mode));
  const needed = strongest([...fresh, ...neededFor(was, is)]);
  const rewritten = was.file !== is.file;
  const scanned = was.scans !== is.scans;
  if (needed === undefined && !rewritten && !scanned) return undefined;
  // What a step before has locked is locked still
  const lock = isOurs ? needed : strongest(LOCK_MODES.filter(mode => holds(is, mode)));
  return { ...nothing, lock, rewritten, scanned, written: fresh.includes('ROW EXCLUSIVE') };
}

/**
 * What a change of the catalog was locked with.
 *
 * @see https://www.postgresql.org/docs/current/sql-altertable.html "an ACCESS EXCLUSIVE lock is acquired unless explicitly
 *   noted": adding a foreign key or a trigger is, and so is building an index
 */
function neededFor(was: SeenTable, is: SeenTable): LockMode[] {
  const added = (kind: 'constraints' | 'indexes' | 'triggers') =>
    Object.entries(is[kind]).filter(([id]) => !(id in was[kind]));
  const changed = (kind: 'constraints' | 'indexes' | 'triggers') =>
    Object.entries(was[kind]).some(([id, text]) => is[kind][id] !== text);
  const isAltered =
    was.name !== is.name ||
    was.columns !== is.columns ||
    changed('constraints') ||
    changed('indexes') ||
    changed('triggers') ||
    added('constraints').some(([, text]) => !text.startsWith('f '));
  if (isAltered) return ['ACCESS EXCLUSIVE'];
  if (added('constraints').length > 0 || added('triggers').length > 0) return ['SHARE ROW EXCLUSIVE'];
  return added('indexes').length > 0 ? ['SHARE'] : [];
}

function holds({ modes }: SeenTable, mode: LockMode): boolean {
  // As `pg_locks` spells it: AccessExclusiveLock
  return (modes ?? []).some(held => held.toLowerCase() === `${mode.replaceAll(' ', '').toLowerCase()}lock`);
}

/** The statistics say it. */
async function countRows(
  held: HeldConnection,
  database: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, RowCount>> {
  const namespace = database.namespace === undefined ? 'pg_catalog.current_schema()' : quoteEscaped(database.namespace);
  const found = await held.execute(
    // A table that neither `vacuum` nor `analyze` has seen yet has no estimate, and the number that was counted along
    `select c.relname as name, case when c.reltuples >= 0::real then c.reltuples else pg_catalog.pg_stat_get_live_tuples(c.oid) end::pg_catalog.text as n ` +
      `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm') ` +
      `and n.nspname = ${namespace} and c.relname in (${names.map(quoteEscaped).join(', ')})`,
  );
  return new Map(found.map(({ name, n }) => [String(name), { count: Math.max(0, Number(n)), exact: false }]));
}

/**
 * Reads the compared state of every table: an index's own locks and files are left out, since every waiter waits for
 * the table.
 *
 * @param namespace the only one to look at; by default all of the application's.
 */
function tablesSql(namespace: string | undefined): string {
  const where =
    namespace === undefined
      ? `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname::pg_catalog.text !~ '^pg_(toast|temp)'`
      : `n.nspname = ${quoteEscaped(namespace)}`;
  return (
    `with locks as materialized (${LOCKS}) select c.oid::pg_catalog.text as id, pg_catalog.json_build_object('name', c.relname, 'file', c.relfilenode::pg_catalog.text, ` +
    `'scans', coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0), 'modes', (select modes from locks where relation = c.oid), 'columns', (${COLUMNS}), ` +
    `'constraints', (${CONSTRAINTS}), 'indexes', (${INDEXES}), 'triggers', (${TRIGGERS}))::pg_catalog.text as seen ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm') and ${where}`
  );
}

const LOCKS =
  `select l.relation, pg_catalog.json_agg(l.mode) as modes from pg_catalog.pg_locks l ` +
  `where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted ` +
  `and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()) group by l.relation`;

const COLUMNS =
  `select pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attisdropped, a.attidentity, ` +
  `a.attgenerated, a.attcollation, pg_catalog.pg_get_expr(d.adbin, d.adrelid)), ', ' order by a.attnum) ` +
  `from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ` +
  `where a.attrelid = c.oid and a.attnum > 0`;

const byOid = (oid: string, text: string) =>
  `select coalesce(pg_catalog.json_object_agg(${oid}::pg_catalog.text, ${text}), '{}')`;

const CONSTRAINTS = `${byOid('o.oid', `o.contype::pg_catalog.text || ' ' || o.conname::pg_catalog.text`)} from pg_catalog.pg_constraint o where o.conrelid = c.oid`;

const INDEXES = `${byOid('x.indexrelid', `''`)} from pg_catalog.pg_index x where x.indrelid = c.oid`;

const TRIGGERS = `${byOid('t.oid', 't.tgname')} from pg_catalog.pg_trigger t where t.tgrelid = c.oid`;
