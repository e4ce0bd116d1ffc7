import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { entityFile, makeBranches, type Branches } from '../support/cli/git.ts';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';

const animal = ['name: p.string()', 'species: p.string()', 'born: p.integer().nullable()'];
const withLegs = entityFile('Animal', animal[0]!, 'legs: p.integer()', ...animal.slice(1));
const withPhone = entityFile('Keeper', 'name: p.string()', 'phone: p.string().nullable()');

let zoo: Branches;

// `main` made version 2 with a keeper's phone, and `mine` version 2 with an animal's legs
beforeAll(async () => {
  zoo = await makeBranches();
  zoo.git('tag', 'start');
  await zoo.release({ 'keeper.ts': withPhone });
  zoo.git('switch', '--create', 'mine', 'start');
  await zoo.release({ 'animal.ts': withLegs }, '--fill', 'animal.legs=4');
});

afterAll(() => zoo[Symbol.dispose]());

beforeEach(() => {
  zoo.git('reset', '--hard');
  zoo.git('stash', 'clear');
  zoo.git('clean', '--force', '-d');
  zoo.git('switch', '--force-create', 'work', 'mine');
});

/** What the files of the project say, without those of git itself. */
function files(): Record<string, string> {
  return Object.fromEntries(Object.entries(zoo.files()).filter(([path]) => !path.startsWith('.git/')));
}

test.each([sqliteFile, postgresql])(
  'on $name: a database of theirs upgrades to what a fresh one is installed as, once the merge is committed',
  async kind => {
    await using theirs = await kind.create();
    await using fresh = await kind.create();
    const env = { ZOO_DATABASE: theirs.address as string };
    zoo.git('switch', 'main');
    expect(await zoo.dejavu(['install'], env)).toMatchObject({ code: 0 });
    await theirs.execute(`insert into keeper (id, name, phone) values (1, 'Ann', '112')`);
    await theirs.execute(`insert into animal (id, name, species) values (1, 'Leo', 'lion')`);

    zoo.git('switch', 'work');
    expect(zoo.gitFails('merge', 'main')).toContain('CONFLICT (content): Merge conflict in versions/index.ts');
    expect(await zoo.dejavu(['renumber'])).toMatchObject({ code: 0, stderr: '' });
    zoo.git('commit', '--no-edit');
    expect(zoo.git('show', '--stat', '--format=%s%n%P').split('\n')[0]).toBe(`Merge branch 'main' into work`);

    expect(await zoo.dejavu(['upgrade'], env)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('error') });
    expect(await zoo.dejavu(['check'], env)).toMatchObject({ code: 0 });
    expect(await zoo.dejavu(['install'], { ZOO_DATABASE: fresh.address as string })).toMatchObject({ code: 0 });
    expect((await photograph(theirs)).storage).toEqual((await photograph(fresh)).storage);
    expect(await theirs.execute('select name, species, legs from animal')).toEqual([
      { name: 'Leo', species: 'lion', legs: 4 },
    ]);
    expect(await theirs.execute('select phone from keeper')).toEqual([{ phone: '112' }]);
  },
);

