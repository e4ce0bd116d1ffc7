import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import { dialectOf } from '../../dialects/registry.ts';
import { hasOwnDialect, hasOwnSqliteDialect, isConnected } from '../../mikro-orm/connection-parts.ts';
import { signsOf } from '../../mikro-orm/driver-signs.ts';
import { primaryOf } from '../connection.ts';

/** Tells whether the engine of an ORM keeps a database in one file. */
export function isFile(orm: MikroORM): boolean {
  return dialectOf(orm.config.getPlatform())?.capabilities.files === true;
}

/**
 * The file of a SQLite database; `undefined` for one in memory, and where the application's own Kysely dialect may lead
 * elsewhere: to a server, or to the file of a URI.
 */
export function fileOf(orm: MikroORM): string | undefined {
  if (!isFile(orm)) return undefined;
  const name = orm.config.get('dbName');
  if (!name || name === ':memory:') return undefined;
  if (!hasOwnDialect(orm.config)) return name;
  return hasOwnSqliteDialect(orm.config) && !name.startsWith('file:') ? name : undefined;
}

/** Tells whether the file of a SQLite database is missing. Does not create it. */
export function isMissing(orm: MikroORM): boolean {
  const file = fileOf(orm);
  return file !== undefined && !existsSync(file);
}

/**
 * Tells whether an ORM is connected to the database that it names. A Kysely dialect of the application may open another file
 * than `dbName`, so being connected is not enough there.
 */
export function isOpen(orm: MikroORM): boolean {
  return isConnected(primaryOf(orm)) && !(hasOwnDialect(orm.config) && isMissing(orm));
}

/** Tells whether a database has one connection, which all share: PGlite runs in this process. */
export function hasOneConnection(orm: MikroORM): boolean {
  return signsOf(orm).packages.includes('@electric-sql/pglite');
}

/** The folder that PGlite would create its database in; `undefined` if the folder has one, or if PGlite keeps it elsewhere. */
export function missingFolderOf(orm: MikroORM): string | undefined {
  const { packages, hasOwnDialect: isOwn } = signsOf(orm);
  if (isOwn || !packages.includes('@electric-sql/pglite')) return undefined;
  const options = orm.config.get('driverOptions') as Readonly<Record<string, unknown>> | undefined;
  if (options?.['pglite'] || options?.['fs']) return undefined;
  const place = options?.['dataDir'] ?? orm.config.get('dbName');
  if (typeof place !== 'string' || /^(?!file:\/\/)[\w-]+:/.test(place)) return undefined;
  const folder = place.replace(/^file:\/\//, '');
  return folder === '' || existsSync(join(folder, 'PG_VERSION')) ? undefined : folder;
}
