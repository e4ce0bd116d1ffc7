import { expect, test } from '@jest/globals';
import { sqliteFile, type TestDatabase } from '../support/databases.ts';
import { firstEntities, firstVersion, makeApplication } from '../support/cli/application.ts';
import { dejavu } from '../support/cli/run.ts';
import { openTerminal } from '../support/cli/terminal.ts';

async function versionOf(database: TestDatabase) {
  const [row] = await database.execute('select version, stage from deployed_version');
  return row;
}

async function isThere(database: TestDatabase, table: string) {
  const rows = await database.execute('select name from sqlite_master where name = ?', [table]);
  return rows.length > 0;
}

test('a person is asked before a downgrade: no does nothing, yes does it', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install'], { env });
  await using terminal = openTerminal({ env });

  terminal.type('dejavu downgrade 2; echo "exit $?"');
  const question = await terminal.shows(/go back from version 3 to 2 in/);
  expect(question).toMatch(/Yes.*No/);
  terminal.press('Enter');
  expect(await terminal.shows(/exit 1/)).toContain('Nothing was done.');
  expect(await versionOf(database)).toMatchObject({ version: 3 });

  await terminal.clear();
  terminal.type('dejavu downgrade 1 --allow-loss; echo "exit $?"');
  const asked = await terminal.shows(/Yes.*No/);
  // Where the line is broken depends on how long the path of the database is.
  expect(asked.replaceAll(/\s*\n│\s*/g, ' ')).toContain('This forgets how many legs there are.');
  terminal.press('y');
  expect(await terminal.shows(/exit 0/)).toContain('zoo: downgraded from version 3 to 1, 2 steps in ');
  expect(await versionOf(database)).toMatchObject({ version: 1 });
});

test('a person is asked before an upgrade that drops something: no leaves the database as it is, yes drops it and says so', async () => {
  using zoo = makeApplication(firstEntities, firstVersion);
  expect(await zoo.dejavu(['upgrade'])).toMatchObject({ code: 0 });
  zoo.entities({ Animal: 'name: p.string()' });
  expect(await zoo.dejavu(['next', '--dropped', 'animal.species'])).toMatchObject({ code: 0 });
  await using terminal = openTerminal({ project: zoo.folder });

  terminal.type('dejavu upgrade; echo "exit $?"');
  const question = await terminal.shows(/Yes.*No/);
  expect(question.replaceAll(/\s*\n│\s*/g, ' ')).toContain('zoo: data will be lost: upgradeTo_2 drops animal.species.');
  terminal.press('Enter');
  expect(await terminal.shows(/exit 1/)).toContain('Nothing was done');
  expect((await zoo.dejavu(['status'])).stdout).toContain('behind');

  await terminal.clear();
  terminal.type('dejavu upgrade --yes; echo "exit $?"');
  const done = await terminal.shows(/exit 0/);
  expect(done).toContain('dropped with version 2: animal.species');
  expect(done).not.toMatch(/Yes.*No/);
  expect((await zoo.dejavu(['status', '--log'])).stdout).toContain('dropped animal.species');
});

test('a step that is declared to lose data on the way up needs --allow-loss, also where nobody is asked', async () => {
  using zoo = makeApplication(firstEntities, firstVersion);
  await zoo.dejavu(['upgrade']);
  zoo.entities({ Animal: 'name: p.string()' });
  await zoo.dejavu(['next', '--dropped', 'animal.species']);
  const declared = "readonly steps: Steps = { 2: { lossy: { up: 'forgets the species' } } };";
  zoo.write('schema.ts', zoo.read('schema.ts').replace(/(latest = 2.*)/, `$1\n  override ${declared}`));
  zoo.write('schema.ts', zoo.read('schema.ts').replace('import { Schema', 'import { type Steps, Schema'));
  const refused = await zoo.dejavu(['upgrade']);
  expect(refused).toMatchObject({ code: 64 });
  expect(refused.stderr).toContain('loses data: upgradeTo_2 forgets the species. To upgrade anyway, add --allow-loss.');
  expect(await zoo.dejavu(['upgrade', '--allow-loss'])).toMatchObject({ code: 0 });
});

test('in CI nobody is asked, terminal or not', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string, CI: 'true' };
  await dejavu(['install'], { env });
  await using terminal = openTerminal({ env });

  terminal.type('dejavu downgrade 2; echo "exit $?"');
  expect(await terminal.shows(/exit 64/)).toContain('add --yes.');
});

test('Ctrl-C stops a long step at a whole version, and says which', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install', '--schema', 'long.ts#ShortSchema'], { project: 'troubled', env });
  await using terminal = openTerminal({ project: 'troubled', env });

  terminal.type('dejavu upgrade --schema long.ts#LongSchema --transaction step; echo "exit $?"');
  const working = await terminal.shows(/zoo: upgradeTo_3, 0 %, [\d,]+ of 1,000,000, .* left/);
  expect(working).toMatch(/zoo: upgradeTo_2, \d+ ms/);
  terminal.press('C-c');
  const stopped = await terminal.shows(/exit 130/);
  expect(stopped).toContain('Stopping at a whole version');
  expect(stopped).toContain('zoo: the signal stopped the call. The database is at version 2. Call again to continue.');
  // the line that told how far it was is gone
  expect(stopped).not.toContain(' left');
  expect(await versionOf(database)).toEqual({ version: 2, stage: null });
  expect(await isThere(database, 'early')).toBe(true);
  expect(await isThere(database, 'late')).toBe(false);
});

test('a second Ctrl-C ends what does not listen, and the version is whole all the same', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  await dejavu(['install', '--schema', 'long.ts#ShortSchema'], { project: 'troubled', env });
  await using terminal = openTerminal({ project: 'troubled', env });

  terminal.type('dejavu upgrade --schema long.ts#DeafSchema');
  await terminal.shows(/zoo: upgradeTo_3, 1/);
  terminal.press('C-c');
  await terminal.shows(/Stopping at a whole version/);
  terminal.press('C-c');
  await terminal.shows(/\^C\s+>\s*$/);
  terminal.type('echo "exit $?"');
  await terminal.shows(/exit 130/);
  expect(await versionOf(database)).toMatchObject({ version: 1 });
  expect(await isThere(database, 'early')).toBe(false);
});

test('colours are for terminals, unless somebody does not want them', async () => {
  await using database = await sqliteFile.create();
  await using terminal = openTerminal({ env: { ZOO_DATABASE: database.address as string } });
  const red = '\u001B[31mmissing';

  terminal.type('dejavu status; echo "exit $?"');
  await terminal.shows(/exit 4/);
  expect(terminal.coloured()).toContain(red);
  // The line of versions is drawn for a person, who has a terminal.
  await terminal.shows(/the database has no version, code at 3/);

  for (const plain of ['dejavu status --no-color', 'NO_COLOR=1 dejavu status', 'dejavu status | cat']) {
    await terminal.clear();
    terminal.type(`${plain}; echo "done"`);
    await terminal.shows(/missing[^]*^done/m);
    expect(terminal.coloured()).not.toContain(red);
  }
});
