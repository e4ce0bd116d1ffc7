import { userInfo } from 'node:os';
import type { HeldConnection, Row } from '../../store/connection.ts';
import { lineValues, LINES_AT_ONCE, LOG_COLUMNS, type LogLine } from '../../store/version-log.ts';
import type { RowPlace, RowVerbs, StepTransaction } from '../dialect.ts';

/** A savepoint is set before the first step. Releasing it fails if the transaction is no longer the one it was set in. */
export const MARK = 'savepoint dejavu_step';
export const RELEASE = 'release savepoint dejavu_step';

/** Foreign keys are off while steps run, and there is nothing else to be deferred. */
export const STEPS: StepTransaction = { id: undefined, deferrable: false, writes: undefined, limits: [] };

/** The row of SQLite: one writer has the file, so the process that began holds it. */
export const sqliteRow: RowVerbs = {
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
        `where guid = ? and epoch = ? returning epoch`,
      [stage, target, host, pid, since, guid, epoch],
    );
    return row && String(row.epoch);
  },

  async whyNotAnnounced(held, { guid, tables }, epoch) {
    const rows = await held.execute(`select guid from ${tables.version} where guid = ? and epoch = ?`, [guid, epoch]);
    return rows.length > 0 ? 'free' : 'held';
  },

  readFree: (held, { guid, tables }) => held.execute(`select * from ${tables.version} where guid = ?`, [guid]),

  async take(held, { guid, tables }, epoch) {
    const rows = await held.executeAgain(
      `select v.*, (select l.to_version from ${tables.log} as l where l.guid = v.guid order by l.id desc limit 1) as dejavu_last, ` +
        `(select data_version from pragma_data_version) as dejavu_writes ` +
        `from ${tables.version} as v where v.guid = ? and v.epoch = ?`,
      [guid, epoch],
    );
    const { dejavu_last: lastVersion, dejavu_writes: writes } = rows[0] ?? {};
    return {
      rows: rows.map(({ dejavu_last: _last, dejavu_writes: _writes, ...row }): Row => row),
      lastVersion: lastVersion ?? undefined,
      steps: { ...STEPS, writes },
    };
  },

  async withdraw(held, { guid, tables }, epoch) {
    await held.execute(
      `update ${tables.version} set stage = null, target = null, host = null, pid = null, since = null where guid = ? and epoch = ?`,
      [guid, epoch],
    );
    return true;
  },

  async move(held, place, { epoch, from, to, compatible, fingerprint, stage, withoutOrphans }, lines) {
    const { guid, tables } = place;
    const letGo = stage === undefined ? ', target = null, host = null, pid = null, since = null' : '';
    const orphans = withoutOrphans ? ' and not exists (select 1 from pragma_foreign_key_check)' : '';
    const update = held.format(
      `update ${tables.version} set version = ?, compatible = ?, fingerprint = ?, stage = ?${letGo} ` +
        `where guid = ? and version = ? and epoch = ?${orphans}`,
      [to, compatible, fingerprint ?? null, stage ?? null, guid, from, epoch],
    );
    try {
      await held.executeBatch([RELEASE, update, ...inserts(held, place, lines, IF_MOVED)]);
      return 'moved';
    } catch (error) {
      if (NOT_MOVED.test(String(error)) || MISMATCH.test(String(error))) return 'refused';
      if (ENDED.test(String(error))) return 'ended';
      throw error;
    }
  },

  async log(held, place, lines) {
    for (const insert of inserts(held, place, lines, '?')) await held.execute(insert);
  },

  async isHeld(held) {
    await held.execute('begin immediate');
    await held.execute('rollback');
    return false;
  },

  // The process that began a transaction of ours is the only one that holds anything.
  areFree: async () => true,
};

/** No version leads anywhere if the update before found no row: the log refuses a line without one. */
const IF_MOVED = 'case changes() when 1 then ? end';
const NOT_MOVED = /NOT NULL constraint failed: \S*to_version/;
/** A parent has no such key, so SQLite checks nothing. */
export const MISMATCH = /foreign key mismatch/;
/** Nothing of ours is under way any more. */
const ENDED = /no such savepoint|no transaction is active/;

function inserts(held: HeldConnection, { guid, tables }: RowPlace, lines: readonly LogLine[], to: string): string[] {
  const role = operatingSystemUser();
  const statements: string[] = [];
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const some = lines.slice(start, start + LINES_AT_ONCE);
    // Only the first follows the update.
    const values = `(?, ?, ${start === 0 ? to : '?'}, ?, ?, ?, ?, ?, ?, ?, ?)`;
    statements.push(
      held.format(
        `insert into ${tables.log} (${LOG_COLUMNS}) values ${some.map(() => values).join(', ')}`,
        some.flatMap(line => [...lineValues(guid, line), role]),
      ),
    );
  }
  return statements;
}

let user: string | undefined;

/** Asked once: the system reads a file for it, and a plan writes a line for each step. */
function operatingSystemUser(): string {
  try {
    user ??= userInfo().username;
  } catch {
    user = String(process.getuid?.() ?? ''); // A container may run under a number without a name.
  }
  return user;
}
