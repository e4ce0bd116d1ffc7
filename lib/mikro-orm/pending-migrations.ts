import type { Patience } from '../store/connection.ts';
import { ask, type Database } from '../store/database.ts';
import { faultOf } from '../store/faults.ts';
import { sqlName } from '../dialects/table-names.ts';
import { missingPart } from './missing-part.ts';

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
 * Names what MikroORM's Migrator knows and has not run, in its order; nothing for an ORM that was made without it. Its own
 * `getPending()` creates the folder, the database and its table, and we only look: the files are listed as it lists them,
 * the table is read by us.
 */
export async function pendingMigrations(database: Database, patience: Patience): Promise<readonly string[]> {
  const migrator = database.orm.config.getExtension<Migrator>('@mikro-orm/migrator');
  if (!migrator) return [];
  for (const part of ['discoverMigrations', 'getStorage'] as const)
    if (typeof migrator[part] !== 'function') throw missingPart(`Migrator.${part}()`);
  await resolvePaths(migrator, database);
  const known = await migrator.discoverMigrations();
  if (known.length === 0) return [];
  const run = new Set(await executedMigrations(migrator, database, patience));
  return known.map(({ name }) => name).filter(name => !run.has(name));
}

/** Finds the folder, and leaves one that is missing alone. */
async function resolvePaths(migrator: Migrator, { orm }: Database): Promise<void> {
  if (migrator.resolvePaths) return migrator.resolvePaths();
  if (migrator.absolutePath || migrator.options.migrationsList) return;
  if (typeof migrator.detectSourceFolder !== 'function') throw missingPart('Migrator.resolvePaths()');
  const [{ fs }, { Utils }] = await Promise.all([import('@mikro-orm/core/fs-utils'), import('@mikro-orm/core')]);
  migrator.detectSourceFolder(fs);
  const { path, pathTs } = migrator.options;
  const folder = orm.config.get('preferTs', Utils.detectTypeScriptSupport()) && pathTs ? pathTs : path;
  if (folder) migrator.absolutePath = fs.absolutePath(folder, orm.config.get('baseDir'));
}

async function executedMigrations(
  migrator: Migrator,
  database: Database,
  patience: Patience,
): Promise<readonly string[]> {
  const storage = migrator.getStorage();
  const { tableName, schemaName } = storage.getTableName();
  // the default namespace goes unnamed, as MikroORM leaves it out of its SQL
  const usual = database.orm.config.getPlatform().getDefaultSchemaName();
  const namespace = schemaName === usual ? undefined : schemaName || undefined;
  const table = sqlName(database.dialect, { name: tableName, namespace });
  try {
    const rows = await ask(database, patience, `select name from ${table}`);
    return rows.map(({ name }) => storage.getMigrationName(String(name)));
  } catch (error) {
    if (faultOf(error) === 'no table') return [];
    throw error;
  }
}
