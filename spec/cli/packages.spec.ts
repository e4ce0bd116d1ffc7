import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { missingPackages, oldNode } from '../../lib/cli/packages.ts';
import { copyAlone } from '../support/cli/project.ts';
import { cleanEnv } from '../support/cli/run.ts';

test('the command says what to install before anything else', () => {
  using alone = copyAlone();
  const bin = join(alone.folder, 'lib', 'cli', 'bin.ts');
  const run = spawnSync(process.execPath, [bin, 'status'], { encoding: 'utf8', env: cleanEnv(), cwd: alone.folder });
  expect(run.status).toBe(1);
  expect(run.stdout).toBe('');
  expect(run.stderr).toBe(
    'dejavu: the command needs what an application does not: npm install --save-dev ' +
      "'@mikro-orm/cli@^7.0.0' 'commander@>=12.0.0' '@clack/prompts@>=1.0.0' 'cli-table3@^0.6.5' " +
      "'@babel/parser@>=8.0.0' '@babel/traverse@>=8.0.0' 'magic-string@>=0.30.0'\n",
  );
});

test('a Node.js that is too old is told so', () => {
  expect(oldNode('20.20.2')).toBe('Node.js 22.17 or newer is needed, and this is 20.20.2');
  expect(oldNode('22.16.0')).toBeDefined();
  expect(oldNode('22.17.0')).toBeUndefined();
  expect(oldNode('24.0.0')).toBeUndefined();
  expect(oldNode()).toBeUndefined();
});

test('only what is missing is named', () => {
  expect(missingPackages(() => true)).toBeUndefined();
  expect(missingPackages(name => name !== 'commander')).toMatch(/--save-dev 'commander@>=12\.0\.0'$/);
});
