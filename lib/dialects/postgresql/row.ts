import type { HeldConnection, Row } from '../../store/connection.ts';
import { lineValues, LINES_AT_ONCE, LOG_COLUMNS, type LogLine } from '../../store/version-log.ts';
import type { RowPlace, RowVerbs, StepTransaction } from '../dialect.ts';
import { isDoomed, isLocked } from './driver-errors.ts';

/** The row of PostgreSQL: `for update skip locked` takes it, and nobody ever waits for it. */
export const postgresqlRow: RowVerbs = {
  async insert(held, { guid, tables }, { version, compatible, fingerprint }) {
    const inserted = await held.execute(
      `insert into ${tables.version} (guid, version, compatible, fingerprint, epoch) values (?, ?, ?, ?, 0) ` +
        `on conflict (guid) do nothing returning guid`,
      [guid, version, compatible, fingerprint ?? null],
    );
    return inserted.length === 1;
  },

  async announce(held, { guid, tables }, { epoch, stage, target, host, pid, since }) {
    const [row] = await held.execute(
      `update ${tables.version} set epoch = epoch + 1, stage = ?, target = ?, host = ?, pid = ?, since = ? ` +
        `where guid = (select guid from ${tables.version} where guid = ? and epoch = ? for update skip locked) returning epoch`,
      [stage, target, host, pid, since, guid, epoch],
    );
    return row && String(row.epoch);
  },

  async whyNotAnnounced(held, { guid, tables }, epoch) {
    const mine = held.format(`from ${tables.version} where guid = ? and epoch = ?`, [guid, epoch]);
    const free = await held.execute(`select guid ${mine} for update skip locked`);
    if (free.length > 0) return 'free';
    const [seen] = await held.execute(`select pg_catalog.row_security_active(tableoid) as guarded ${mine}`);
    if (seen?.guarded !== true) return 'held';
    try {
      // Only where a policy may hide it: asked this way, the server writes down a lock that is not free.
      return (await held.execute(`select guid ${mine} for update nowait`)).length > 0 ? 'free' : 'hidden';
    } catch (error) {
      if (isLocked(error)) return 'held';
      throw error;
    }
  },

  async readFree(held, { guid, tables }) {
    const all = held.format(`from ${tables.version} where guid = ?`, [guid]);
    const free = await held.execute(`select * ${all} for update skip locked`);
    return free.length > 0 || (await held.execute(`select guid ${all}`)).length === 0 ? free : undefined;
  },

  async take(held, { guid, tables }, epoch, known) {
    const last = `(select l.to_version from ${tables.log} as l where l.guid = v.guid order by l.id desc limit 1) as dejavu_last`;
    const rows = await held.execute(
      `select v.*, v.tableoid::pg_catalog.text as dejavu_table, ${known ? ID : `${last}, ${OF_TRANSACTION}`} ` +
        `from ${tables.version} as v where v.guid = ? and v.epoch = ? for update of v skip locked`,
      [guid, epoch],
    );
    return {
      rows: rows.map(row => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('dejavu_')))),
      lastVersion: rows[0]?.dejavu_last ?? undefined,
      steps: { ...(known ?? stepsIn(rows[0])), id: String(rows[0]?.dejavu_id), table: String(rows[0]?.dejavu_table) },
    };
  },

  async withdraw(held, { guid, tables }, epoch) {
    const mine = held.format(`select guid from ${tables.version} where guid = ? and epoch = ?`, [guid, epoch]);
    const withdrawn = await held.execute(
      `update ${tables.version} set stage = null, target = null, host = null, pid = null, since = null ` +
        `where guid = (${mine} for update skip locked) returning guid`,
    );
    return withdrawn.length > 0 || (await held.execute(mine)).length === 0;
  },

  async move(held, place, { epoch, from, to, compatible, fingerprint, stage }, lines) {
    const { guid, tables } = place;
    const { id = '', table = '0' } = held.steps ?? {};
    const letGo = stage === undefined ? ', target = null, host = null, pid = null, since = null' : '';
    const moved = held.format(
      `update ${tables.version} set version = ?, compatible = ?, fingerprint = ?, stage = ?${letGo} ` +
        `where guid = ? and version = ? and epoch = ? and pg_catalog.txid_current() = cast(? as pg_catalog.int8) and tableoid = cast(? as pg_catalog.oid) returning guid`,
      [to, compatible, fingerprint ?? null, stage ?? null, guid, from, epoch, id, table],
    );
    const [first, ...more] = chunksOf(lines);
    const logging = held.execute(`with moved as (${moved}) ${insert(held, place, first, 'moved')} returning id`);
    const logged = await logging.catch((error: unknown) => {
      if (isDoomed(error)) return undefined;
      throw error;
    });
    if (!logged) return 'ended';
    if (logged.length < first.length) return (await idOfTransaction(held)) === id ? 'refused' : 'ended';
    for (const chunk of more) await held.execute(insert(held, place, chunk));
    return 'moved';
  },

  async log(held, place, lines) {
    for (const chunk of chunksOf(lines)) await held.execute(insert(held, place, chunk));
  },

  async areFree(held, { version }) {
    const rows = await held.execute(`select guid from ${version}`);
    return (await held.execute(`select guid from ${version} for update skip locked`)).length === rows.length;
  },
};

