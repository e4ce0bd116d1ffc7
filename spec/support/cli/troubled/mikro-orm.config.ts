import { defineEntity, p } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/sql';
import { SqliteDriver } from '@mikro-orm/sqlite';

/** Where the spec put the database: a file's path or a URL. */
const address = process.env['ZOO_DATABASE'] ?? 'zoo.db';

export const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string() },
});
export const Ticket = defineEntity({
  name: 'Ticket',
  properties: { id: p.integer().primary(), price: p.integer() },
});

// oxlint-disable-next-line no-console -- an application that talks while it is imported
console.log('the configuration is read');

const config: Options = {
  ...(address.startsWith('postgres')
    ? { driver: PostgreSqlDriver, clientUrl: address }
    : { driver: SqliteDriver, dbName: address }),
  entities: [Animal, Ticket],
  schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] },
};

// oxlint-disable-next-line import/no-default-export -- this is where MikroORM looks for it
export default config;
