import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseSource } from '../../../class-source/syntax.ts';
import { isJavaScript } from '../../../class-source/source-style.ts';
import { UsageError } from '../../exit-codes.ts';
import { compilesTypeScript, isCommonJs, isOutput } from '../../project/javascript-files.ts';
import { configurationPaths } from '../../project/mikro-orm-settings.ts';

/**
 * Returns the file ending of a new Schema: that of MikroORM's configuration if the project is JavaScript, otherwise `.ts`.
 *
 * @param config the file of the configuration, if the command line names one
 */
export function sourceEnding(config: string | undefined): string {
  const path = configurationFile(config);
  if (path === undefined || !isJavaScript(path) || compilesTypeScript() || isOutput(path)) return '.ts';
  return extname(path);
}

/** Tells whether a new JavaScript file is CommonJS. Where neither its name nor package.json say it, it is as the configuration is. */
export function isCommonJsProject(path: string, config: string | undefined): boolean {
  const named = isCommonJs(path);
  if (named !== undefined) return named;
  const like = configurationFile(config);
  if (like === undefined) return false;
  try {
    const { body } = parseSource(readFileSync(like, 'utf8'), like).file.program;
    return !body.some(({ type }) => /^(?:Import|Export)/.test(type));
  } catch (error) {
    // MikroORM could import the file, so only this parser does not understand it.
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function configurationFile(config: string | undefined): string | undefined {
  return (config === undefined ? configurationPaths() : [config]).find(candidate => existsSync(candidate));
}
