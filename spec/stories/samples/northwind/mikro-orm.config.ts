import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/sql';
import * as entities from './entities.ts';
import { namingStrategy } from './storage.ts';

const address = process.env['NORTHWIND'] ?? 'postgres://localhost/northwind';

const config: Options = {
  driver: PostgreSqlDriver,
  clientUrl: address,
  namingStrategy,
  entities: Object.values(entities),
};

// oxlint-disable-next-line import/no-default-export -- this is where MikroORM looks for it
export default config;
