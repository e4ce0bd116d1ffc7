import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { logReporter, newNarrator, sayProgress, terminalReporter } from '../../lib/cli/progress.ts';
import type { Progress } from '../../lib/boot/call.ts';

const started: Progress = { type: 'started', guid: 'zoo', version: 3, method: 'upgradeTo_3' };
const finished: Progress = { type: 'finished', guid: 'zoo', version: 3, method: 'upgradeTo_3', ms: 1234 };

function progress(done: number, total?: number): Progress {
  return { type: 'progress', guid: 'zoo', version: 3, done, total };
}

test.each([
  ['half of it', { done: 450_000, total: 1_000_000 }, 9000, '45 %, 450,000 of 1,000,000, 11 s left'],
  ['nearly all of it', { done: 999_999, total: 1_000_000 }, 100_000, '99 %, 999,999 of 1,000,000, 0 ms left'],
  ['more than was known', { done: 12, total: 10 }, 1000, '100 %, 12 of 10, 0 ms left'],
  ['nothing yet', { done: 0, total: 10 }, 1000, '0 %, 0 of 10'],
  ['nobody knows of how many', { done: 1000, total: undefined }, 1000, '1,000'],
])('how far a step is: %s', (_, { done, total }, elapsedMs, said) => {
  expect(sayProgress({ done, total }, elapsedMs)).toBe(said);
});

test('the time left is counted from the beginning of the step', () => {
  const narrator = newNarrator();
  narrator.tell(started, 50_000);
  expect(narrator.tell(progress(1, 4), 60_000)).toEqual({
    text: 'zoo: upgradeTo_3, 25 %, 1 of 4, 30 s left',
    passing: true,
  });
});

test('who is waited for is named', () => {
  const holder = { host: 'web-3', pid: 4711, since: undefined, stage: 3 };
  const tell = (waiting: Partial<Progress>) =>
    newNarrator().tell({ type: 'waiting', guid: 'zoo', waitedMs: 100, holder: undefined, ...waiting } as Progress, 0);
  expect(tell({ holder }).text).toBe('zoo: waiting for pid 4711 on web-3 (to version 3)');
  expect(tell({}).text).toBe('zoo: waiting for another process that did not announce itself');
});

test('a log is not filled with how it goes', () => {
  let log = '';
  const { report, end } = logReporter({ say: text => (log += text) });
  report(started);
  for (let done = 1; done <= 1000; done += 1) report(progress(done, 1000));
  report(finished);
  end();
  expect(log).toBe('zoo: upgradeTo_3\nzoo: upgradeTo_3, 1.2 s\n');
});

test('a terminal shows one line that never wraps, and what is done stays', () => {
  const stream = Object.assign(new PassThrough(), { columns: 30 }) as unknown as NodeJS.WriteStream;
  const { report, say, end } = terminalReporter({ say: text => void stream.write(text) }, stream);
  report(started);
  report(progress(500_000, 1_000_000));
  say('stopping\n');
  report(finished);
  end();
  const clear = '\u001B[2K\u001B[1G';
  expect(String(stream.read())).toBe(
    ['zoo: upgradeTo_3', 'zoo: upgradeTo_3, 50 %, 500,…', 'stopping\nzoo: upgradeTo_3, 1.2 s\n'].join(clear),
  );
});
