import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './databases.ts';

/** A role of PostgreSQL that may log in and has no rights of its own; `await using` drops it with all it owns. */
export interface TestRole extends AsyncDisposable {
  readonly name: string;
  /** Leads to the database as this role, for the `clientUrl` of an ORM. */
  readonly url: string;
}

/**
 * Creates a role on a database of PostgreSQL.
 *
 * @param rights SQL that is sent as the superuser, each with the role's name in place of `$role`.
 */
export async function createRole(database: TestDatabase, ...rights: readonly string[]): Promise<TestRole> {
  if (database.dialect !== 'postgresql' || !database.address) throw new Error('only a server has roles');
  const name = `keeper_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(6).toString('hex');
  await database.execute(`create role ${name} login password '${password}'`);
  for (const right of rights) await database.execute(right.replaceAll('$role', name));
  const url = new URL(database.address);
  url.username = name;
  url.password = password;
  return {
    name,
    url: url.href,
    async [Symbol.asyncDispose]() {
      await database.execute(`drop owned by ${name} cascade; drop role ${name}`);
    },
  };
}
