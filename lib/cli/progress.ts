import { clearLine, cursorTo } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../boot/call.ts';
import { describeHolder } from '../errors.ts';
import type { Output } from './output.ts';
import { sayDuration } from './wording.ts';

/** Shows what happens while it happens, on standard error. */
interface Reporter {
  readonly report: (progress: Progress) => void;
  /** Says something in between. */
  readonly say: (text: string) => void;
  /** Leaves the terminal as it should be. */
  readonly end: () => void;
}

/** Where lines stay, a log is not to be filled with them. */
const SELDOM_MS = 10_000;
const OFTEN_MS = 100;

/** One line that is written again and again. */
export function terminalReporter(output: Pick<Output, 'say'>, stream: NodeJS.WriteStream): Reporter {
  const narrator = newNarrator();
  let shown = false;
  let last = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (!shown) return;
    clearLine(stream, 0);
    cursorTo(stream, 0);
    shown = false;
  };
  return {
    report(progress) {
      const now = performance.now();
      const { text, passing } = narrator.tell(progress, now);
      const isSame = progress.type === 'progress' || progress.type === 'waiting';
      if (isSame && now - last < OFTEN_MS) return;
      last = isSame ? now : Number.NEGATIVE_INFINITY;
      clear();
      output.say(passing ? fit(text, stream.columns) : `${text}\n`);
      shown = passing;
    },
    say(text) {
      clear();
      output.say(text);
    },
    end: clear,
  };
}

/** A line for each thing that happens, and seldom one for how it goes. */
export function logReporter({ say }: Pick<Output, 'say'>): Reporter {
  const narrator = newNarrator();
  let lastKind = '';
  let last = 0;
  return {
    report(progress) {
      const now = performance.now();
      const { text } = narrator.tell(progress, now);
      const goesOn = progress.type === 'progress' || (progress.type === 'waiting' && lastKind === 'waiting');
      if (progress.type === 'started') last = now;
      if (goesOn && now - last < SELDOM_MS) return;
      last = now;
      lastKind = progress.type;
      say(`${text}\n`);
    },
    say,
    end: () => {},
  };
}

/** A line that wraps could not be replaced. */
function fit(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length < columns ? plain : `${plain.slice(0, Math.max(columns - 2, 1))}…`;
}

/**
 * Turns what happens into lines, and remembers as much as it takes to say how long a step will go on. `now` is in
 * milliseconds; `passing` is a line that the next one replaces, where lines can be replaced.
 */
export function newNarrator() {
  let method = '';
  let began = 0;
  return {
    tell(progress: Progress, now: number): { readonly text: string; readonly passing: boolean } {
      const { guid } = progress;
      switch (progress.type) {
        case 'waiting': {
          const holder = progress.holder ? describeHolder(progress.holder) : 'somebody who did not announce themselves';
          return passingLine(`${guid}: waiting for ${holder}`);
        }
        case 'installing':
          return passingLine(`${guid}: installing version ${progress.version}`);
        case 'started':
          method = progress.method;
          began = now;
          return passingLine(`${guid}: ${method}`);
        case 'progress':
          return passingLine(`${guid}: ${method}, ${sayProgress(progress, now - began)}`);
        case 'finished':
          return { text: `${guid}: ${progress.method}, ${sayDuration(progress.ms)}`, passing: false };
      }
    },
  };
}

function passingLine(text: string) {
  return { text, passing: true };
}

/** How far a step is: `45 %, 450,000 of 1,000,000, 12 s left`. */
export function sayProgress(
  { done, total }: { readonly done: number; readonly total: number | undefined },
  elapsedMs: number,
): string {
  const [reached, all] = [done, total ?? 0].map(number => number.toLocaleString('en'));
  if (total === undefined || total <= 0) return String(reached);
  const part = Math.min(done / total, 1);
  const left = part > 0 ? `, ${sayDuration((elapsedMs / part) * (1 - part))} left` : '';
  // 100 % is said of what is done, not of what is nearly done.
  return `${Math.floor(part * 100)} %, ${reached} of ${all}${left}`;
}
