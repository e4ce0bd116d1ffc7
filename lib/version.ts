/** The greatest possible version: the row keeps it in a signed 32-bit integer. */
export const MAX_VERSION = 2_147_483_647;

/** Tells whether `value` is a version: a whole number from 0 to {@link MAX_VERSION}. */
export function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_VERSION;
}

/**
 * How the version of a database compares with the code. `'missing'`: no version. `'too old'`: no step starts there.
 * `'behind'`: lower. `'level'`: equal. `'ahead'`: higher. `'forked'`: the same number from another branch.
 */
export type Standing = 'missing' | 'too old' | 'behind' | 'level' | 'ahead' | 'forked';

/** The version row. */
export interface Deployed {
  readonly version: number;
  /** The oldest version of the code that may run on this database. */
  readonly compatible: number;
  readonly fingerprint?: string | undefined;
}

/** The versions of the code. */
export interface Code {
  readonly latest: number;
  /** The oldest deployed version the code can start from. */
  readonly baseline: number;
  /** The fingerprint the code knows for a version, if it keeps frozen versions. */
  fingerprintOf(version: number): string | undefined;
}

/** Decides where a database stands. Pure: one row, one class, one word. */
export function standingOf(deployed: Deployed | undefined, code: Code): Standing {
  if (!deployed) return 'missing';
  if (deployed.version > code.latest) return 'ahead';
  if (isForked(deployed, code)) return 'forked';
  if (deployed.version < code.baseline) return 'too old';
  return deployed.version < code.latest ? 'behind' : 'level';
}

/** Tells whether the code may run on the database as it is. */
export function mayRun(deployed: Deployed | undefined, code: Code): boolean {
  const standing = standingOf(deployed, code);
  return standing === 'level' || (standing === 'ahead' && deployed !== undefined && deployed.compatible <= code.latest);
}

/** Same number, other fingerprint. */
function isForked(deployed: Deployed, code: Code): boolean {
  return sameFingerprint(code.fingerprintOf(deployed.version), deployed.fingerprint) === false;
}

/** Tells whether two fingerprints were made by the same algorithm; false if one is missing. */
export function comparable(a: string | null | undefined, b: string | null | undefined): boolean {
  return algorithmOf(a) !== undefined && algorithmOf(a) === algorithmOf(b);
}

/**
 * Tells whether two fingerprints are equal; `undefined` if they cannot be compared. The part after a point is compared if
 * both have one: older releases wrote none.
 */
export function sameFingerprint(a: string | null | undefined, b: string | null | undefined): boolean | undefined {
  if (!comparable(a, b)) return undefined;
  const [[first, more], [other, rest]] = [partsOf(a), partsOf(b)];
  return first === other && (more === undefined || rest === undefined || more === rest);
}

function partsOf(value: string | null | undefined): readonly [string, string | undefined] {
  const [first = '', more] = (value ?? '').split('.');
  return [first, more];
}

function algorithmOf(value: string | null | undefined): string | undefined {
  return /^([^:]+):./.exec(value ?? '')?.[1];
}
