import type { HeldConnection, Row } from '../../store/connection.ts';
import { LOCK_MODES, type LockMode } from '../../plan/plan-data.ts';
import { strongest, type Meter, type Touch } from '../table-touches.ts';
import { tablesSql } from '../../plan/meter/postgresql-tables.ts';

/** A table as one look found it. */
interface Seen {
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
 *   a statement needs is told by what it did to the catalog.
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
      return [...first].flatMap(([id, { name }]): Touch[] => {
        const [was, is] = [before.get(id), last.get(id)];
        const touch = was && compare(was, is, isOurs);
        return touch ? [{ id, name, ...touch }] : [];
      });
    },
    names: () => new Map([...first].map(([id, { name }]) => [name, last.get(id)?.name])),
    async changes() {
      const [row] = await held.execute(
        `select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text as rows from pg_stat_xact_user_tables`,
      );
      return Number(row?.rows);
    },
  };
}

function seen(row: Row): Seen {
  return JSON.parse(String(row.seen)) as Seen;
}

function compare(was: Seen, is: Seen | undefined, isOurs: boolean): Omit<Touch, 'id' | 'name'> | undefined {
  const nothing = { lock: undefined, rewritten: false, scanned: false, written: false, dropped: false };
  if (!is) return { ...nothing, lock: 'ACCESS EXCLUSIVE', dropped: true };
  const fresh = LOCK_MODES.filter(mode => holds(is, mode) && !holds(was, mode));
  const needed = strongest([...fresh, ...neededFor(was, is)]);
  const rewritten = was.file !== is.file;
  const scanned = was.scans !== is.scans;
  if (needed === undefined && !rewritten && !scanned) return undefined;
  // what a step before has locked is locked still
  const lock = isOurs ? needed : strongest(LOCK_MODES.filter(mode => holds(is, mode)));
  return { ...nothing, lock, rewritten, scanned, written: fresh.includes('ROW EXCLUSIVE') };
}

/**
 * What a change of the catalog was locked with.
 *
 * @see https://www.postgresql.org/docs/current/sql-altertable.html "an ACCESS EXCLUSIVE lock is acquired unless explicitly
 *   noted": adding a foreign key or a trigger is, and so is building an index
 */
function neededFor(was: Seen, is: Seen): LockMode[] {
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

function holds({ modes }: Seen, mode: LockMode): boolean {
  // as `pg_locks` spells it: AccessExclusiveLock
  return (modes ?? []).some(held => held.toLowerCase() === `${mode.replaceAll(' ', '').toLowerCase()}lock`);
}