test('the class, the index and the new version are what a person would have written', async () => {
  zoo.gitFails('merge', 'main');
  const { code, stdout } = await zoo.dejavu(['renumber']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
"zoo: your version 2 is now version 3, after theirs
  changed schema.ts
  changed versions/2.ts
  changed versions/index.ts
  created versions/3.ts
  all files are staged, as by git add
  a database that ran the step as version 2 is forked: take it back with the code from before, or create it again
next: read upgradeTo_3 and downgradeTo_2, and git commit
"
`);
  expect(zoo.git('status', '--short')).toMatchInlineSnapshot(`
"M  keeper.ts
M  schema.ts
M  versions/2.ts
A  versions/3.ts
M  versions/index.ts
"
`);
  expect(zoo.read('schema.ts')).toMatchInlineSnapshot(`
"import { Schema, type Step, type Steps } from 'mikro-orm-dejavu';
import { versions, type V1, type V2, type V3 } from './versions/index.ts';

/** What the zoo keeps. */
export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 3; // one higher with each release
  override readonly versions = versions;
  override readonly steps: Steps = {
    2: { compatible: 1, lossy: 'drops Keeper.phone' },
    3: { lossy: 'drops Animal.legs' },
  };

  async upgradeTo_2(step: Step<V1, V2>) {
    const { after } = step;
    await step.addProperty(after.Keeper, 'phone');
  }

  async downgradeTo_1(step: Step<V2, V1>) {
    const { before } = step;

    // Move data out of Keeper.phone here, before it is dropped.
    await step.dropProperty(before.Keeper, 'phone');
  }

  async upgradeTo_3(step: Step<V2, V3>) {
    const { after } = step;
    await step.addProperty(after.Animal, 'legs', { fill: 4 });
  }

  async downgradeTo_2(step: Step<V3, V2>) {
    const { before } = step;

    // Move data out of Animal.legs here, before it is dropped.
    await step.dropProperty(before.Animal, 'legs');
  }
}
"
`);
  expect(zoo.read('versions/index.ts')).toMatchInlineSnapshot(`
"// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:f6b14c9d646f6924', load: () => import('./1.ts') },
  2: { fingerprint: '1:8d65744bcd89bab2', load: () => import('./2.ts') },
  3: { fingerprint: '1:b3f573ff111b3cee', load: () => import('./3.ts') },
};

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');
"
`);
  expect(zoo.read('versions/2.ts')).toBe(zoo.git('show', 'main:versions/2.ts'));
  expect(zoo.read('versions/3.ts')).toMatchInlineSnapshot(`
"// The entities at version 3, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

export { Keeper } from './2.ts';

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    legs: p.integer(),
    species: p.string(),
    born: p.integer().nullable(),
  },
});
"
`);
});

test('what was written compiles, strictly', async () => {
  zoo.gitFails('merge', 'main');
  await zoo.dejavu(['renumber']);
  zoo.write('tsconfig.json', JSON.stringify(tsconfig));
  expect(() =>
    execFileSync(join(import.meta.dirname, '../../node_modules/.bin/tsc'), { cwd: zoo.folder, encoding: 'utf8' }),
  ).not.toThrow();
});

const tsconfig = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  },
  files: ['schema.ts'],
};

test('a dry run shows it all and leaves every file as it is', async () => {
  zoo.gitFails('merge', 'main');
  const before = files();
  const drawn = await zoo.dejavu(['renumber', '--dry-run', '--json']);
  expect(files()).toEqual(before);
  const { schemas } = JSON.parse(drawn.stdout) as { schemas: [{ files: { path: string; text: string }[] }] };
  expect(schemas).toMatchObject([
    { guid: 'zoo', outcome: 'drafted', from: 2, version: 3, unforeseen: [], remaining: [] },
  ]);

  await zoo.dejavu(['renumber']);
  const written = files();
  for (const { path, text } of schemas[0].files) expect(written[path]).toBe(text);
  expect(schemas[0].files.map(({ path }) => path).toSorted()).toEqual([
    'schema.ts',
    'versions/2.ts',
    'versions/3.ts',
    'versions/index.ts',
  ]);
});

test('what is mine may keep its number, and theirs moves', async () => {
  zoo.gitFails('merge', 'main');
  const { stdout } = await zoo.dejavu(['renumber', '--keep', 'mine']);
  expect(stdout).toContain('zoo: their version 2 is now version 3, after yours\n');
  expect(zoo.read('versions/2.ts')).toBe(zoo.git('show', 'mine:versions/2.ts'));
  expect(zoo.read('schema.ts')).toMatch(
    /upgradeTo_2[^]*'legs', \{ fill: 4 \}[^]*upgradeTo_3\(step: Step<V2, V3>[^]*'phone'\)/,
  );
});

test('a rebase brings one version after the other, and each moves', async () => {
  await zoo.release({
    'animal.ts': withLegs.replace(
      'born: p.integer().nullable()',
      'born: p.integer().nullable(),\n    tail: p.string().nullable()',
    ),
  });
  expect(zoo.gitFails('rebase', 'main')).toContain('CONFLICT');
  expect(await zoo.dejavu(['renumber'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('git rebase --continue'),
  });
  expect(zoo.gitFails('rebase', '--continue')).toContain('CONFLICT');
  const second = await zoo.dejavu(['renumber']);
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('zoo: your version 3 is now version 4, after theirs\n'),
  });
  zoo.git('rebase', '--continue');

  expect(zoo.git('log', '--format=%s', 'start..')).toBe('a release\n'.repeat(3));
  expect(zoo.read('schema.ts')).toMatch(
    /latest = 4;[^]*upgradeTo_2[^]*phone[^]*upgradeTo_3[^]*legs[^]*upgradeTo_4\(step: Step<V3, V4>\)[^]*tail/,
  );
  expect(await zoo.dejavu(['check', '--offline'])).toMatchObject({ code: 0 });
  await using database = await sqliteFile.create();
  expect(await zoo.dejavu(['install'], { ZOO_DATABASE: database.address as string })).toMatchObject({ code: 0 });
});

test.each([
  ['a cherry-pick', 'git cherry-pick --continue', () => (zoo.git('reset', '--hard', 'main'), ['cherry-pick', 'mine'])],
  ['a merge that leaves the commit to me', 'git commit', () => ['merge', '--squash', 'main']],
  [
    'changes that were stashed',
    'git stash drop',
    () => {
      zoo.git('reset', '--soft', 'start');
      zoo.git('stash');
      zoo.git('reset', '--hard', 'main');
      return ['stash', 'pop'];
    },
  ],
])('what is mine is told in %s, whichever way git calls it', async (_, next, begin) => {
  zoo.git('config', 'merge.conflictStyle', 'diff3');
  zoo.gitFails(...begin());
  expect(zoo.read('schema.ts')).toContain('|||||||');
  const { code, stdout } = await zoo.dejavu(['renumber']);
  zoo.git('config', '--unset', 'merge.conflictStyle');
  expect(stdout).toContain(`next: read upgradeTo_3 and downgradeTo_2, and ${next}\n`);
  expect(code).toBe(0);
  expect(zoo.read('versions/2.ts')).toBe(zoo.git('show', 'main:versions/2.ts'));
  expect(zoo.read('schema.ts')).toMatch(
    /upgradeTo_2[^]*'phone'[^]*upgradeTo_3\(step: Step<V2, V3>[^]*'legs', \{ fill: 4 \}/,
  );
});

test('theirs may have made several versions, and mine comes after them', async () => {
  zoo.git('switch', '--create', 'further', 'main');
  await zoo.release({ 'keeper.ts': withPhone.replace('phone:', 'mail: p.string().nullable(),\n    phone:') });
  zoo.git('switch', 'work');
  zoo.gitFails('merge', 'further');
  const { stdout } = await zoo.dejavu(['renumber']);
  zoo.git('branch', '--delete', '--force', 'further');
  expect(stdout).toContain('zoo: your version 2 is now version 4, after theirs, which reach to 3\n');
  expect(await zoo.dejavu(['check', '--offline'])).toMatchObject({ code: 0 });
});

test('several versions of mine cannot be merged at once: nothing is written, and the ways out are told', async () => {
  await zoo.release({
    'animal.ts': withLegs.replace('legs: p.integer()', 'legs: p.integer(),\n    tail: p.string().nullable()'),
  });
  zoo.gitFails('merge', 'main');
  const before = files();
  const { code, stderr } = await zoo.dejavu(['renumber']);
  expect(stderr).toMatchInlineSnapshot(`
