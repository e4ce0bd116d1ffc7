import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newFolder } from '../dump/releases.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { makeApplication } from '../support/cli/application.ts';

const ENTITIES = {
  Session: 'token: p.string()',
  Animal: 'name: p.string(), seen: () => p.manyToOne(Session).nullable()',
};

test('a dump of SQLite is restored into PostgreSQL by two commands', async () => {
  await using lite = await sqliteFile.create();
  await using server = await postgresql.create();
  using application = makeApplication(ENTITIES);
  const dejavu = (args: readonly string[], on: TestDatabase) =>
    application.dejavu(args, { ZOO_DATABASE: on.address ?? '' });
  await dejavu(['init', '--name', 'ZooSchema'], lite);
  await dejavu(['upgrade'], lite);
  await lite.execute(`insert into session (id, token) values (1, 'secret')`);
  await lite.execute(`insert into animal (id, name, seen_id) values (7, 'Leo', 1), (9, 'Adele', null)`);
  const folder = newFolder();

  expect(await dejavu(['dump'], lite)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('The folder or file of the dump is missing'),
  });
  expect(await dejavu(['restore'], server)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('npx dejavu restore ./dump-2026-01-31\n'),
  });
  expect(await dejavu(['restore', folder], server)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${folder} does not exist.`),
  });
  expect(await dejavu(['dump', folder, '--except', 'Session'], lite)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('has no reason'),
  });
  expect(await dejavu(['dump', folder, '--except', 'Session=they end'], lite)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--except 'Session:null=…'"),
  });
  expect(existsSync(folder)).toBe(false);
  const dumped = await dejavu(['dump', folder, '--except', 'Session:null=they end'], lite);
  // Standard error is no terminal here: one line says what begins.
  expect(dumped).toMatchObject({ code: 0, stderr: 'zoo: dumping\n' });
  expect(dumped.stdout).toMatch(
    /^zoo: dumped 2 rows in 1 table at version 1 into .*\n {2}left out: Session \(they end\)\n$/,
  );
  expect(await dejavu(['dump', folder], lite)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('overwrites nothing'),
  });

  const restored = await dejavu(['restore', folder, '--json'], server);
  const phases = ['checking', 'loading', 'comparing'].map(phase => `zoo: restore, ${phase}\n`);
  expect(restored).toMatchObject({ code: 0, stderr: phases.join('') });
  expect(JSON.parse(restored.stdout)).toMatchObject({ schemas: [{ guid: 'zoo', from: 1, to: 1, rows: 2 }] });
  expect(await server.execute('select id, name, seen_id from animal order by id')).toEqual([
    { id: 7, name: 'Leo', seen_id: null },
    { id: 9, name: 'Adele', seen_id: null },
  ]);
  expect(await dejavu(['restore', folder], server)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("has version 1 of 'zoo', restored at "),
  });
  const streamed = await dejavu(['dump', '-', '--except', 'Session:null=they end'], lite);
  expect(streamed).toMatchObject({ code: 0, stderr: 'zoo: dumping\n' });
  writeFileSync(`${folder}.tar`, streamed.stdout);
  expect(await dejavu(['dump', '-', '--json'], lite)).toMatchObject({ code: 64 });
  await using fromStream = await sqliteFile.create();
  expect(await dejavu(['restore', `${folder}.tar`], fromStream)).toMatchObject({
    code: 0,
    stderr: phases.join(''),
  });
  expect(await fromStream.execute('select id from animal order by id')).toEqual([{ id: 7 }, { id: 9 }]);
  rmSync(join(folder, 'manifest.json'));
  await using empty = await sqliteFile.create();
  expect(await dejavu(['restore', folder], empty)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is incomplete'),
  });
});
