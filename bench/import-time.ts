import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { median, type Result } from './harness.ts';
import { type Published, ROOT } from './published.ts';

const ROUNDS = 9;
const execute = promisify(execFile);

/** What importing costs an application that has imported MikroORM already. */
export async function importTime({ folder }: Published): Promise<Result> {
  const ours: number[] = [];
  const migrator: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ours.push(await timeImport(pathToFileURL(join(folder, 'dist', 'index.js')).href));
    migrator.push(await timeImport('@mikro-orm/migrations'));
  }
  return {
    what: 'importing it, on top of MikroORM',
    on: 'Node.js',
    ours: median(ours.slice(1)),
    migrator: median(migrator.slice(1)),
    budget: '≤ 15 ms',
  };
}

/** Imports a module in a process of its own, after what every application has imported. */
async function timeImport(module: string): Promise<number> {
  const source = `
    await import('@mikro-orm/postgresql');
    const began = performance.now();
    await import(${JSON.stringify(module)});
    console.log(performance.now() - began);
    process.exit();
  `;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', source], { cwd: ROOT });
  return Number(stdout);
}
