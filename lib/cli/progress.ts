import { describeHolder } from '../errors.ts';
import type { Progress } from '../boot/call.ts';
import { sayDuration } from './durations.ts';

/** Turns what happens into lines. */
export interface Narrator {
  tell(progress: Progress, now: number): Told;
}

/** A line. */
export interface Told {
  readonly text: string;
  /** Whether the next line replaces it, where lines can be replaced. */
  readonly passing: boolean;
}

/** Remembers as much as it takes to say how long a step will go on. `now` is in milliseconds. */
export function newNarrator(): Narrator {
  let method = '';
  let began = 0;
  return {
    tell(progress, now) {
      const { guid } = progress;
      switch (progress.type) {
        case 'waiting': {
          const holder = progress.holder ? describeHolder(progress.holder) : 'somebody who did not announce themselves';
          return { text: `${guid}: waiting for ${holder}`, passing: true };
        }
        case 'installing':
          return { text: `${guid}: installing version ${progress.version}`, passing: true };
        case 'started':
          method = progress.method;
          began = now;
          return { text: `${guid}: ${method}`, passing: true };
        case 'progress':
          return { text: `${guid}: ${method}, ${sayProgress(progress, now - began)}`, passing: true };
        case 'finished':
          return { text: `${guid}: ${progress.method}, ${sayDuration(progress.ms)}`, passing: false };
      }
    },
  };
}

/** How far a step is: `45 %, 450,000 of 1,000,000, 12 s left`. */
export function sayProgress(
  { done, total }: { readonly done: number; readonly total: number | undefined },
  elapsedMs: number,
): string {
  if (total === undefined || total <= 0) return count(done);
  const part = Math.min(done / total, 1);
  const left = part > 0 ? `, ${sayDuration((elapsedMs / part) * (1 - part))} left` : '';
  // 100 % is said of what is done, not of what is nearly done
  return `${Math.floor(part * 100)} %, ${count(done)} of ${count(total)}${left}`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
