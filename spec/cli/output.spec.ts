import { describe, expect, test } from '@jest/globals';
import { Configuration } from '@mikro-orm/core';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { newSecrets } from '../../lib/cli/output.ts';
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

/** What is hidden once a configuration was learned. */
function redactorOf(options: object, env: Record<string, string> = {}) {
  const secrets = newSecrets(env);
  secrets.learn(new Configuration({ driver: SqliteDriver, dbName: 'zoo', ...options } as never, false));
  return secrets;
}

test('a password is hidden as it is, as a URL spells it and as JSON does', () => {
  const { redact } = redactorOf({ password: PASSWORD });
  for (const text of [PASSWORD, encodeURIComponent(PASSWORD), JSON.stringify(PASSWORD).slice(1, -1)]) {
    expect(redact(`x${text}y`)).toBe('x***y');
  }
});

test('a short password is hidden where it stands alone, and is no reason to lose words', () => {
  const { redact } = redactorOf({ password: 'pass' });
  expect(redact('password authentication failed for pass, "pass"')).toBe(
    'password authentication failed for ***, "***"',
  );
});

test('what is shown anyway is not hidden because it is the password too', () => {
  const { redact, show } = redactorOf({ user: 'ada', password: 'zoo' });
  show(['zoo']);
  expect(redact('zoo: the database "zoo"')).toBe('zoo: the database "zoo"');
});

test('replicas, driver options and the environment have passwords too', () => {
  const replica = { name: 'r', clientUrl: 'postgres://ada:replica-4711@db/zoo' };
  const driverOptions = { ssl: { passphrase: 'ssl-4711-pass' }, connection: { connectionString: 'Server=a;Secret=1' } };
  const { redact } = redactorOf({ replicas: [replica], driverOptions }, { PGPASSWORD: 'env-4711', DEBUG_TOKEN: '1' });
  expect(redact('replica-4711 ssl-4711-pass Server=a;Secret=1 env-4711')).toBe('*** *** *** ***');
  expect(redact('1 row')).toBe('1 row');
});

test('a password that is asked for later is learned then', async () => {
  const config = new Configuration({ driver: SqliteDriver, dbName: 'zoo', password: async () => 'later-4711' }, false);
  const secrets = newSecrets({});
  secrets.learn(config);
  expect(secrets.redact('later-4711')).toBe('later-4711');
  const password = config.get('password') as () => Promise<string>;
  expect(await password()).toBe('later-4711');
  expect(secrets.redact('later-4711')).toBe('***');
});

test.each([
  ['postgres://ada:secret@db:5432/zoo?sslmode=require', '***'],
  ['cannot reach "postgresql://db/zoo", sorry', 'cannot reach "***", sorry'],
  ['http://ada:secret@proxy/', '***'],
  ['host=db password=secret user=ada', 'host=db password=*** user=ada'],
  ["password='two words' user=ada", 'password=*** user=ada'],
])('what looks like a connection string is hidden though nobody knows it: %s', (text, hidden) => {
  expect(newSecrets({}).redact(text)).toBe(hidden);
});

test('addresses without a secret are left as they are', () => {
  const text = 'see https://mikro-orm.io/docs and file:///app/schema.ts:3:4, or zoo@example.org';
  expect(newSecrets({}).redact(text)).toBe(text);
});
