import { expect, test } from '@jest/globals';
import { sqliteFile, type TestDatabase } from '../support/databases.ts';
import { dejavu } from '../support/cli/run.ts';

/** A database with the storage of version 3, and nothing that says so. */
async function unversioned(database: TestDatabase) {
  const env = { ZOO_DATABASE: database.address as string };
  expect(await dejavu(['install'], { env })).toMatchObject({ code: 0 });
  await database.execute('drop table deployed_version');
  await database.execute('drop table deployed_version_log');
  return env;
}

test('a database is adopted at the version whose storage it has', async () => {
  await using database = await sqliteFile.create();
  const env = await unversioned(database);
  const refused = await dejavu(['upgrade'], { env });
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('Run npx dejavu adopt to record the version of the existing storage.');

  expect(await dejavu(['adopt'], { env })).toEqual({
    code: 0,
    signal: null,
    stderr: '',
    stdout: 'zoo: adopted at version 3\n',
  });
});

test('storage that is no version is told, with the nearest, as a tree', async () => {
  await using database = await sqliteFile.create();
  const env = await unversioned(database);
  await database.execute('alter table animal drop column legs');
  const refused = await dejavu(['adopt'], { env });
  expect(refused.code).toBe(7);
  expect(refused.stderr).toContain('matches no frozen version. The nearest is version 3: ');
  expect(refused.stderr).toMatch(/^ {2}animal\n {4}column legs is missing: integer not null/m);

  const named = await dejavu(['adopt', '3', '--json'], { env });
  expect(named.code).toBe(7);
  expect(JSON.parse(named.stdout)).toMatchObject({
    error: {
      code: 'STORAGE_DIFFERS',
      version: 3,
      differences: [{ kind: 'missing', path: ['animal', 'column', 'legs'] }],
    },
  });
  expect(await dejavu(['adopt', '3', '--unverified'], { env })).toMatchObject({ code: 0 });
});

test('a difference from before is told by an upgrade, and kept', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  const first = ['--schema', './schema.ts#FirstSchema'];
  expect(await dejavu(['install', ...first], { env: { ...env, ZOO_RELEASE: '1' } })).toMatchObject({ code: 0 });
  await database.execute('create index strangers on animal (species)');
  const upgraded = await dejavu(['upgrade', '2'], { env });
  expect(upgraded.code).toBe(0);
  expect(upgraded.stdout).toContain(
    '  the storage differs from the frozen version 2:\n    animal\n      index strangers is extra: CREATE INDEX strangers on animal (species)\n',
  );
});
