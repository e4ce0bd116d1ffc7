import { existsSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import type { Flags } from '../line/flags.ts';
import type { Secrets } from '../secrets.ts';
import { ImportError, UsageError } from '../exit-codes.ts';
import { findConfiguration } from './find-configuration.ts';
import { commandSettings, configurationPaths } from './mikro-orm-settings.ts';
import { isModule, registerLoader } from './typescript-loader.ts';

/**
 * Makes the project's ORM, with the configuration that MikroORM's own command would find. Does not connect. Learns the secrets
 * of the configuration first.
 */
export async function makeOrm(
  { config: path, context, fromDatabase, decorators }: Flags,
  secrets: Secrets,
): Promise<MikroORM> {
  if (path !== undefined && !existsSync(path)) throw new UsageError(`--config: the file '${path}' does not exist.`);
  fs.checkPackageVersion();
  const settings = commandSettings();
  if (settings.preferTs !== false) await registerLoader(settings);
  const paths = path === undefined ? configurationPaths() : [path];
  const mayBeEmpty = fromDatabase === true || decorators === true;
  const config = await importing("MikroORM's configuration", () => findConfiguration(context, paths, { mayBeEmpty }));
  secrets.learn(config);
  const { verbose, preferTs } = settings;
  return importing('An entity', () =>
    MikroORM.init({
      ...config.getAll(),
      allowGlobalContext: true,
      debug: verbose === true,
      ...(preferTs !== false && { preferTs: true }),
    }),
  );
}

/**
 * Makes an ORM without entities by another configuration file: two ORMs cannot share entities. Settings of the environment are
 * those of the project's own database. Does not connect.
 */
export async function makeOtherOrm(path: string, context: string | undefined, secrets: Secrets): Promise<MikroORM> {
  if (!existsSync(path)) throw new UsageError(`The file '${path}' does not exist.`);
  const config = await importing("MikroORM's configuration", () =>
    findConfiguration(context, [path], { withEnvironment: false, mayBeEmpty: true }),
  );
  secrets.learn(config);
  return MikroORM.init({
    ...config.getAll(),
    entities: [],
    entitiesTs: [],
    discovery: { warnWhenNoEntities: false },
    allowGlobalContext: true,
  });
}

/**
 * Runs an import of a project file. Adds advice to its error if Node.js supports less than the file uses.
 *
 * @param what the name of the file in the error, `schema.ts`
 */
export async function importing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof Error ? adviceOn(error) : undefined;
    if (advice === undefined) throw error;
    throw new ImportError(`${what} cannot be imported. ${(error as Error).message}\n${advice}`, { cause: error });
  }
}

function adviceOn(error: Error): string | undefined {
  if (/^merge conflict marker/i.test(error.message))
    return 'A merge is in progress. If both sides added a version, run npx dejavu renumber.';
  if (error.message.startsWith("Please provide either 'type' or 'entity'")) {
    return (
      "Write the type in the decorator: @Property({ type: 'string' }). Or read the types of TypeScript: set metadataProvider: ReflectMetadataProvider " +
      'in the configuration, and install a loader for emitDecoratorMetadata: npm install --save-dev @swc-node/register @swc/core'
    );
  }
  const add =
    'install a loader that MikroORM uses: npm install --save-dev tsx. ' +
    'If entities rely on emitDecoratorMetadata: npm install --save-dev @swc-node/register @swc/core';
  switch (Reflect.get(error, 'code')) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `This version of Node.js cannot import TypeScript. Use Node.js 22.18 or newer, or ${add}`;
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return `Node.js removes types, but does not support enums, parameter properties and decorators. For these, ${add}`;
    case 'ERR_UNSUPPORTED_DIR_IMPORT':
      return `Node.js needs whole file names in imports, such as './entities/index.ts'. For shorter ones, ${add}`;
    case 'ERR_MODULE_NOT_FOUND':
      return error.message.startsWith('Cannot find module')
        ? `Node.js needs whole file names in imports, such as './animal.ts'. For shorter ones, ${add}`
        : installHint(error.message);
    default:
      if (isReadAsCommonJs(error))
        return `Node.js reads this file as CommonJS. Set "type": "module" in package.json: npm pkg set type=module. Or ${add}`;
      return error instanceof SyntaxError
        ? `If the error is at a decorator, or at a type imported without the word 'type', ${add}`
        : undefined;
  }
}

/** The import of a file that `"type": "commonjs"` makes CommonJS of, with its first `import` or seen from an ES module. */
function isReadAsCommonJs({ message }: Error): boolean {
  if (message.startsWith('Cannot use import statement outside a module')) return true;
  return !isModule() && /^The requested module '[^']*\.ts' does not provide an export named/.test(message);
}

/** A package that is missing, and not a file inside one. */
function installHint(message: string): string | undefined {
  const name = /^Cannot find package '([^'/]+|@[^'/]+\/[^'/]+)'/.exec(message)?.[1];
  return name && `Install it: npm install ${name}`;
}