"dejavu: zoo: versions 2 to 3 would have to move, but the merged entities can become only the last of them. Abort the merge and rebase instead, which moves one commit after the other. Or take the other side of the class and its versions, and run npx dejavu next, which makes one version of all your changes.
  more: npx dejavu explain 64
"
`);
  expect(code).toBe(64);
  expect(files()).toEqual(before);
});

test('entities that are still in conflict are named, and nothing is written', async () => {
  zoo.git('switch', '--create', 'both', 'main');
  zoo.write('animal.ts', entityFile('Animal', animal[0]!, 'weight: p.integer().nullable()', ...animal.slice(1)));
  zoo.git('commit', '--all', '--message', 'weight');
  zoo.git('switch', 'work');
  zoo.gitFails('merge', 'both');
  zoo.git('branch', '--delete', '--force', 'both');
  const before = files();
  const { code, stderr } = await zoo.dejavu(['renumber']);
  expect(stderr).toMatchInlineSnapshot(`
"dejavu: animal.ts is still in conflict, and the new version is made from the merged entities. Resolve it first.
  more: npx dejavu explain 64
"
`);
  expect(code).toBe(64);
  expect(files()).toEqual(before);

  zoo.write(
    'animal.ts',
    withLegs.replace('legs: p.integer()', 'legs: p.integer(),\n    weight: p.integer().nullable()'),
  );
  const again = await zoo.dejavu(['renumber']);
  expect(again.code).toBe(0);
  expect(again.stdout).toMatchInlineSnapshot(`
"zoo: your version 2 is now version 3, after theirs
  upgradeTo_3 must change: it contains the same operations, but now connects other versions
    between 2 and 3, but not between 1 and 2 before: Animal.weight is in after only
  changed schema.ts
  changed versions/2.ts
  changed versions/index.ts
  created versions/3.ts
  all files are staged, as by git add
  not staged, because dejavu did not resolve them: animal.ts
  a database that ran the step as version 2 is forked: take it back with the code from before, or create it again
