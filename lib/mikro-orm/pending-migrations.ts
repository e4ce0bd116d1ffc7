import { ask, type Database } from '../store/database.ts';
import { faultOf } from '../store/faults.ts';
import { quoteName } from '../sql/quoting.ts';
import type { Call } from '../boot/call.ts';
import { targetError } from '../boot/decide.ts';

/** What we use of MikroORM's Migrator; most of it is not public. */
interface Migrator {
  readonly options: {
    readonly path?: string;
    readonly pathTs?: string;
    readonly migrationsList?: readonly unknown[];
  };
  absolutePath?: string;
  /** Since 7.2. */
  resolvePaths?(): Promise<void>;
  detectSourceFolder(fs: object): void;
  discoverMigrations(): Promise<readonly { readonly name: string }[]>;
  getStorage(): {
    getTableName(): { readonly tableName: string; readonly schemaName?: string | undefined };
    getMigrationName(name: string): string;
  };
}

/**
 * Makes sure that MikroORM's Migrator has no work left on a database that is adopted: what it would do later is in no
 * version. An ORM that was made without the Migrator has none to ask.
 *
 * @throws {@link SchemaTargetError} naming what it has not run
 */
export async function assertMigrated(call: Call, version: number): Promise<void> {
  const migrator = call.database.orm.config.getExtension<Migrator>('@mikro-orm/migrator');
  const names = migrator ? await pendingMigrations(migrator, call) : [];
  if (names.length === 0) return;
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
  throw targetError(
    call.database.guid,
    version,
    `MikroORM's Migrator has not run ${shown} here: run what is missing (npx mikro-orm migration:up), log what was ` +
      `done without it (npx mikro-orm migration:log --name), or delete what is not to run, and then adopt`,
  );
}

/**
 * Names what the Migrator knows and has not run, in its order. Its own `getPending()` creates the folder, the database and
 * its table, and we only look: the files are listed as it lists them, the table is read by us.
 */
async function pendingMigrations(migrator: Migrator, call: Call): Promise<readonly string[]> {
  await resolvePaths(migrator, call.database);
  const known = await migrator.discoverMigrations();
  if (known.length === 0) return [];
  const run = new Set(await executedMigrations(migrator, call));
  return known.map(({ name }) => name).filter(name => !run.has(name));
}

/** Finds the folder, and leaves one that is missing alone. */
async function resolvePaths(migrator: Migrator, { orm }: Database): Promise<void> {
  if (migrator.resolvePaths) return migrator.resolvePaths();
  if (migrator.absolutePath || migrator.options.migrationsList) return;
  const [{ fs }, { Utils }] = await Promise.all([import('@mikro-orm/core/fs-utils'), import('@mikro-orm/core')]);
  migrator.detectSourceFolder(fs);
  const { path, pathTs } = migrator.options;
  const folder = orm.config.get('preferTs', Utils.detectTypeScriptSupport()) && pathTs ? pathTs : path;
  if (folder) migrator.absolutePath = fs.absolutePath(folder, orm.config.get('baseDir'));
}

async function executedMigrations(migrator: Migrator, call: Call): Promise<readonly string[]> {
  const storage = migrator.getStorage();
  const { tableName, schemaName } = storage.getTableName();
  // the default namespace goes unnamed, as MikroORM leaves it out of its SQL
  const usual = call.database.orm.config.getPlatform().getDefaultSchemaName();
  const table =
    schemaName && schemaName !== usual ? `${quoteName(schemaName)}.${quoteName(tableName)}` : quoteName(tableName);
  try {
    const rows = await ask(call.database, call, `select name from ${table}`);
    return rows.map(({ name }) => storage.getMigrationName(String(name)));
  } catch (error) {
    if (faultOf(error) === 'no table') return [];
    throw error;
  }
}
