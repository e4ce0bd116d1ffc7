import { expect, test } from '@jest/globals';
import { Configuration } from '@mikro-orm/core';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { newSecrets } from '../../lib/cli/secrets.ts';

const PASSWORD = 'geheim/4711 "&';

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
