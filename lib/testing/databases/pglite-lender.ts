import type { DialectName } from '../../dialects/registry.ts';
import { applicationOn, type Lender, type OrmOptions } from './lender.ts';

/** Lends databases of PGlite in memory. Each is a server of its own. */
export function pgliteLender(options: OrmOptions, dialect: DialectName): Lender {
  const { pglite: _pglite, dataDir: _dataDir, ...driverOptions } = (options.driverOptions ?? {}) as PgliteOptions;
  return {
    title: 'PGlite',
    dialect,
    async lend(_kind, owner) {
      const orm = applicationOn(owner, options, { dbName: 'memory://', driverOptions });
      return { orm, address: undefined, giveBack: () => orm.close(true) };
    },
  };
}

/** What an application may say about PGlite: an instance, or where its files are. */
interface PgliteOptions {
  readonly pglite?: unknown;
  readonly dataDir?: unknown;
}
