import { setImmediate } from 'node:timers';
import { Turn } from './turn.ts';

let heeding = 0;

/**
 * Keeps a rejection that nothing handles from ending the process where it comes from a step: the step learns of it, and
 * fails. All others go the way they would have gone.
 *
 * @returns what ends it
 */
export function heedRejections(): () => void {
  if ((heeding += 1) === 1) process.on('unhandledRejection', onRejection);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    if ((heeding -= 1) === 0) process.off('unhandledRejection', onRejection);
  };
}

/** Watches for rejections right after a step: code that does not await its work seldom handles its rejection. */
export function heedThisTurn(): void {
  const end = heedRejections();
  setImmediate(() => setImmediate(end));
}

function onRejection(reason: unknown): void {
  const turn = Turn.current();
  if (turn) turn.root.onRejection(reason);
  else if (process.listenerCount('unhandledRejection') === 1) passOn(reason);
}

/** Rejects once more while nothing of ours listens: Node then does as configured. */
function passOn(reason: unknown): void {
  process.off('unhandledRejection', onRejection);
  setImmediate(() => {
    if (heeding > 0) process.on('unhandledRejection', onRejection);
  });
  void Promise.reject(reason);
}
