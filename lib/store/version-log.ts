import { hostname } from 'node:os';

/** How a line came into the log. */
type How = 'install' | 'upgrade' | 'downgrade' | 'adopt' | 'allow' | 'restore' | 'repair';

/** A line of the log, but for what the store knows itself. */
export interface LogLine {
  readonly from: number | undefined;
  readonly to: number;
  readonly how: How;
  /** When it was done; now, by default. */
  readonly at?: Date;
  readonly tookMs?: number | undefined;
  readonly release?: string | undefined;
  readonly reason?: string | undefined;
}

/** The columns of a line, in the order of {@link lineValues}; the role is for the dialect to say. */
export const LOG_COLUMNS = 'guid, from_version, to_version, how, at, took_ms, host, pid, release, reason, role';

/** A statement has to end somewhere. */
export const LINES_AT_ONCE = 250;

/** The values of a line, but for the role. */
export function lineValues(guid: string, line: LogLine): unknown[] {
  return [
    guid,
    line.from ?? null,
    line.to,
    line.how,
    (line.at ?? new Date()).toISOString(),
    line.tookMs === undefined ? null : Math.round(line.tookMs),
    hostname(),
    process.pid,
    line.release ?? null,
    line.reason ?? null,
  ];
}