/** The settings by which this server may end a transaction that takes long; the second is new in PostgreSQL 17. */
const LIMITS = ['idle_in_transaction_session_timeout', 'transaction_timeout'];
const knows = (name: string) => `pg_catalog.current_setting('${name}', true) is not null`;

/** Lifts them where it is not known yet which of them there are. */
export const NO_LIMITS = `select ${LIMITS.map(name => `case when ${knows(name)} then pg_catalog.set_config('${name}', '0', true) end`).join(', ')}`;

// The number of the transaction, and not a savepoint, tells whether it is still the one we began: it costs no statement
// where the row is taken and moved, and no subtransaction for each step.
const ID = 'pg_catalog.txid_current()::pg_catalog.text as dejavu_id';
const OF_TRANSACTION =
  `${ID}, exists (select from pg_catalog.pg_constraint where condeferrable) as dejavu_deferrable, ` +
  LIMITS.map((name, index) => `${knows(name)} as dejavu_limit_${index}`).join(', ');

/** Looks at the transaction under way, where no row tells of it. */
export async function openSteps(held: HeldConnection): Promise<StepTransaction> {
  const [row] = await held.execute(`select ${OF_TRANSACTION}`);
  return stepsIn(row);
}

export async function idOfTransaction(held: HeldConnection): Promise<string> {
  const [row] = await held.execute(`select ${ID}`);
  return String(row?.dejavu_id);
}

function stepsIn(row: Row | undefined): StepTransaction {
  return {
    id: String(row?.dejavu_id),
    deferrable: row?.dejavu_deferrable === true,
    writes: undefined,
    limits: LIMITS.filter((_, index) => row?.[`dejavu_limit_${index}`] === true),
  };
}

function chunksOf(lines: readonly LogLine[]): [readonly LogLine[], ...(readonly LogLine[])[]] {
  const rest: (readonly LogLine[])[] = [];
  for (let start = LINES_AT_ONCE; start < lines.length; start += LINES_AT_ONCE) {
    rest.push(lines.slice(start, start + LINES_AT_ONCE));
  }
  return [lines.slice(0, LINES_AT_ONCE), ...rest];
}

/** Writes lines, in order, into the log; if a row is named, only where it is. */
function insert(held: HeldConnection, { guid, tables }: RowPlace, lines: readonly LogLine[], ifThere?: string): string {
  const into = `insert into ${tables.log} (${LOG_COLUMNS})`;
  const from = ifThere === undefined ? '' : ` from ${ifThere}`;
  const [line, ...more] = lines;
  if (line && more.length === 0) return held.format(`${into} select ${VALUES}${from}`, lineValues(guid, line));
  const rows = held.format(
    lines.map(() => `(${VALUES}, ?)`).join(', '),
    lines.flatMap((each, index) => [...lineValues(guid, each), index]),
  );
  const named = `(values ${rows}) as lines (${LOG_COLUMNS}, n)`;
  const columns = LOG_COLUMNS.replaceAll(/\w+/g, 'lines.$&');
  return `${into} select ${columns} from ${named}${ifThere === undefined ? '' : `, ${ifThere}`} order by lines.n`;
}

/** A line; of several the first says the types. */
const VALUES = `?, cast(? as pg_catalog.int4), ?, ?, cast(? as pg_catalog.timestamptz), cast(? as pg_catalog.int4), ?, ?, ?, ?, current_user`;
