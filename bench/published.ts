import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '..');
const execute = promisify(execFile);

/** The package as it is published, built in a folder of its own; `using` removes it. */
export interface Published extends Disposable {
  readonly folder: string;
}

/** Builds the package below node_modules, where its own imports are found. */
export async function publish(): Promise<Published> {
  const folder = join(ROOT, 'node_modules', '.cache', 'dejavu-bench');
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(ROOT, 'tsconfig.build.json');
  rmSync(folder, { recursive: true, force: true });
  await execute(process.execPath, [compiler, '--project', project, '--outDir', join(folder, 'dist'), '--noCheck']);
  for (const name of ['lib', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
