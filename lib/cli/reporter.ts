import { clearLine, cursorTo } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Progress } from '../boot/call.ts';
import type { Output } from './output.ts';
import { newNarrator } from './progress.ts';

/** Shows what happens while it happens, on standard error. */
export interface Reporter {
  readonly report: (progress: Progress) => void;
  /** Says something in between. */
  readonly say: (text: string) => void;
  /** Leaves the terminal as it should be. */
  readonly end: () => void;
}

// where lines stay, a log is not to be filled with them
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
      const told = narrator.tell(progress, now);
      const isSame = progress.type === 'progress' || progress.type === 'waiting';
      if (isSame && now - last < OFTEN_MS) return;
      last = isSame ? now : Number.NEGATIVE_INFINITY;
      clear();
      output.say(told.passing ? fit(told.text, stream.columns) : `${told.text}\n`);
      shown = told.passing;
    },
    say(text) {
      clear();
      output.say(text);
    },
    end: clear,
  };
}

/** A line for each thing that happens, and seldom one for how it goes. */
export function logReporter(output: Pick<Output, 'say'>): Reporter {
  const narrator = newNarrator();
  let lastKind = '';
  let last = 0;
  return {
    report(progress) {
      const now = performance.now();
      const told = narrator.tell(progress, now);
      const goesOn = progress.type === 'progress' || (progress.type === 'waiting' && lastKind === 'waiting');
      if (progress.type === 'started') last = now;
      if (goesOn && now - last < SELDOM_MS) return;
      last = now;
      lastKind = progress.type;
      output.say(`${told.text}\n`);
    },
    say: output.say,
    end: () => {},
  };
}

/** A line that wraps could not be replaced. */
function fit(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length < columns ? plain : `${plain.slice(0, Math.max(columns - 2, 1))}…`;
}
