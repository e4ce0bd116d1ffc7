import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proveSchema } from '../../lib/testing/index.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { SERVER_FAULTS } from './planted/server-faults.ts';
import { serverOptions, serverPets, type ServerParts } from './planted/server-pets.ts';

/*
 * Faults where PostgreSQL is not like SQLite. Only the law that is there for a fault looks: without it, the test fails.
 */

let server: TestDatabase;
beforeAll(async () => {
  server = await postgresql.create();
});
afterAll(async () => server.drop());

/** What laws say about a Schema; empty if they find nothing. */
async function findings(planted: ServerParts, laws: readonly number[]): Promise<string[]> {
  const databases = [serverOptions(server.address as string)];
  const checks = await proveSchema(await serverPets(planted), { databases, rows: 12 });
  const found: string[] = [];
  for (const { run } of checks.filter(({ law }) => laws.includes(law)))
    await run().catch((error: { code?: string; message: string }) => found.push(`${error.code}: ${error.message}`));
  return found;
}

test('without a fault, no law that is asked below finds anything', async () => {
  expect(await findings({}, [...new Set(SERVER_FAULTS.map(({ law }) => law))])).toEqual([]);
}, 120_000);

describe('a law names', () => {
  test.each(SERVER_FAULTS.map(fault => [`${fault.name}: law ${fault.law}`, fault] as const))(
    '%s',
    async (_name, { planted, law, says }) => {
      const found = await findings(planted, [law]);
      const naming = found.filter(text => text.startsWith('PROOF_FAILED') && says.test(text));
      expect({ found, names: naming.length > 0 }).toEqual({ found, names: true });
    },
    120_000,
  );
});
