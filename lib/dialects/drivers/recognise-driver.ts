import type { DriverSigns } from '../../mikro-orm/driver-signs.ts';
import type { UnsupportedName } from './unsupported.ts';

/** By the package that MikroORM's driver is made on. */
const BY_PACKAGE: Readonly<Record<string, (signs: DriverSigns) => UnsupportedName | undefined>> = {
  'better-sqlite3': supported,
  pg: supported,
  '@electric-sql/pglite': supported,
  libsql: ({ addresses }) => (addresses.some(isRemote) ? 'libsqlRemote' : 'libsqlLocal'),
  mysql2: ({ className }) => (/maria/i.test(className) ? 'mariadb' : 'mysql'),
  mariadb: () => 'mariadb',
  tedious: () => 'mssql',
  oracledb: () => 'oracle',
  mongodb: () => 'mongodb',
};

function supported(): undefined {
  return undefined;
}

function isRemote(address: string): boolean {
  return /^(https?|wss?|libsql):/i.test(address);
}

/**
 * Names the driver of an ORM if dejavu does not run on it, as far as that shows before anything is sent. Where the application
 * made the dialect of Kysely, only the engine itself can tell. Pure.
 */
export function unsupportedDriver(signs: DriverSigns): UnsupportedName | undefined {
  const known = signs.packages.find(name => name in BY_PACKAGE);
  if (known === undefined || signs.hasOwnDialect) return undefined;
  return BY_PACKAGE[known]?.(signs);
}

/** Whether a driver leads to the engine that it is made for, and to no other that speaks alike. Pure. */
export function isBoundToEngine({ packages, hasOwnDialect }: DriverSigns): boolean {
  return !hasOwnDialect && packages.includes('better-sqlite3');
}
