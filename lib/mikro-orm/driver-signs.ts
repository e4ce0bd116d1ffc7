import type { MikroORM } from '@mikro-orm/core';
import { hasOwnDialect } from './connection-parts.ts';

/** What an ORM shows of its driver before it connects. */
export interface DriverSigns {
  /** The packages that the driver is made on: `kysely` and `pg`. A minified bundle keeps them, and not the names of classes. */
  readonly packages: readonly string[];
  /** The name of its class, for people. */
  readonly className: string;
  /** Whether the application made the Kysely, or its dialect, that the driver connects by. */
  readonly hasOwnDialect: boolean;
  /** Where it leads to, as far as the configuration says: a name, a path, or URLs. */
  readonly addresses: readonly string[];
}

/** Reads the signs of an ORM's driver. Sends nothing. */
export function signsOf({ config, driver }: MikroORM): DriverSigns {
  const options = config.get('driverOptions') as { readonly url?: unknown; readonly syncUrl?: unknown } | undefined;
  const addresses: readonly unknown[] = [config.get('dbName'), config.get('clientUrl'), options?.url, options?.syncUrl];
  return {
    packages: driver.getDependencies(),
    className: driver.constructor.name,
    hasOwnDialect: hasOwnDialect(config),
    addresses: addresses.filter(address => typeof address === 'string'),
  };
}
