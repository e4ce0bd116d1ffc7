import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { Schema, type Step } from '../../../lib/index.ts';
import { rawQuery, type Wire } from '../../../lib/mikro-orm/wire.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { proveSchema } from '../../../lib/testing/index.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';
import { spawnWorker } from '../../support/processes.ts';
import { createRole } from '../../support/roles.ts';
import { scratchFolders } from '../../support/scratch-folders.ts';
import { checkOfStep, zooOn, type LentKindName } from './lent-zoo.ts';

/*
 * Where the databases of checks come from, and that nothing is left of them: a check passes, fails, or is killed.
 */

const KINDS: readonly LentKindName[] = ['sqlite', 'postgresql'];
let database: TestDatabase;
beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(async () => database.drop());

const configured = (kind: LentKindName, url = database.address) => zooOn(kind, kind === 'postgresql' ? url : undefined);

/** The databases that processes have made for checks. */
async function lentBy(pid: number): Promise<string[]> {
  const rows = await database.execute<{ name: string }>(
    `select datname::text as name from pg_database where datname like 'dejavu\\_proof\\_%\\_${pid}\\_%'`,
  );
  return rows.map(({ name }) => name);
}

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'passed',
    (error: { code?: string; message: string }) => `${error.code ?? 'untyped'}: ${error.message}`,
  );
}

describe.each(KINDS)('on %s', kind => {
  test.each([
    ['passes', async () => {}, /^passed$/],
    ['fails', async () => Promise.reject(new Error('no fodder')), /^PROOF_FAILED: .*no fodder/s],
  ] as const)(
    'a check that %s leaves nothing behind',
    async (_how, during, expected) => {
      const inside: string[] = [];
      const check = await checkOfStep(2, configured(kind), async () => {
        inside.push(...(await lentBy(process.pid)), ...scratchFolders());
        await during();
      });
      expect(await outcomeOf(check.run())).toMatch(expected);
      expect(inside).not.toEqual([]);
      expect([...(await lentBy(process.pid)), ...scratchFolders()]).toEqual([]);
    },
    300_000,
  );
});

test('a file waits for no disk, and the connection is set up as the application sets up its own', async () => {
  const onCreateConnection = async (connection: unknown) => {
    await (connection as Wire).executeQuery(rawQuery('pragma cache_size = 1234'));
  };
  const seen: unknown[] = [];
  const check = await checkOfStep(2, { ...configured('sqlite'), onCreateConnection }, async step => {
    seen.push(await step.execute('pragma synchronous'), await step.execute('pragma cache_size'));
  });
  await check.run();
  expect(seen.slice(-2)).toEqual([[{ synchronous: 0 }], [{ cache_size: 1234 }]]);
});

test('PGlite needs no server, and starts one for each check', async () => {
  const check = await checkOfStep(2, configured('pglite'), async () => Promise.reject(new Error('no fodder')));
  expect(await outcomeOf(check.run())).toMatch(/^PROOF_FAILED: .*no fodder/s);
  expect(scratchFolders()).toEqual([]);
}, 300_000);

test('a check that was killed leaves a database on the server, which the next run drops', async () => {
  const url = database.address as string;
  await using worker = spawnWorker('prove.ts', { kind: 'postgresql', url, law: 2 });
  const { place } = await worker.line('inside');
  expect(await worker.finished).toMatchObject({ signal: 'SIGKILL' });
  expect(place).toMatch(new RegExp(`^dejavu_proof_[0-9a-f]{8}_${worker.pid}_`));
  const check = await checkOfStep(2, configured('postgresql'), async () => {});
  await check.run();
  expect(await lentBy(worker.pid)).toEqual([]);
});

test('a check that was killed leaves a file, which the next run removes', async () => {
  await using worker = spawnWorker('prove.ts', { kind: 'sqlite', law: 9 });
  const { place } = await worker.line('inside');
  expect(await worker.finished).toMatchObject({ signal: 'SIGKILL' });
  await using next = spawnWorker('prove.ts', { kind: 'sqlite', law: 9 });
  await next.line('inside');
  expect(place).toContain(`-${worker.pid}-`);
  expect(existsSync(place as string)).toBe(false);
});

describe('the role', () => {
  test('needs createdb, and the message says so', async () => {
    await using role = await createRole(database);
    const check = await checkOfStep(2, configured('postgresql', role.url), async () => {});
    const said = await outcomeOf(check.run());
    expect(said).toMatch(/^PERMISSION_DENIED: zoo: the role keeper_\w+ may not create a database on the server of /);
    expect(said).toContain(
      `Grant it: alter role "${role.name}" createdb. Or use another role or server for tests, or PGlite.`,
    );
  });

  test('needs no other right', async () => {
    await using role = await createRole(database, 'alter role $role createdb');
    const check = await checkOfStep(2, configured('postgresql', role.url), async () => {});
    expect(await outcomeOf(check.run())).toBe('passed');
  });
});

test('a server that does not answer is no finding about the Schema', async () => {
  const check = await checkOfStep(2, configured('postgresql', 'postgresql://nobody@127.0.0.1:1/zoo'), async () => {});
  expect(await outcomeOf(check.run())).toMatch(
    /^DATABASE_UNAVAILABLE: zoo: cannot create a database for a check on the server of 127\.0\.0\.1: .*Start the server/,
  );
});

test('the extensions of the configured database are there, so that storage may need them', async () => {
  const version = (more: object) => ({
    Mail: defineEntity({
      name: 'Mail',
      properties: { id: p.integer().primary(), address: p.string().columnType('citext'), ...more },
    }),
  });
  const [one, two] = [version({}), version({ note: p.string().nullable() })];
  class MailSchema extends Schema {
    readonly guid = 'mail';
    readonly latest = 2;
    override readonly versions = {
      1: { fingerprint: '0:one', load: async () => one },
      2: { fingerprint: '0:two', load: async () => two },
    };
    upgradeTo_2 = (step: Step<typeof one, typeof two>) => step.addProperty(step.after.Mail, 'note' as never);
  }
  await database.execute('create extension citext');
  const entities = [...bindModule({ ...two }, { name: 'the release' }).all];
  const checks = await proveSchema(MailSchema, { databases: [{ ...configured('postgresql'), entities }], rows: 3 });
  const [check] = checks.filter(({ law, version: of }) => law === 2 && of === 2);
  expect(await outcomeOf(check?.run() as Promise<void>)).toBe('passed');
});
