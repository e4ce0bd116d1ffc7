import { randomBytes } from 'node:crypto';
import { HOST_DIGEST, isAlive } from '../../store/opening/this-host.ts';

const PREFIX = 'dejavu_proof_';
const MINUTES_A_DAY = 24 * 60;

/**
 * Names a database for one check, with its process and time, so that the next run finds it if the process is killed.
 */
export function nameProof(): string {
  return `${PREFIX}${HOST_DIGEST}_${process.pid}_${minute().toString(36)}_${randomBytes(4).toString('hex')}`;
}

/** Tells whether a database was left by a process that was killed: on this host, or long ago on another one. */
export function isForgotten(name: string): boolean {
  const [, host, pid, made] = /^dejavu_proof_([0-9a-f]{8})_(\d+)_([0-9a-z]+)_[0-9a-f]{8}$/.exec(name) ?? [];
  if (host === undefined || made === undefined) return false;
  if (host === HOST_DIGEST) return !isAlive(Number(pid));
  return minute() - Number.parseInt(made, 36) > MINUTES_A_DAY;
}

function minute(): number {
  return Math.floor(Date.now() / 60_000);
}
