import { clearLine, cursorTo } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../boot/call.ts';
import { describeHolder } from '../errors.ts';
import type { Output } from './output.ts';
import { sayDuration } from './tables-and-colours.ts';

/** Shows progress on standard error. */
interface Reporter {
  readonly report: (progress: Progress) => void;
  /** Shows a message between two lines of progress. */
  readonly say: (text: string) => void;
  /** Clears the last line of progress. */
  readonly end: () => void;
}

/** Time between two lines about one step where lines cannot be replaced, so that a log stays short. */
const SELDOM_MS = 10_000;
const OFTEN_MS = 100;

/** Shows progress in one line that is rewritten. */
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

/** Shows a line per event, and occasionally one about the progress of a step. */
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
 * Turns progress events into lines, and keeps what it needs to estimate the rest of a step. `now` is in milliseconds. Where
 * lines can be replaced, a `passing` line is replaced by the next one.
 */
export function newNarrator() {
  let method = '';
  let began = 0;
  return {
    tell(progress: Progress, now: number): { readonly text: string; readonly passing: boolean } {
      const { guid } = progress;
      switch (progress.type) {
        case 'waiting': {
          const holder = progress.holder
            ? describeHolder(progress.holder)
            : 'another process that did not announce itself';
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

/** The progress of a step: `45 %, 450,000 of 1,000,000, 12 s left`. */
export function sayProgress(
  { done, total }: { readonly done: number; readonly total: number | undefined },
  elapsedMs: number,
): string {
  const [reached, all] = [done, total ?? 0].map(number => number.toLocaleString('en'));
  if (total === undefined || total <= 0) return String(reached);
  const part = Math.min(done / total, 1);
  const left = part > 0 ? `, ${sayDuration((elapsedMs / part) * (1 - part))} left` : '';
  // Rounded down: 100 % means done.
  return `${Math.floor(part * 100)} %, ${reached} of ${all}${left}`;
}
