import type { MikroORM } from '@mikro-orm/core';
import { isBoundToEngine } from '../../dialects/drivers/recognise-driver.ts';
import type { UnsupportedName } from '../../dialects/drivers/unsupported.ts';
import { signsOf } from '../../mikro-orm/driver-signs.ts';
import type { Row } from '../connection.ts';
import type { Database } from '../database.ts';
import { unsupportedError } from './unsupported-error.ts';

/** Which database answers does not change while an ORM lives. */
const known = new WeakMap<MikroORM, UnsupportedName | 'supported'>();

/**
 * Asks the database which one it is, once for each ORM, and in one statement. A boot with nothing to do does not ask.
 *
 * @throws {@link DriverUnsupportedError} for one that only passes for what we support
 */
export async function assertSupported(
  { guid, orm, dialect }: Database,
  ask: (sql: string) => Promise<readonly Row[]>,
): Promise<void> {
  const signs = signsOf(orm);
  if (isBoundToEngine(signs)) return;
  const name = known.get(orm) ?? (await identify(dialect, ask));
  known.set(orm, name);
  if (name !== 'supported') throw unsupportedError(guid, name, signs.className);
}

async function identify(
  { load }: Database['dialect'],
  ask: (sql: string) => Promise<readonly Row[]>,
): Promise<UnsupportedName | 'supported'> {
  const identity = await load.identity();
  try {
    const [row] = await ask(identity.sql);
    return identity.nameOf(row) ?? 'supported';
  } catch (error) {
    const name = identity.nameOfRefusal(error);
    if (name === undefined) throw error;
    return name;
  }
}
