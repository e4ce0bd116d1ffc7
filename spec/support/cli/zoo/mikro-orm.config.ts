import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/sql';
import { SqliteDriver } from '@mikro-orm/sqlite';

/** Where the spec put the database: a file's path or a URL. */
const address = process.env['ZOO_DATABASE'] ?? 'zoo.db';
/** The release that runs, by the version of its entities. */
const release = process.env['ZOO_RELEASE'] ?? '3';
const entities = (await import(`./versions/${release}.ts`)) as Record<string, never>;

const config: Options = {
  ...(address.startsWith('postgres')
    ? { driver: PostgreSqlDriver, clientUrl: address }
    : { driver: SqliteDriver, dbName: address }),
  entities: Object.values(entities),
  schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] },
};

// oxlint-disable-next-line import/no-default-export -- this is where MikroORM looks for it
export default config;
