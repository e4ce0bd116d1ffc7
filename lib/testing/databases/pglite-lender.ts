import type { MikroORM } from '@mikro-orm/core';
import { quoteName } from '../../sql/quoting.ts';
import { primaryOf } from '../../store/connection.ts';
import { optionsOfNewPglite } from '../../store/opening/other-orm.ts';
import type { DialectName } from '../../dialects/registry.ts';
import { applicationOn, type Lender, type OrmOptions } from './lender.ts';

/** Lends databases of PGlite in memory. Each is a separate server. */
export function pgliteLender(options: OrmOptions, dialect: DialectName): Lender {
  const driverOptions = optionsOfNewPglite(options.driverOptions);
  const extensions = Object.keys(driverOptions.extensions ?? {});
  return {
    title: 'PGlite',
    dialect,
    async lend(_kind, owner) {
      const orm = applicationOn(owner, options, { dbName: 'memory://', driverOptions });
      await addExtensions(orm, extensions);
      return { orm, address: undefined, giveBack: () => orm.close(true) };
    },
  };
}

/**
 * An extension with another name in SQL than in the configuration is not created. Storage that needs it then fails.
 */
async function addExtensions(orm: MikroORM, extensions: readonly string[]): Promise<void> {
  for (const name of extensions)
    await primaryOf(orm)
      .execute(`create extension if not exists ${quoteName(name)} cascade`)
      .catch(() => {});
}
