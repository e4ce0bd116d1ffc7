import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fs } from '@mikro-orm/core/fs-utils';
import { isJavaScript } from '../../class-source/source-style.ts';
import { UsageError } from '../exit-codes.ts';
import { nameOfFile } from './file-changes.ts';
import { commandSettings } from './mikro-orm-settings.ts';
import { isModule } from './typescript-loader.ts';

/** Tells whether the project has TypeScript that becomes JavaScript: a tsconfig that does not read JavaScript as source. */
export function compilesTypeScript(): boolean {
  const path = commandSettings().tsConfigPath ?? 'tsconfig.json';
  return existsSync(path) && !/"(?:allowJs|checkJs)"\s*:\s*true/.test(readFileSync(path, 'utf8'));
}

/** Tells whether a file is in a folder for the output of compilers. */
export function isOutput(path: string): boolean {
  return /^(?:dist|build|out)[\\/]/.test(relative(process.cwd(), path));
}

/**
 * Makes sure that a file is source, into which the command can write.
 *
 * @throws {@link UsageError} for the output of a compiler, and for other languages
 */
export function assertSource(path: string, text: string): void {
  if (/\.[cm]?ts$/.test(path)) return;
  const next = 'Steps are written into the source of the class, so name that file.';
  if (!isJavaScript(path)) throw new UsageError(`${nameOfFile(path)} is not TypeScript or JavaScript. ${next}`);
  if (compilesTypeScript() || isOutput(path) || /^\/\/# sourceMappingURL=/m.test(text)) {
    throw new UsageError(`${nameOfFile(path)} is the output of a compiler. ${next}`);
  }
}

/**
 * Returns the file ending of frozen versions next to a JavaScript file. They are ES modules, which a CommonJS file can load by
 * `require()` as well.
 */
export function javaScriptEnding(path: string): '.js' | '.mjs' {
  return path.endsWith('.js') && isModule() ? '.js' : '.mjs';
}

/** Tells whether Node.js loads a JavaScript file as CommonJS; `undefined` if its own syntax decides. */
export function isCommonJs(path: string): boolean | undefined {
  if (!path.endsWith('.js')) return path.endsWith('.cjs');
  const { type } = fs.getPackageConfig<{ type?: unknown }>();
  return type === undefined ? undefined : type !== 'module';
}
