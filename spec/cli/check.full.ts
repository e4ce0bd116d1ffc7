import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { firstEntities, firstVersion, makeApplication } from '../support/cli/application.ts';
import { dejavu } from '../support/cli/run.ts';

test('what is in order is told, with the steps that declare nothing', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  const before = await database.execute('select * from deployed_version_log');
  expect(await dejavu(['check'], { env })).toEqual({
    code: 0,
    signal: null,
    stderr: '',
    stdout: [
      'zoo',
      '  the database is level: version 3, the code is at version 3',
      '  the entities match the newest frozen version',
      "  steps without 'compatible': 3",
      '',
    ].join('\n'),
  });
  expect(await database.execute('select * from deployed_version_log')).toEqual(before);
});

test('entities that changed without a version are told, with what changed', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  const changed = await dejavu(['check'], { env: { ...env, ZOO_RELEASE: 'unfrozen' } });
  expect(changed.code).toBe(5);
  expect(changed.stdout).toContain(
    '  the entities changed without a new version:\n    Animal.tail is in the entities only\n  Run npx dejavu next to write the version.\n',
  );
});

test('a frozen version that was edited is told, and one that cannot be loaded', async () => {
  const edited = await dejavu(['check', '--offline', '--schema', './schema.ts#EditedSchema']);
  expect(edited.code).toBe(5);
  expect(edited.stdout).toContain(
    'the frozen version 2 was edited: its fingerprint is 1:7642ff05742373cd now, and was 1:7d2530d27a6353d9',
  );
  const broken = await dejavu(['check', '--offline', '--schema', './schema.ts#BrokenSchema']);
  expect(broken.code).toBe(5);
  expect(broken.stdout).toContain('the frozen version 1 cannot be loaded: a merge went wrong');
});

test('another branch is told', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  const forked = await dejavu(['check', '--schema', './schema.ts#ForkedSchema', '--json'], { env });
  expect(forked.code).toBe(8);
  expect(JSON.parse(forked.stdout)).toMatchObject({ exitCode: 8, schemas: [{ status: { standing: 'forked' } }] });
  expect(await dejavu(['status', '--schema', './schema.ts#ForkedSchema'], { env })).toMatchObject({ code: 8 });
});

test('without a database the code is looked at all the same', async () => {
  const env = { ZOO_DATABASE: 'postgres://zoo@127.0.0.1:1/zoo' };
  const run = await dejavu(['check', '--json'], { env });
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({
    exitCode: 1,
    schemas: [
      {
        guid: 'zoo',
        status: null,
        error: { code: 'DATABASE_UNAVAILABLE' },
        changed: [],
        edited: [],
        undeclared: [3],
      },
    ],
  });
  const told = await dejavu(['check'], { env });
  expect(told.stdout).toContain(
    'check the code only: npx dejavu check --offline\n  more: npx dejavu explain DATABASE_UNAVAILABLE\n',
  );
  const noFile = await dejavu(['check'], { env: { ZOO_DATABASE: '/tmp/there/is/no/such/zoo.db' } });
  expect(noFile.code).toBe(4);
  expect(noFile.stdout).toContain('  the database has no version (missing), the code is at version 3\n');
  expect(noFile.stdout).toContain('check the code only: npx dejavu check --offline\n');
  expect(await dejavu(['check', '--offline'], { env })).toMatchObject({ code: 0 });
});

for (const kind of [sqliteFile, postgresql]) {
  test(`a full database without a version is not said to be missing, on ${kind.dialect}`, async () => {
    await using database = await kind.create();
    const env = { ZOO_DATABASE: database.address as string };
    await dejavu(['install'], { env });
    await database.execute('drop table deployed_version');
    await database.execute('drop table deployed_version_log');
    const tables = 'It has tables of this Schema: animal. To record their version: npx dejavu adopt\n';
    const checked = await dejavu(['check'], { env });
    expect(checked.code).toBe(4);
    expect(checked.stdout).toContain(`  the database has no version (missing), the code is at version 3\n  ${tables}`);
    expect(checked.stdout).not.toContain('--offline');
    const stands = await dejavu(['status'], { env });
    expect(stands.code).toBe(4);
    expect(stands.stdout).toContain(`zoo: the database has no version. ${tables}`);
    const json = await dejavu(['status', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ schemas: [{ standing: 'missing', ownTables: ['animal'] }] });
  });
}

