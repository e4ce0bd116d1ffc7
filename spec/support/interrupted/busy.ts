import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { openTerminal } from '../cli/terminal.ts';
import { postgresql, sqliteFile } from '../databases.ts';
import { spawnWorker } from '../processes.ts';

// A spec in the middle of which its run is interrupted: it has a bit of everything, and does not end by itself.
test('is busy', async () => {
  const [server, file] = await Promise.all([postgresql.create(), sqliteFile.create()]);
  await Promise.all([server.execute('select 1'), file.execute('select 1')]);
  const worker = spawnWorker('echo.ts', { word: 'stay' });
  worker.say('go');
  await worker.line('echo');
  openTerminal({ project: tmpdir() });
  writeFileSync(process.env['DEJAVU_BUSY'] ?? '', 'yes');
  if (process.env['DEJAVU_THEN'] !== 'fail') await new Promise(() => {});
  expect('this').toBe('a failure');
});
