import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { sqliteFile } from '../support/databases.ts';
import { BIN, cleanEnv, dejavu, projectFolder } from '../support/cli/run.ts';

test('with --json, standard output is JSON and nothing else, whatever the application prints', async () => {
  await using database = await sqliteFile.create();
  const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
  const installed = await dejavu(['install', '--json', '--schema', 'long.ts#ShortSchema'], run);
  expect(JSON.parse(installed.stdout)).toEqual({
    command: 'install',
    exitCode: 0,
    schemas: [{ guid: 'zoo', version: 1, outcome: 'installed', created: [] }],
  });
  expect(installed.stderr).toContain('the configuration is read\n');
  expect(installed.stderr).toContain('zoo: installing version 1\n');
});

test('in a pipe there are no colours, no questions and no line that is written over', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  for (const args of [['install'], ['status', '--log'], ['check'], ['downgrade', '2']]) {
    const { stdout, stderr } = await dejavu(args, { env });
    for (const control of ['\u001B', '\r']) expect(stdout + stderr).not.toContain(control);
  }
});

test('FORCE_COLOR colours a pipe, and --no-color has the last word', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string, FORCE_COLOR: '1' };
  expect((await dejavu(['status'], { env })).stdout).toContain('\u001B[31mmissing');
  expect((await dejavu(['status', '--no-color'], { env })).stdout).not.toContain('\u001B');
});

test('a reader that leaves early is no error', async () => {
  await using database = await sqliteFile.create();
  const run = spawnSync(
    'bash',
    ['-c', `"$0" "$1" status --log | true; echo "\${PIPESTATUS[0]}"`, process.execPath, BIN],
    {
      cwd: projectFolder(),
      env: cleanEnv({ ZOO_DATABASE: database.address as string }),
      encoding: 'utf8',
    },
  );
  expect(run.stdout).toBe('4\n');
  expect(run.stderr).toBe('');
});
