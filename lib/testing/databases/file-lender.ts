import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../dump/scratch/temporary-folder.ts';
import { sqliteDialect } from '../../store/opening/other-orm.ts';
import type { DialectName } from '../../dialects/registry.ts';
import { rawQuery, type Wire } from '../../mikro-orm/wire.ts';
import { applicationOn, type Lender, type OrmOptions } from './lender.ts';

const MEMORY = ':memory:';

/** Lends databases in memory, or in files of a temporary folder if they must outlive a process. */
export function fileLender(options: OrmOptions, dialect: DialectName): Lender {
  return {
    title: 'SQLite',
    dialect,
    async lend(kind, owner) {
      const folder = kind === 'lasting' ? await makeTemporaryFolder() : undefined;
      const dbName = folder === undefined ? MEMORY : join(folder, 'proof.db');
      const orm = applicationOn(owner, options, {
        dbName,
        ...(await sameEngine(options, dbName)),
        onCreateConnection: connection => withoutWaiting(options, connection as Wire),
      });
      return {
        orm,
        address: folder === undefined ? undefined : dbName,
        async giveBack() {
          try {
            await orm.close(true);
          } finally {
            if (folder !== undefined) await rm(folder, { recursive: true, force: true });
          }
        },
      };
    },
  };
}

/** A lent database need not outlive a power cut: no commit waits for the disk. */
async function withoutWaiting({ onCreateConnection }: OrmOptions, connection: Wire): Promise<void> {
  await onCreateConnection?.(connection);
  await connection.executeQuery(rawQuery('pragma synchronous = off'));
}

/** A Kysely dialect of the application opens the application's database, so the one of Node.js or Bun replaces it. */
async function sameEngine({ driverOptions }: OrmOptions, dbName: string): Promise<OrmOptions> {
  const isOwn = typeof driverOptions === 'function' || (driverOptions && 'createDriver' in driverOptions);
  return isOwn ? { driverOptions: await sqliteDialect(dbName) } : {};
}
