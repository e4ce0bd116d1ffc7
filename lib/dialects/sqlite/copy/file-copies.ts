import { realpathSync } from 'node:fs';
import type { MikroORM } from '@mikro-orm/core';
import { HeldConnection } from '../../../store/connection.ts';
import { ormOn, type DriverClass } from '../../../store/opening/other-orm.ts';
import type { FileCopies } from '../../dialect.ts';
import { findDifference } from './compare-copy.ts';
import { saveSqlite } from './online-backup.ts';

const PATIENCE = { waitMs: 5000 };

/** How SQLite databases are copied. */
export const sqliteCopies: FileCopies = {
  save: saveSqlite,
  open: async (orm, file, options) => openFile(orm, file, options),
  findDifference,

  async findDamage(copy) {
    const [row] = await copy.execute('pragma integrity_check(1)');
    const [said] = Object.values(row ?? {});
    return said === 'ok' ? undefined : String(said);
  },

  async settle(copy, source) {
    // `vacuum into` leaves a rollback journal, also where its source has a log.
    const [row] = await source.execute('pragma journal_mode');
    if (row?.journal_mode === 'wal') await copy.execute('pragma journal_mode = wal');
  },

  async fileOf(held) {
    const [main] = await held.execute(`select file from pragma_database_list where name = 'main'`);
    return typeof main?.file === 'string' && main.file !== '' ? main.file : undefined;
  },
};

/** A driver of the application's own may lead everywhere to the same database: what it is made from does not. */
export async function openFile(
  orm: MikroORM,
  file: string,
  options: { readonly hasEntities?: boolean } = {},
): Promise<MikroORM> {
  let driver = orm.config.get('driver') as unknown as DriverClass;
  for (;;) {
    const other = await ormOn(orm, file, { ...options, driver });
    const opened = await HeldConnection.hold(other, PATIENCE, held => sqliteCopies.fileOf(held)).catch(
      async (error: unknown) => {
        await other.close(true);
        throw error;
      },
    );
    if (opened !== undefined && realpathSync(opened) === realpathSync(file)) return other;
    // In memory, closing it may close the application's own.
    if (opened !== undefined) await other.close(true);
    const parent: unknown = Object.getPrototypeOf(driver);
    if (typeof parent !== 'function' || parent === Function.prototype)
      throw new Error(`the driver opens ${opened ?? 'a database in memory'} instead of ${file}`);
    driver = parent as DriverClass;
  }
}
