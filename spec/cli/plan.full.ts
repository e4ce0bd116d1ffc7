import { expect, test } from '@jest/globals';
import type { Plan } from '../../lib/plan/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { dejavu } from '../support/cli/run.ts';
import { bytesOf } from '../support/state.ts';

const asFirst = ['--schema', './schema.ts#FirstSchema'];

/** A database at version 1 of 3, with one animal. */
async function behind(database: TestDatabase) {
  const env = { ZOO_DATABASE: database.address as string };
  const first = { env: { ...env, ZOO_RELEASE: '1' } };
  await dejavu(['install', ...asFirst], first);
  await database.execute("insert into animal (name, species) values ('Leo', 'lion')");
  return { env, first };
}

test('a plan is told to people and to machines, and being behind is no error', async () => {
  await using database = await sqliteFile.create();
  const empty = await dejavu(['plan'], { env: { ZOO_DATABASE: database.address as string } });
  expect(empty).toMatchObject({ code: 0, stderr: '' });
  expect(empty.stdout).toMatch(
    /^zoo: version 3 would be installed in .*\n\ninstall {2}.*\n {2}createStorage {2}deployed_/,
  );
  expect(bytesOf(database.address as string)).toBeUndefined();

  const { env, first } = await behind(database);
  const told = await dejavu(['plan', '--sql'], { env });
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toMatch(
    /^zoo: 2 steps up from version 1 to 3 in .*\n\nupgradeTo_2 {2}undone by downgradeTo_1; then code from version 1 on may run\n {2}addProperty {2}Animal\.legs\n {6}/,
  );
  expect(told.stdout).toContain('\n  downgradeTo_1 forgets how many legs there are\n');
  expect(told.stdout).toContain('  table   rows  change\n  animal  1     rewritten\n');
  expect(told.stdout).toMatch(/\n {6}alter table .*rename column "species" to "family"\n/);

  const { stdout, code } = await dejavu(['plan', '2', '--json'], { env });
  expect(code).toBe(0);
  const { schemas } = JSON.parse(stdout) as { schemas: Plan[] };
  expect(schemas).toMatchObject([
    { guid: 'zoo', from: 1, to: 2, outcome: 'upgrade', live: false, steps: [{ method: 'upgradeTo_2', unseen: null }] },
  ]);

  await dejavu(['upgrade'], { env });
  expect(await dejavu(['plan', '--live'], { env })).toMatchObject({
    code: 0,
    stdout: 'zoo: level at version 3, nothing to do\n',
  });
  const down = await dejavu(['plan', '1'], { env });
  expect(down.code).toBe(0);
  expect(down.stdout).toMatch(/^zoo: 2 steps down from version 3 to 1/);
  expect(down.stdout).toContain(
    '  dropProperty  Animal.legs  destroys animal.legs\n  it forgets how many legs there are\n',
  );
  expect(down.stdout).not.toContain('alter table');
  expect(await dejavu(['plan', ...asFirst], first)).toMatchObject({ code: 3, stdout: '' });
});

test.each([
  [sqliteFile, 'No other process can write to it meanwhile. There is no terminal to ask in. To confirm, add --yes.'],
  [postgresql, 'Meanwhile it locks the version row, animal (ACCESS EXCLUSIVE). Sequences that advance stay advanced.'],
])('on $name, a live plan says what it will lock, has to be meant, and changes nothing', async (kind, said) => {
  await using database = await kind.create();
  const { env } = await behind(database);
  const asked = await dejavu(['plan', '--live'], { env });
  expect(asked).toMatchObject({ code: 64, stdout: '' });
  expect(asked.stderr).toContain(`and roll back? ${said}`);
  const ran = await dejavu(['plan', '--live', '--yes'], { env });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(
    /^zoo: 2 steps up from version 1 to 3 in .*, run and rolled back\n\nupgradeTo_2 {2}[\d.]+ m?s; undone by/,
  );
  expect(ran.stderr).toMatch(/^zoo: upgradeTo_2\nzoo: upgradeTo_2, [\d.]+ m?s\n/);
  expect(await dejavu(['status'], { env })).toMatchObject({ code: 2 });
  expect(await database.execute('select name, species from animal')).toEqual([{ name: 'Leo', species: 'lion' }]);
});
