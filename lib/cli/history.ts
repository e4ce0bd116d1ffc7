import { ask, type Database } from '../store/database.ts';
import type { Row } from '../store/connection.ts';
import { faultOf } from '../store/faults.ts';
import { parseMoment } from '../store/row.ts';

/** A line of the log. What is not known is `undefined`. */
export interface HistoryLine {
  readonly from: number | undefined;
  readonly to: number;
  readonly how: string;
  readonly at: Date | undefined;
  readonly tookMs: number | undefined;
  readonly host: string | undefined;
  readonly pid: number | undefined;
  readonly role: string | undefined;
  readonly release: string | undefined;
  readonly reason: string | undefined;
}

/** Reads what was done to the database in the name of one Schema, the oldest first. */
export async function readHistory(database: Database): Promise<HistoryLine[]> {
  const { guid, tables } = database;
  const sql = `select * from ${tables.log} where guid = ? order by id`;
  try {
    return (await ask(database, { waitMs: 0 }, sql, [guid])).map(parseLine);
  } catch (error) {
    if (faultOf(error) === 'no table') return [];
    throw error;
  }
}

function parseLine(row: Row): HistoryLine {
  return {
    from: numberOf(row['from_version']),
    to: Number(row['to_version']),
    how: String(row['how']),
    at: parseMoment(row['at']),
    tookMs: numberOf(row['took_ms']),
    host: textOf(row['host']),
    pid: numberOf(row['pid']),
    role: textOf(row['role']),
    release: textOf(row['release']),
    reason: textOf(row['reason']),
  };
}

function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function textOf(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
