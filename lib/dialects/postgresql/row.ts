import type { HeldConnection, Row } from '../../store/connection.ts';
import { lineValues, LINES_AT_ONCE, LOG_COLUMNS, type LogLine } from '../../store/version-log.ts';
import type { RowPlace, RowVerbs, StepTransaction } from '../dialect.ts';
import { isErrorLike } from '../../errors.ts';
import { quoteEscaped } from '../../sql/quoting.ts';
import { isDoomed, isLocked } from './driver-errors.ts';

/** The row of PostgreSQL: `for update skip locked` takes it, and no process ever waits for it. */
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
      `select v.*, v.tableoid::pg_catalog.text as dejavu_table, ${note('taken')} as dejavu_note, ${known ? ID : `${last}, ${OF_TRANSACTION}`} ` +
        `from ${tables.version} as v where v.guid = ? and v.epoch = ? for update of v skip locked`,
      [guid, epoch],
    );
    return {
      rows: rows.map(row => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('dejavu_')))),
      lastVersion: rows[0]?.dejavu_last ?? undefined,
      steps: { ...(known ?? stepsIn(rows[0])), id: String(rows[0]?.dejavu_id), table: String(rows[0]?.dejavu_table) },
    };
  },

  taking: ({ guid, tables }, { epoch, version, known: { table = '0' } }) => {
    const row =
      `select from ${tables.version} where guid = ${quoteEscaped(guid)} and epoch = ${BigInt(epoch)} ` +
      `and version = ${version} and ${isTable(table)} for update skip locked`;
    // Next to the row itself, a skipped one would be noted, too.
    return `select ${note('taken')} from (${row}) as taken; select ${whereNoted({ taken: `'1'` }, NOT_TAKEN)}`;
  },

  isNotTaken: error => failedWith(error) === NOT_TAKEN,

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
    const { id, table = '0' } = held.steps ?? {};
    const letGo = stage === undefined ? ', target = null, host = null, pid = null, since = null' : '';
    // The transaction that took the row has it locked: where its number is not known, that tells.
    const ours = id === undefined ? IS_LOCKED_BY_US : `pg_catalog.txid_current() = ${BigInt(id)}`;
    const update = held.format(
      `update ${tables.version} set version = ?, compatible = ?, fingerprint = ?, stage = ?${letGo} ` +
        `where guid = ? and version = ? and epoch = ? and ${ours} and ${isTable(table)} returning ${note('moved')}`,
      [to, compatible, fingerprint ?? null, stage ?? null, guid, from, epoch],
    );
    const [first = [], ...more] = chunksOf(lines);
    const inserts = [
      insert(held, place, first, version => whereNoted({ moved: version, taken: `'${CHANGED}'` }, ENDED)),
      ...more.map(chunk => insert(held, place, chunk)),
    ];
    try {
      await held.commitAfter([update, ...inserts]);
      return 'moved';
    } catch (error) {
      const said = failedWith(error);
      if (said === ENDED || isDoomed(error)) return 'ended';
      if (said === CHANGED) return 'refused';
      throw error;
    }
  },

  async log(held, place, lines) {
    for (const chunk of chunksOf(lines)) await held.execute(insert(held, place, chunk));
  },

  // Who holds a row of a table has a lock on the table as well, which any role may see.
  async isHeld(held, { version }) {
    const [row] = await held.execute(
      `select exists (select from pg_catalog.pg_locks where locktype = 'relation' and granted and mode <> 'AccessShareLock' ` +
        `and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()) ` +
        `and relation = cast(? as pg_catalog.regclass)) as held`,
      [version],
    );
    return row?.held === true;
  },

  async areFree(held, { version }) {
    const rows = await held.execute(`select guid from ${version}`);
    return (await held.execute(`select guid from ${version} for update skip locked`)).length === rows.length;
  },
};

// What a statement fails with that is sent along with others, of which the answers do not come back.
const NOT_TAKEN = 'dejavu: another process has the row';
const ENDED = 'dejavu: the step ended its transaction';
const CHANGED = 'dejavu: the row was changed';

const NOTE = 'dejavu.row';

/** Writes an expression that notes something for the rest of the transaction. */
function note(what: 'taken' | 'moved'): string {
  return `pg_catalog.set_config('${NOTE}', '${what}', true)`;
}

/** Writes an expression that is what belongs to the note, and fails with a text of ours where that is no number. */
function whereNoted(cases: Readonly<Record<string, string>>, otherwise: string): string {
  const whens = Object.entries(cases).map(([noted, then]) => `when '${noted}' then ${then}`);
  return `cast(case pg_catalog.current_setting('${NOTE}', true) ${whens.join(' ')} else '${otherwise}' end as pg_catalog.int4)`;
}

/** The text of ours that a statement failed with: in every language of the server, it quotes a text that is not a number. */
function failedWith(error: unknown): string | undefined {
  if (!isErrorLike(error) || Reflect.get(error, 'code') !== '22P02') return undefined;
  return [NOT_TAKEN, ENDED, CHANGED].find(text => error.message.includes(text));
}

/** The settings by which this server may end a transaction that takes long; the second is new in PostgreSQL 17. */
const LIMITS = ['idle_in_transaction_session_timeout', 'transaction_timeout'];
const knows = (name: string) => `pg_catalog.current_setting('${name}', true) is not null`;

/** Lifts them where it is not known yet which of them there are. */
export const NO_LIMITS = `select ${LIMITS.map(name => `case when ${knows(name)} then pg_catalog.set_config('${name}', '0', true) end`).join(', ')}`;

function isTable(oid: string): string {
  return `tableoid = cast(${BigInt(oid)} as pg_catalog.oid)`;
}

/** The transaction under way has locked the row. */
const IS_LOCKED_BY_US =
  'xmax = cast(cast(pg_catalog.txid_current() % 4294967296 as pg_catalog.text) as pg_catalog.xid)';

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

function chunksOf(lines: readonly LogLine[]): (readonly LogLine[])[] {
  const chunks: (readonly LogLine[])[] = [];
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    chunks.push(lines.slice(start, start + LINES_AT_ONCE));
  }
  return chunks;
}

/** Writes lines, in order, into the log; `orFail` makes of the first version one that is only there if all is well. */
function insert(
  held: HeldConnection,
  { guid, tables }: RowPlace,
  lines: readonly LogLine[],
  orFail?: (version: string) => string,
): string {
  const into = `insert into ${tables.log} (${LOG_COLUMNS})`;
  const [line, ...more] = lines;
  if (line && more.length === 0) return `${into} values (${valuesOf(held, guid, line, orFail)})`;
  const rows = lines.map((each, n) => `(${valuesOf(held, guid, each, n === 0 ? orFail : undefined)}, ${n})`).join(', ');
  const columns = LOG_COLUMNS.replaceAll(/\w+/g, 'lines.$&');
  return `${into} select ${columns} from (values ${rows}) as lines (${LOG_COLUMNS}, n) order by lines.n`;
}

/** A line; of several the first says the types. */
function valuesOf(held: HeldConnection, guid: string, line: LogLine, orFail?: (version: string) => string): string {
  const [id, from, to, ...rest] = lineValues(guid, line);
  const version = orFail?.(`'${String(to)}'`) ?? String(to);
  const moment = 'cast(? as pg_catalog.timestamptz), cast(? as pg_catalog.int4)';
  return held.format(`?, cast(? as pg_catalog.int4), ${version}, ?, ${moment}, ?, ?, ?, ?, current_user`, [
    id,
    from,
    ...rest,
  ]);
}
