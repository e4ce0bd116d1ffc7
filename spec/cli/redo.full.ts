import { expect, test } from '@jest/globals';
import { makeApplication } from '../support/cli/application.ts';
import { dejavu } from '../support/cli/run.ts';
import { sqliteFile } from '../support/databases.ts';

test('a step is done again: down one and up, once it is meant', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  await database.execute(`insert into animal (id, name, family, legs) values (1, 'Leo', 'lion', 4)`);
  const unasked = await dejavu(['redo'], { env });
  expect(unasked).toMatchObject({ code: 64, stdout: '' });
  expect(unasked.stderr).toContain('zoo: go back from version 3 to 2, and up again, in ');
  const done = await dejavu(['redo', '--yes', '--json'], { env });
  expect(JSON.parse(done.stdout)).toMatchObject({
    command: 'redo',
    exitCode: 0,
    schemas: [{ guid: 'zoo', down: { from: 3, to: 2 }, up: { from: 2, to: 3 } }],
  });
  const log = await database.execute('select how, from_version, to_version from deployed_version_log order by id');
  expect(log.slice(1)).toMatchObject([
    { from_version: 3, to_version: 2 },
    { from_version: 2, to_version: 3 },
  ]);
  expect(await database.execute('select * from animal')).toMatchObject([{ id: 1, family: 'lion', legs: 4 }]);

  // of a database at version 2, it is step 2
  await dejavu(['downgrade', '2', '--yes'], { env });
  const lossy = await dejavu(['redo', '--yes'], { env });
  expect(lossy).toMatchObject({ code: 64, stdout: '' });
  expect(lossy.stderr).toContain('forgets how many legs there are. To go back anyway, add --allow-loss.');
  expect(await dejavu(['redo', '--yes', '--allow-loss'], { env })).toMatchObject({ code: 0 });
});

const schema = (step: string) => `
import { Schema, type Step } from 'mikro-orm-dejavu';
export class First extends Schema { readonly guid = 'zoo'; readonly latest: number = 1; }
export class Second extends First { override readonly latest = 2; ${step} }
`;

test('what cannot be done again is refused before anything happens, and what fails on the way up is told', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  using zoo = makeApplication({ Animal: 'name: p.string()' }, { 'schema.ts': schema('async upgradeTo_2() {}') });
  const second = ['--schema', 'schema.ts#Second', '--yes'];
  expect(await zoo.dejavu(['redo', ...second], env)).toMatchObject({ code: 4 });

  await zoo.dejavu(['install', '--schema', 'schema.ts#First'], env);
  const first = await zoo.dejavu(['redo', '--schema', 'schema.ts#First', '--yes'], env);
  expect(first).toMatchObject({ code: 1, stdout: '' });
  expect(first.stderr).toContain('cannot redo version 1. No step leads to it: upgradeTo_1 does not exist');

  await zoo.dejavu(['upgrade', '--schema', 'schema.ts#Second'], env);
  const noWay = await zoo.dejavu(['redo', ...second], env);
  expect(noWay).toMatchObject({ code: 1, stdout: '' });
  expect(noWay.stderr).toContain('the step back from 2 to 1 is missing. Write downgradeTo_1.');

  zoo.write(
    'schema.ts',
    schema(`async upgradeTo_2(step: Step) { await step.execute('nonsense'); } async downgradeTo_1() {}`).trimStart(),
  );
  const failed = await zoo.dejavu(['redo', ...second], env);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain('zoo: downgraded from version 2 to 1');
  expect(failed.stderr).toContain('upgradeTo_2 failed');
  expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
});