next: read upgradeTo_3 and downgradeTo_2, resolve the rest, and git commit
"
`);
  expect(zoo.git('status', '--short')).toContain('UU animal.ts\n');
});

test('what fails while the entities are read puts every file back', async () => {
  zoo.gitFails('merge', 'main');
  zoo.write('keeper.ts', `throw new Error('not yet');\n`);
  const before = files();
  const { code, stderr } = await zoo.dejavu(['renumber']);
  expect(stderr).toContain('not yet');
  expect(code).toBe(1);
  expect(files()).toEqual(before);
  expect(zoo.git('status', '--short', 'schema.ts')).toBe('UU schema.ts\n');
});

test('other changes of the class are kept, of both sides', async () => {
  const change = (from: string, to: string) => {
    zoo.write('schema.ts', zoo.read('schema.ts').replace(from, to));
    zoo.git('commit', '--all', '--message', to);
  };
  zoo.git('switch', '--create', 'other', 'main');
  change('// one higher with each release', '// a release is a version');
  zoo.git('switch', 'work');
  change(`from './versions/index.ts';\n`, `from './versions/index.ts';\n\nexport const LEGS = 4;\n`);
  change('{ fill: 4 }', '{ fill: LEGS }');
  zoo.gitFails('merge', 'other');
  zoo.git('branch', '--delete', '--force', 'other');
  expect(await zoo.dejavu(['renumber'])).toMatchObject({ code: 0 });
  const text = zoo.read('schema.ts');
  expect(text).toContain('readonly latest = 3; // a release is a version');
  expect(text).toContain('export const LEGS = 4;');
  expect(text).toMatch(/upgradeTo_3[^]*\{ fill: LEGS \}/);
});

test('a step that has nothing left to do is told', async () => {
  zoo.git('switch', '--create', 'same', 'main');
  await zoo.release({ 'animal.ts': withLegs }, '--fill', 'animal.legs=2');
  zoo.git('switch', 'work');
  zoo.gitFails('merge', 'same');
  zoo.git('branch', '--delete', '--force', 'same');
  const { code, stdout } = await zoo.dejavu(['renumber']);
  expect(code).toBe(0);
  expect(stdout.split('\n').slice(0, 3).join('\n')).toMatchInlineSnapshot(`
"zoo: your version 2 is now version 4, after theirs, which reach to 3
  upgradeTo_4 must change: it contains the same operations, but now connects other versions
    between 1 and 2 before, but not between 3 and 4: Animal.legs is in after only"
`);
});

test('a file that somebody works on is left alone', async () => {
  zoo.gitFails('merge', 'main');
  zoo.write('schema.ts', `${zoo.read('schema.ts')}// mine\n`);
  const before = files();
  const { code, stderr } = await zoo.dejavu(['renumber']);
  expect(stderr).toMatchInlineSnapshot(`
"dejavu: schema.ts was edited since git left it in conflict. Keep a copy of your edits, and bring the conflict back with: git checkout --merge -- schema.ts
  more: npx dejavu explain 64
"
`);
  expect(code).toBe(64);
  expect(files()).toEqual(before);
  zoo.git('checkout', '--merge', '--', 'schema.ts');
  expect(await zoo.dejavu(['renumber'])).toMatchObject({ code: 0 });
});

test('where there is nothing to renumber, it says so', async () => {
  expect((await zoo.dejavu(['renumber'])).stderr).toContain('No merge is in progress.');

  zoo.git('switch', '--create', 'words', 'start');
  zoo.write('package.json', zoo.read('package.json').replace('"zoo"', '"aquarium"'));
  zoo.git('commit', '--all', '--message', 'words');
  zoo.git('switch', 'work');
  zoo.write('package.json', zoo.read('package.json').replace('"zoo"', '"menagerie"'));
  zoo.git('commit', '--all', '--message', 'other words');
  zoo.gitFails('merge', 'words');
  zoo.git('branch', '--delete', '--force', 'words');
  expect((await zoo.dejavu(['renumber'])).stderr).toContain('No versions are in conflict');
});

test('without git, or where git keeps nothing, it says so', async () => {
  const { code, stderr } = await zoo.dejavu(['renumber'], { PATH: '/nowhere' });
  expect(stderr).toContain('git is not installed. Install it, or resolve the merge by hand.');
  expect(code).toBe(64);

  using alone = makeProject({});
  const elsewhere = await dejavu(['renumber'], { project: alone.folder });
  expect(elsewhere.stderr).toContain('is not in a git repository. Run this command in the repository of the merge.');
  expect(elsewhere.code).toBe(64);
});
