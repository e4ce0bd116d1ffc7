import { expect, test } from '@jest/globals';
import { pauseAfter } from '../../lib/store/poll.ts';

const QUICK = { lockedMs: 0, leftMs: 60_000, letsGo: false };

test('pauses grow to a quarter of a second, or a second where a connection is opened again after each', () => {
  const pauses = Array.from({ length: 20 }, (_, round) => pauseAfter(round, QUICK));
  expect(pauses[0]).toBeLessThanOrEqual(10);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(250);
  expect(Math.min(...pauses.slice(6))).toBeGreaterThanOrEqual(125);
  expect(pauseAfter(20, { ...QUICK, letsGo: true })).toBeGreaterThanOrEqual(500);
});

test.each([
  { lockedMs: 5000, leftMs: 60_000, pause: 10_000 },
  { lockedMs: 5000, leftMs: 8000, pause: 4000 },
  { lockedMs: 1000, leftMs: 60_000, pause: 2000 },
])('after $lockedMs ms in line for a lock, with $leftMs ms left, others get $pause ms', ({ pause, ...waited }) => {
  expect(pauseAfter(0, { ...waited, letsGo: false })).toBe(pause);
});
