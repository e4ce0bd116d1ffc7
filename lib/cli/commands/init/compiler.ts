import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { commandSettings } from '../../project/mikro-orm-settings.ts';
import type { CompilerOptions } from './import-extension.ts';

const MEGABYTE = 2 ** 20;

/** The project's own TypeScript and its tsconfig. */
interface Compiler {
  readonly tsc: string;
  readonly tsconfig: string;
}

/** Finds the project's compiler; `undefined` if it has no tsconfig, or no TypeScript. */
export function findCompiler(): Compiler | undefined {
  const tsconfig = resolve(commandSettings().tsConfigPath ?? 'tsconfig.json');
  if (!existsSync(tsconfig)) return undefined;
  try {
    const manifest = createRequire(resolve('package.json')).resolve('typescript/package.json');
    return { tsc: join(dirname(manifest), 'bin', 'tsc'), tsconfig };
  } catch {
    return undefined;
  }
}

/** Reads the compiler options, including everything that the tsconfig extends. */
export async function readOptions(compiler: Compiler): Promise<CompilerOptions> {
  const { stdout } = await run(compiler, ['--showConfig']);
  try {
    const { compilerOptions = {} } = JSON.parse(stdout) as { readonly compilerOptions?: CompilerOptions };
    return compilerOptions;
  } catch {
    // A tsconfig with an error, which the user sees when compiling.
    return {};
  }
}

/** Returns the compiler's errors in some files, one per line; none if it accepts or does not compile them. */
export async function complaintsAbout(compiler: Compiler, files: readonly string[]): Promise<string[]> {
  const { stdout } = await run(compiler, ['--noEmit', '--skipLibCheck', '--pretty', 'false']);
  const names = files.map(file => relative(process.cwd(), file).replaceAll('\\', '/'));
  return stdout.split('\n').filter(line => names.some(name => line.startsWith(`${name}(`)));
}

async function run({ tsc, tsconfig }: Compiler, args: readonly string[]): Promise<{ readonly stdout: string }> {
  // After errors, the compiler exits with a code, and its output lists them.
  return new Promise(done => {
    execFile(process.execPath, [tsc, '-p', tsconfig, ...args], { maxBuffer: 64 * MEGABYTE }, (_, stdout) =>
      done({ stdout }),
    );
  });
}
