import { fs } from '@mikro-orm/core/fs-utils';
import type { CommandSettings } from './mikro-orm-settings.ts';
import { importOptional } from './import-optional.ts';

interface Loader {
  /** The import of a project of modules; the same as `commonJs` by default. */
  readonly esm?: string;
  readonly commonJs: string;
  /** What a CommonJS project needs as well: frozen versions are loaded with `import()`, which `commonJs` leaves to Node.js. */
  readonly dynamicImports?: string;
  readonly begin?: (loader: object, tsConfigPath: string) => void;
}

/** The loaders that MikroORM's own command knows, in its order. */
const LOADERS: Readonly<Record<string, Loader>> = {
  oxc: { commonJs: '@oxc-node/core/register' },
  swc: { esm: '@swc-node/register/esm-register', commonJs: '@swc-node/register' },
  tsx: {
    esm: 'tsx/esm/api',
    commonJs: 'tsx/cjs/api',
    dynamicImports: 'tsx/esm/api',
    // tsx refuses a path where no file is; without a path it looks for one itself
    begin: (tsx, tsconfig) =>
      (tsx as { register: (options: object) => void }).register(fs.pathExists(tsconfig) ? { tsconfig } : {}),
  },
  jiti: { commonJs: 'jiti/register', begin: importAsIs },
  tsimp: { commonJs: 'tsimp/import', begin: importAsIs },
  nub: { commonJs: '@nubjs/loader' },
};

/**
 * Registers the first TypeScript loader of MikroORM's own command that the project has installed. If there is none, Node.js
 * imports TypeScript itself.
 */
export async function registerLoader({
  tsLoader = 'auto',
  tsConfigPath = 'tsconfig.json',
}: CommandSettings): Promise<void> {
  if (process.versions['bun'] !== undefined) return;
  process.env['SWC_NODE_PROJECT'] ??= tsConfigPath;
  process.env['TSIMP_PROJECT'] ??= tsConfigPath;
  // MikroORM then discovers TypeScript entities.
  process.env['MIKRO_ORM_CLI_ALWAYS_ALLOW_TS'] ??= '1';
  const failures: unknown[] = [];
  for (const [name, { esm, commonJs, dynamicImports, begin }] of Object.entries(LOADERS)) {
    if (tsLoader !== 'auto' && tsLoader !== name) continue;
    const specifier = isModule() ? (esm ?? commonJs) : commonJs;
    try {
      const loader = await importOptional(specifier);
      if (loader === undefined) continue;
      begin?.(loader, tsConfigPath);
      const more = dynamicImports === undefined || isModule() ? undefined : await importOptional(dynamicImports);
      if (more !== undefined) begin?.(more, tsConfigPath);
      process.env['MIKRO_ORM_CLI_TS_LOADER'] = name;
      return;
    } catch (error) {
      // Another loader may work. If none does, this error is thrown.
      failures.push(
        new Error(`the TypeScript loader ${name} (${specifier}) cannot be loaded: ${String(error)}`, { cause: error }),
      );
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Tells whether the project's files are modules, by its `package.json`. */
export function isModule(): boolean {
  return fs.getPackageConfig<{ type?: unknown }>().type === 'module';
}

function importAsIs(): void {
  Reflect.set(globalThis, 'dynamicImportProvider', importDefault);
}

/** These loaders turn modules into CommonJS, with all exports in `default`. */
async function importDefault(id: string): Promise<unknown> {
  const exports = (await import(id)) as { default?: unknown };
  return exports.default ?? exports;
}
