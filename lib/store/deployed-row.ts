import { VersionCorruptError, type Holder } from '../errors.ts';
import { isVersion, MAX_VERSION, type Deployed } from '../version.ts';
import type { Row } from './connection.ts';

/** The row as it was read, checked. */
export interface DeployedRow extends Deployed {
  /** Grows with every announcement; a process with an older one has lost. As text: a bigint is no number. */
  readonly epoch: string;
  /** The version being worked to right now. */
  readonly stage: number | undefined;
  /** The version the work under way ends at. */
  readonly target: number | undefined;
  /** The process that announced itself, if one did. */
  readonly holder: Holder | undefined;
  /** As the driver gave it. */
  readonly raw: Row;
}

/** What a database without a row is recorded as. */
export interface NewRow {
  readonly version: number;
  readonly compatible: number;
  readonly fingerprint: string | undefined;
}

/** What a row becomes. */
export interface RowMove {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly compatible: number;
  readonly fingerprint: string | undefined;
  /** The version to be worked to next; `undefined` ends the work and lets go of the row. */
  readonly stage: number | undefined;
  /** Whether it is only to be moved while every row has its parents, where foreign keys are off meanwhile. */
  readonly withoutOrphans: boolean;
}

/**
 * Reads what a database remembers out of the rows of one guid.
 *
 * @throws {@link VersionCorruptError} if there are several, or if one makes no sense. It is never treated as 0.
 */
export function parseRow(guid: string, rows: readonly Row[]): DeployedRow | undefined {
  const [row, ...more] = rows;
  if (!row) return undefined;
  if (more.length > 0) {
    throw corrupt(
      guid,
      rows,
      `deployed_version has ${rows.length} rows for this guid, with versions ${rows.map(r => show(r.version)).join(', ')}`,
    );
  }
  const version = numberOf(row.version);
  if (!isVersion(version))
    throw corrupt(
      guid,
      rows,
      `version in deployed_version is ${show(version)}, not a whole number from 0 to ${MAX_VERSION}`,
    );
  const compatible = numberOf(row.compatible) ?? version;
  if (!isVersion(compatible))
    throw corrupt(
      guid,
      rows,
      `compatible in deployed_version is ${show(compatible)}, not a whole number from 0 to ${MAX_VERSION}`,
    );
  const [stage, target] = [numberOf(row.stage), numberOf(row.target)].map(value =>
    isVersion(value) ? value : undefined,
  );
  return {
    version,
    compatible,
    fingerprint: typeof row.fingerprint === 'string' ? row.fingerprint : undefined,
    epoch: String(row.epoch ?? 0),
    stage,
    target,
    holder: stage === undefined ? undefined : parseHolder(row, stage),
    raw: row,
  };
}

const MAX_EPOCH = 2n ** 63n - 1n;

/**
 * Checks that the row can be announced, which raises its epoch. A boot with nothing to do does without.
 *
 * @throws {@link VersionCorruptError}
 */
export function assertEpoch(guid: string, { raw }: DeployedRow): void {
  const { epoch } = raw;
  const isWhole = /^\d+$/.test(String(epoch)) && (typeof epoch !== 'number' || Number.isSafeInteger(epoch));
  // An older release of this library had none.
  if (epoch === undefined || (isWhole && BigInt(String(epoch)) < MAX_EPOCH)) return;
  throw new VersionCorruptError(
    `epoch in deployed_version is ${show(epoch)} and cannot be raised. While no process is upgrading, run: ` +
      `update deployed_version set epoch = 0 where guid = '${guid}'`,
    { guid, rows: [raw] },
  );
}

/** The error of a row that admits less code than its own version. */
export function compatibleError(guid: string, { raw, version, compatible }: DeployedRow): VersionCorruptError {
  return corrupt(guid, [raw], `compatible in deployed_version is ${compatible}, above version ${version}`);
}

/** The error of a row that is not where its history led: lowered by hand, its steps would run twice. */
export function historyError(guid: string, row: Row, line: Row): VersionCorruptError {
  return new VersionCorruptError(
    `version in deployed_version is ${show(numberOf(row.version))}, but the last line of deployed_version_log led to ` +
      `${show(numberOf(line.to_version))}. The row was changed by hand. Restore it, or add a line to the log for the change.`,
    { guid, rows: [row, line] },
  );
}

/** A whole number, which some drivers give as a bigint. */
export function numberOf(value: unknown): unknown {
  return typeof value === 'bigint' && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** Reads the process that announced itself out of a row. */
export function parseHolder(row: Row, stage: number | undefined): Holder {
  const pid = numberOf(row.pid);
  return {
    host: typeof row.host === 'string' ? row.host : undefined,
    pid: typeof pid === 'number' ? pid : undefined,
    since: parseMoment(row.since),
    stage,
  };
}

/** A moment as either dialect gives it. */
export function parseMoment(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value !== 'string') return undefined;
  // PostgreSQL writes `2026-01-01 00:00:00.000+00`, to which an ISO date would say `+00:00`
  const moment = new Date(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function corrupt(guid: string, rows: readonly Row[], what: string): VersionCorruptError {
  return new VersionCorruptError(`${what}. Correct the row by hand: deployed_version_log has its history.`, {
    guid,
    rows,
  });
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
