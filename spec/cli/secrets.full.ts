import { describe, expect, test } from '@jest/globals';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { dejavu, type Ran } from '../support/cli/run.ts';

const PASSWORD = 'geheim/4711 "&';

/** A role whose password needs escaping in a URL, in JSON and in a shell. */
function keeperOf(database: TestDatabase) {
  return createRole(
    database,
    'grant create, usage on schema public to $role',
    `alter role $role password '${PASSWORD}'`,
  );
}

function withPassword(address: string): string {
  const url = new URL(address);
  url.password = encodeURIComponent(PASSWORD);
  return url.href;
}

function expectNothingTold({ stdout, stderr }: Ran, url: string) {
  for (const secret of ['geheim', '4711', url, 'postgres://']) {
    expect(stdout).not.toContain(secret);
    expect(stderr).not.toContain(secret);
  }
}

describe('a run tells neither password nor connection string', () => {
  test("when the driver's own error echoes them", async () => {
    await using database = await postgresql.create();
    await using keeper = await keeperOf(database);
    const url = withPassword(keeper.url);
    const run = { project: 'troubled', env: { ZOO_DATABASE: url } };
    await dejavu(['install', '--schema', 'leaky.ts#TightSchema'], run);
    for (const more of [[], ['--json']]) {
      const failed = await dejavu(['upgrade', '--schema', 'leaky.ts#LeakySchema', ...more], run);
      expect(failed.code).toBe(1);
      expect(failed.stdout + failed.stderr).toContain('cannot reach ***');
      expectNothingTold(failed, url);
    }
  });

  test('when an error is caught by nobody', async () => {
    await using database = await postgresql.create();
    await using keeper = await keeperOf(database);
    const url = withPassword(keeper.url);
    const run = { project: 'troubled', env: { ZOO_DATABASE: url } };
    await dejavu(['install', '--schema', 'leaky.ts#TightSchema'], run);
    const failed = await dejavu(['upgrade', '--schema', 'leaky.ts#CarelessSchema', '--json'], run);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      exitCode: 1,
      error: { code: 'STEP_FAILED', message: expect.stringContaining('rejected: no answer from ***. Await it.') },
    });
    expectNothingTold(failed, url);
    expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
  });

  test('when nobody answers', async () => {
    const url = withPassword('postgres://zoo@127.0.0.1:1/zoo');
    for (const args of [['status'], ['status', '--json'], ['check']]) {
      const failed = await dejavu(args, { env: { ZOO_DATABASE: url } });
      expect(failed.code).toBe(1);
      expect(failed.stdout + failed.stderr).toMatch(/the database \\?"zoo\\?" on 127\.0\.0\.1:1 cannot be reached/);
      expectNothingTold(failed, url);
    }
  });

  test('when the connection string itself is wrong', async () => {
    const url = 'postgres://zoo:geheim%2F4711@127.0.0.1:port/zoo';
    for (const more of [[], ['--json']]) {
      const failed = await dejavu(['status', ...more], { env: { ZOO_DATABASE: url } });
      expect(failed.code).toBe(1);
      expectNothingTold(failed, url);
    }
  });

  test('when everything is well', async () => {
    await using database = await postgresql.create();
    await using keeper = await keeperOf(database);
    const url = withPassword(keeper.url);
    const run = { env: { ZOO_DATABASE: url } };
    for (const args of [['install'], ['status', '--log'], ['status', '--json', '--log'], ['check', '--json']]) {
      const ran = await dejavu(args, run);
      expect(ran.code).toBe(0);
      expectNothingTold(ran, url);
    }
  });
});
