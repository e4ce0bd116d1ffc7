import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { processesOf } from './leftovers.ts';
import { spawnWorker } from './processes.ts';
import { connect } from './session.ts';

const JEST = join(import.meta.dirname, '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');
const CONFIG = join(import.meta.dirname, 'interrupted', 'jest.config.js');

/** Where the runs of a test have their folders. */
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'runs-'));
  // The server's user has to get through.
  chmodSync(home, 0o711);
});
afterEach(() => rmSync(home, { recursive: true }));

/** Waits until nothing below `home` is left, and no process that knows of it. */
async function isClean(): Promise<void> {
  while (readdirSync(home).length > 0 || processesOf(home).length > 0) await sleep(20);
}

/** Starts Jest on specs that are in no suite, in a process group of its own, and waits until they are busy. */
async function startJest(then: 'wait' | 'fail', ...args: readonly string[]) {
  const busy = join(tmpdir(), `busy-${process.pid}`);
  rmSync(busy, { force: true });
  const jest = spawn(
    process.execPath,
    ['--experimental-vm-modules', JEST, '--config', CONFIG, '--maxWorkers=2', ...args],
    {
      env: { ...process.env, DEJAVU_PG_URL: '', TMPDIR: home, DEJAVU_BUSY: busy, DEJAVU_THEN: then },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    },
  );
  let said = '';
  jest.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(jest, 'exit');
  while (!existsSync(busy)) {
    if (jest.exitCode !== null) throw new Error(`Jest ended before it was busy:\n${said}`);
    await sleep(20);
  }
  return { pid: Number(jest.pid), ended };
}

test('interrupted by Ctrl-C, a run leaves no process, no server and no folder', async () => {
  const { pid, ended } = await startJest('wait');
  expect(processesOf(home).length).toBeGreaterThan(5);
  process.kill(-pid, 'SIGINT');
  expect(await ended).not.toEqual([0, null]);
  await isClean();
});

test('nor does one that is killed', async () => {
  const { pid, ended } = await startJest('wait');
  process.kill(pid, 'SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await isClean();
});

test('nor one that ends at its first failure, in the middle of everything', async () => {
  const { ended } = await startJest('fail', '--bail');
  expect(await ended).toEqual([1, null]);
  await isClean();
});

async function version(url: unknown): Promise<string> {
  const client = await connect(`${String(url)}/postgres`);
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return rows[0]?.server_version ?? '';
}

test('a run has a server, which ends with it', async () => {
  await using run = spawnWorker('run.ts', { home });
  const { url, folder } = await run.line('started');
  expect(await version(url)).toMatch(/^18\./);
  expect(readdirSync(home)).toEqual([String(folder).slice(home.length + 1)]);
  run.say('stop');
  expect(await run.finished).toMatchObject({ code: 0, stderr: '' });
  expect([readdirSync(home), processesOf(home)]).toEqual([[], []]);
  await expect(version(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a run whose keeper is killed as well leaves everything to the next one, which sweeps it', async () => {
  await using killed = spawnWorker('run.ts', { home });
  const { url, folder, keeper } = await killed.line('started');
  process.kill(Number(keeper), 'SIGKILL');
  killed.kill();
  await killed.finished;
  expect(await version(url)).toMatch(/^18\./);

  await using next = spawnWorker('run.ts', { home });
  const started = await next.line('started');
  expect(existsSync(String(folder))).toBe(false);
  await expect(version(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await version(started['url'])).toMatch(/^18\./);
  next.say('stop');
  await next.finished;
  await isClean();
});