test('the file of a frozen version that was deleted is named', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  using zoo = makeApplication(firstEntities, firstVersion);
  await zoo.dejavu(['install'], env);
  rmSync(join(zoo.folder, 'versions/1.ts'));
  const gone = /the frozen version 1 cannot be loaded: Cannot find module '.*versions\/1\.ts'/;
  const checked = await zoo.dejavu(['check', '--offline']);
  expect(checked.code).toBe(5);
  expect(checked.stdout).toMatch(gone);
  expect(checked.stdout).not.toContain('keeps no frozen versions');
  for (const args of [['init'], ['next'], ['repair'], ['check', '--storage']]) {
    const { code, stdout, stderr } = await zoo.dejavu(args, env);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(gone);
    expect(stdout + stderr).toContain('restore it from version control.');
    expect(stdout + stderr).toContain('explain SCHEMA_DEFINITION');
  }
});

test('a Schema without frozen versions is told that its changes go unnoticed', async () => {
  const run = await dejavu(['check', '--offline', '--schema', 'long.ts#LongSchema'], { project: 'troubled' });
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('This Schema keeps no frozen versions, so dejavu cannot notice a changed entity');
});

test('a length that only the driver knows of is a change, too', async () => {
  using zoo = makeApplication({ Animal: 'name: p.string(), species: p.string().length(50)' }, firstVersion);
  const run = await zoo.dejavu(['check', '--offline'], { ZOO_DATABASE: 'postgres://zoo@127.0.0.1:1/zoo' });
  expect(run.code).toBe(5);
  expect(run.stdout).toContain(
    'Animal.species is varchar(255) in the frozen version 1 and varchar(50) in the entities\n',
  );
});

test('--storage compares the storage with the version the database has reached', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  const level = await dejavu(['check', '--storage'], { env });
  expect(level.code).toBe(0);
  expect(level.stdout).toContain('  the storage is that of version 3\n');

  await database.execute('create index mine on animal (name)');
  await database.execute('alter table animal add column more text');
  const drifted = await dejavu(['check', '--storage'], { env });
  expect(drifted.code).toBe(7);
  expect(drifted.stdout).toContain(
    [
      '  the storage differs from version 3:',
      '    animal',
      '      column more is extra: text null',
      '      index mine is extra: CREATE INDEX mine on animal (name)',
      '  Run npx dejavu repair --dry-run to see what it can restore.',
    ].join('\n'),
  );
  const json = await dejavu(['check', '--storage', '--json'], { env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    exitCode: 7,
    schemas: [{ storage: { version: 3, differences: [{ kind: 'extra', path: ['animal', 'column', 'more'] }, {}] } }],
  });
  expect(await dejavu(['check', '--storage', '--offline'], { env })).toMatchObject({ code: 64 });
});

test('repair creates what is missing, and lists the rest', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  expect(await dejavu(['repair'], { env })).toMatchObject({
    code: 0,
    stdout: 'zoo: the storage matches version 3.\n',
  });
  await database.execute('drop table animal');
  const dry = await dejavu(['repair', '--dry-run'], { env });
  expect(dry).toMatchObject({ code: 7, stdout: 'zoo: would create missing parts of version 3:\n  animal\n' });
  expect(await dejavu(['repair'], { env })).toMatchObject({
    code: 0,
    stdout: 'zoo: created missing parts of version 3:\n  animal\n',
  });
  await database.execute('create index mine on animal (name)');
  const left = await dejavu(['repair', '--json'], { env });
  expect(left.code).toBe(7);
  expect(JSON.parse(left.stdout)).toMatchObject({
    exitCode: 7,
    schemas: [
      {
        guid: 'zoo',
        version: 3,
        dryRun: false,
        created: [],
        left: [{ difference: { path: ['animal', 'index', 'mine'] }, sql: [expect.stringMatching(/^drop index/i)] }],
      },
    ],
  });
});
