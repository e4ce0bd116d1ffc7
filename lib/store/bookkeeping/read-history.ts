import type { Row } from '../connection.ts';
import { ask, type Database } from '../database.ts';
import { parseMoment } from '../deployed-row.ts';
import { faultOf } from '../faults.ts';
import { translate } from '../opening/translate.ts';

/** A line of the log. Unknown values are `undefined`. */
export type HistoryLine = ReturnType<typeof parseLine>;

/** Reads the history of one Schema, oldest first. Nothing, where there is no log. */
export async function readHistory(database: Database): Promise<HistoryLine[]> {
  const { guid, tables, dialect } = database;
  const sql = `select * from ${dialect.onlyTable(tables.log)} where guid = ? order by id`;
  try {
    return (await ask(database, { waitMs: 0 }, sql, [guid])).map(parseLine);
  } catch (error) {
    if (faultOf(error) === 'no table') return [];
    throw translate(database, error);
  }
}

function parseLine(row: Row) {
  const read = <Value>(name: string, as: (value: unknown) => Value) => {
    const value = row[name] ?? undefined;
    return value === undefined ? undefined : as(value);
  };
  return {
    from: read('from_version', Number),
    to: Number(row['to_version']),
    how: String(row['how']),
    at: parseMoment(row['at']),
    tookMs: read('took_ms', Number),
    host: read('host', String),
    pid: read('pid', Number),
    role: read('role', String),
    release: read('release', String),
    reason: read('reason', String),
  };
}
