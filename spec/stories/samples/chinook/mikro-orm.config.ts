import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/sql';
import { SqliteDriver } from '@mikro-orm/sqlite';
import * as entities from './entities.ts';
import { namingStrategy } from './storage.ts';

const address = process.env['CHINOOK'] ?? 'chinook.db';

const config: Options = {
  ...(address.startsWith('postgres')
    ? { driver: PostgreSqlDriver, clientUrl: address }
    : { driver: SqliteDriver, dbName: address }),
  namingStrategy,
  entities: Object.values(entities),
};

// oxlint-disable-next-line import/no-default-export -- this is where MikroORM looks for it
export default config;
