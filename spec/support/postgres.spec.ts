import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { spawnWorker } from './processes.ts';

async function version(url: unknown): Promise<string> {
  const client = new pg.Client({ connectionString: `${String(url)}/postgres` });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}

test('the server of a killed run is stopped and removed by the next run, which removes its own', async () => {
  await using killed = spawnWorker('postgres.ts');
  const leftover = await killed.line('started');
  expect(await version(leftover['url'])).toMatch(/^18\./);
  killed.kill('SIGKILL');
  await killed.finished;

  await using next = spawnWorker('postgres.ts');
  const server = await next.line('started');
  await expect(version(leftover['url'])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(existsSync(dirname(String(leftover['log'])))).toBe(false);
  expect(await version(server['url'])).toMatch(/^18\./);

  next.say('stop');
  expect(await next.finished).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(dirname(String(server['log'])))).toBe(false);
});

test('an interrupted run takes its server along', async () => {
  await using interrupted = spawnWorker('postgres.ts');
  const server = await interrupted.line('started');
  interrupted.kill('SIGINT');
  expect(await interrupted.finished).toMatchObject({ signal: 'SIGINT' });
  expect(existsSync(dirname(String(server['log'])))).toBe(false);
});
