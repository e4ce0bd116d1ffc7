import { MikroORM } from '@mikro-orm/core';
import { databaseOf } from '../../store/database.ts';
import { signsOf } from '../../mikro-orm/driver-signs.ts';
import { fileLender } from './file-lender.ts';
import type { Lender, OrmOptions } from './lender.ts';
import { pgliteLender } from './pglite-lender.ts';
import { serverLender } from './server-lender.ts';

/**
 * Chooses how databases of an application's configuration are lent. Connects to nothing.
 *
 * @throws {@link DriverUnsupportedError}
 */
export async function openLender(guid: string, options: OrmOptions): Promise<Lender> {
  const orm = await MikroORM.init({ ...options, entities: [], discovery: { warnWhenNoEntities: false } });
  const { dialect } = databaseOf(guid, orm);
  const { name } = dialect;
  if (dialect.capabilities.files) return fileLender(options, name);
  if (signsOf(orm).packages.includes(PGLITE)) return pgliteLender(options, name);
  return serverLender(guid, options, name);
}

const PGLITE = '@electric-sql/pglite';
