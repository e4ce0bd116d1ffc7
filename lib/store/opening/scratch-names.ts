import { randomBytes } from 'node:crypto';
import { HOST_DIGEST, isAlive } from './this-host.ts';

const NAME = /^dejavu_(?:proof|scratch|rehearsal)_([0-9a-f]{8})_(\d+)_([0-9a-z]+)_[0-9a-f]{8}$/;
const MINUTES_A_DAY = 24 * 60;

/** What the names of all scratch databases on a server begin with, as a pattern of `like`. */
export const LIKE_SCRATCH = String.raw`dejavu\_%`;

/** Names a scratch database on a server: by whom, and when, so that it is found if its process is killed. */
export function nameScratch(purpose: 'proof' | 'scratch' | 'rehearsal'): string {
  return `dejavu_${purpose}_${HOST_DIGEST}_${process.pid}_${minute().toString(36)}_${randomBytes(4).toString('hex')}`;
}

/** Tells whether a database was left by a process that was killed: on this host, or long ago on another one. */
export function isForgotten(name: string): boolean {
  const [, host, pid, made] = NAME.exec(name) ?? [];
  if (host === undefined || made === undefined) return false;
  if (host === HOST_DIGEST) return !isAlive(Number(pid));
  return minute() - Number.parseInt(made, 36) > MINUTES_A_DAY;
}

function minute(): number {
  return Math.floor(Date.now() / 60_000);
}
