import { expect, test } from '@jest/globals';
import { runTogether, spawnWorker } from './processes.ts';

test('workers that run together all wait for the last one, and each gets its own arguments', async () => {
  const ended = await runTogether(3, 'echo.ts', (number: number) => ({ word: `I am ${number}` }));
  expect(ended.map(({ code, signal, lines }) => ({ code, signal, words: lines.map(line => line['word']) }))).toEqual(
    [0, 1, 2].map(number => ({ code: 0, signal: null, words: [undefined, `I am ${number}`, 'bye'] })),
  );
});

test('each line is heard once, whether it was said before or after it is asked for', async () => {
  await using worker = spawnWorker('echo.ts', { word: 'stay' });
  worker.say('go');
  expect(await worker.line('echo')).toEqual({ event: 'echo', word: 'stay' });
  expect(await worker.line('ready')).toEqual({ event: 'ready' });
  worker.say('enough');
  expect(await worker.line('echo')).toEqual({ event: 'echo', word: 'bye' });
  expect((await worker.finished).code).toBe(0);
});

test('a worker that fails tells why', async () => {
  await using worker = spawnWorker('echo.ts', { fail: true });
  worker.say('go');
  await expect(worker.line('nothing of the kind')).rejects.toThrow(/ended with 1 .*as I was told/s);
});

test('a killed worker ends by the signal, and keeps what it had said', async () => {
  await using worker = spawnWorker('echo.ts', { word: 'stay' });
  worker.say('go');
  await worker.line('echo');
  worker.kill();
  expect(await worker.finished).toMatchObject({
    code: null,
    signal: 'SIGKILL',
    lines: [{ event: 'ready' }, { word: 'stay' }],
  });
});
