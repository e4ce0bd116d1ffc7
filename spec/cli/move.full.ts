import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { newFolder } from '../dump/releases.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { makeApplication } from '../support/cli/application.ts';

const OTHER = `
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import * as entities from './entities.ts';

export default {
  driver: PostgreSqlDriver,
  clientUrl: process.env['ZOO_OTHER'],
  entities: Object.values(entities),
};
`;

test('an application moves from SQLite to PostgreSQL by one command, after a double dump test across both', async () => {
  await using lite = await sqliteFile.create();
  await using server = await postgresql.create();
  using application = makeApplication({ Animal: 'name: p.string()' }, { 'other.config.ts': OTHER });
  const env = {
    ZOO_DATABASE: lite.address ?? '',
    ZOO_OTHER: server.address ?? '',
    MIKRO_ORM_DB_NAME: lite.address ?? '',
  };
  const dejavu = (...args: string[]) => application.dejavu(args, env);
  await dejavu('init', '--name', 'ZooSchema');
  await dejavu('upgrade');
  await lite.execute(`insert into animal (id, name) values (7, 'Leo'), (9, 'Adele' || char(0))`);

  expect(await dejavu('move')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--to ./postgresql.config.ts'),
  });
  expect(await dejavu('move', '--to', 'none.ts')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("'none.ts' does not exist"),
  });

  const differs = await dejavu('ddt', '--across', 'other.config.ts', '--json');
  expect(differs).toMatchObject({ code: 1 });
  expect(JSON.parse(differs.stdout).schemas[0]).toMatchObject({
    isEqual: false,
    checks: [{}, {}, {}, { check: 'across', differences: [{ kind: 'error', error: { code: 'RESTORE_REFUSED' } }] }],
  });
  const refused = await dejavu('move', '--to', 'other.config.ts');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('animal.name: 1 row, the first is 9') });
  await lite.execute(`update animal set name = 'Adele' where id = 9`);

  const equal = await dejavu('ddt', '--across', 'other.config.ts');
  expect(equal).toMatchObject({ code: 0 });
  expect(equal.stdout).toMatch(/^zoo: the database at version 1, 2 rows\nzoo: 4 checks, no difference, in .*\n$/);
  expect(equal.stderr).toMatch(/zoo: dump, .*\nzoo: again at version 1\n?.*zoo: across at version 1, /s);

  const moved = await dejavu('move', '--to', 'other.config.ts');
  expect(moved).toMatchObject({ code: 0 });
  expect(moved.stdout).toMatch(
    /^zoo: moved 2 rows in 1 table at version 1 from .*zoo\.db to the database "zoo_.*" on .*, in .*\n {2}The source was guarded: other processes could read it/,
  );
  expect(await server.execute('select * from animal order by id')).toEqual([
    { id: 7, name: 'Leo' },
    { id: 9, name: 'Adele' },
  ]);
  expect(await application.dejavu(['upgrade'], { ZOO_DATABASE: server.address ?? '' })).toMatchObject({ code: 0 });
  expect(await dejavu('move', '--to', 'other.config.ts')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has version 1'),
  });

  const kept = newFolder();
  mkdirSync(kept);
  await dejavu('dump', join(kept, '1'));
  const old = await dejavu('ddt', '--dumps', kept);
  expect(old).toMatchObject({ code: 0, stdout: expect.stringMatching(/dump\/1 at version 1, 2 rows\n/) });
});
