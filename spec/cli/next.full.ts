import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { firstEntities, firstVersion, makeApplication } from '../support/cli/application.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';

const first = {
  Keeper: `name: p.string()`,
  Animal: `name: p.string(), species: p.string(), shoeSize: p.integer().nullable(), keeper: () => p.manyToOne(Keeper).nullable()`,
};
const second = {
  Keeper: `name: p.string().unique()`,
  Food: `name: p.string(), likedBy: () => p.manyToOne(Animal)`,
  Animal: `name: p.string(), family: p.string(), legs: p.integer(), label: p.string(), keeper: () => p.manyToOne(Keeper).nullable()`,
};
const answers = `--renamed animal.species:family --dropped animal.shoeSize --fill animal.legs=4`.split(' ');

test.each([sqliteFile, postgresql])(
  'on $name: what was written leads a database with rows to the storage of a new one',
  async kind => {
    await using old = await kind.create();
    await using fresh = await kind.create();
    const env = { ZOO_DATABASE: old.address as string };
    using zoo = makeApplication(first);
    expect(await zoo.dejavu(['init'], env)).toMatchObject({ code: 0, stderr: '' });
    await zoo.dejavu(['install'], env);
    await old.execute(`insert into keeper (id, name) values (1, 'Ann')`);
    await old.execute(
      `insert into animal (id, name, species, shoe_size, keeper_id) values (1, 'Leo', 'lion', 46, 1), (2, 'Pia', 'penguin', null, null)`,
    );

    zoo.entities(second);
    const written = await zoo.dejavu(['next', ...answers, '--fill-sql', 'animal.label=upper(name)'], env);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toContain('zoo: version 2 written, from 1\n  created versions/2.ts\n');

    expect(await zoo.dejavu(['upgrade'], env)).toMatchObject({ code: 0 });
    await zoo.dejavu(['install'], { ZOO_DATABASE: fresh.address as string });
    expect((await photograph(old)).storage).toEqual((await photograph(fresh)).storage);
    const animals = await old.execute('select id, name, family, legs, label, keeper_id from animal order by id');
    expect(animals).toEqual([
      { id: 1, name: 'Leo', family: 'lion', legs: 4, label: 'LEO', keeper_id: 1 },
      { id: 2, name: 'Pia', family: 'penguin', legs: 4, label: 'PIA', keeper_id: null },
    ]);
  },
);

const renamed = { Animal: 'name: p.string(), family: p.string(), legs: p.integer()' };

test('where nobody can be asked, the flags that answer are printed, and nothing is written', async () => {
  using zoo = makeApplication(renamed, firstVersion);
  const before = zoo.files();
  const asked = await zoo.dejavu(['next', '--json']);
  expect(asked.code).toBe(64);
  const { schemas, error } = JSON.parse(asked.stdout);
  expect(schemas).toMatchObject([
    {
      guid: 'zoo',
      outcome: 'unanswered',
      questions: [
        {
          path: 'animal.species',
          choices: [
            { flag: '--renamed animal.species:family', reason: 'same type, both not null' },
            { flag: '--rename-over-three animal.species:family' },
            { flag: '--dropped animal.species' },
          ],
        },
        {
          path: 'animal.legs',
          choices: [
            { flag: "--fill 'animal.legs=<a whole number>'", input: 'a whole number' },
            { flag: "--fill-sql 'animal.legs=<an SQL expression>'" },
            { flag: '--fill-none animal.legs' },
          ],
        },
      ],
    },
  ]);
  expect(error.message).toMatch(/Nothing was written[^]*--dropped animal\.species +dropped, with its values/);

  const wrong = await zoo.dejavu(['next', '--renamed', 'animal.species:kind']);
  expect(wrong).toMatchObject({ code: 64, stdout: '' });
  expect(wrong.stderr).toContain("--renamed animal.species:kind: 'kind' is not new. New: family, legs.");
  expect(zoo.files()).toEqual(before);
});

test('a table or column that would be dropped is asked about, and named at the end', async () => {
  using zoo = makeApplication({ Animal: 'name: p.string()' }, firstVersion);
  const before = zoo.files();
  const asked = await zoo.dejavu(['next']);
  expect(asked.code).toBe(64);
  expect(asked.stderr).toContain('`Animal.species` was removed, and no new property resembles it. Drop it?');
  expect(asked.stderr).toContain('--dropped animal.species  drop it, with its values');
  expect(zoo.files()).toEqual(before);
  const written = await zoo.dejavu(['next', '--dropped', 'animal.species']);
  expect(written.stdout).toMatch(/\n {2}upgradeTo_2 drops Animal\.species\. Its data will be lost\.\nnext: /);
});

test('a dry run shows every file, and writes none; what is written is what was shown, and compiles', async () => {
  using zoo = makeApplication(renamed, firstVersion);
  const before = zoo.files();
  const args = ['next', '--renamed', 'animal.species:family', '--fill', 'animal.legs=4'];
  const shown = await zoo.dejavu([...args, '--dry-run']);
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatchSnapshot();
  expect(zoo.files()).toEqual(before);

  const written = await zoo.dejavu([...args, '--json']);
  expect(JSON.parse(written.stdout)).toMatchObject({
    exitCode: 0,
    schemas: [
      {
        guid: 'zoo',
        outcome: 'written',
        from: 1,
        version: 2,
        steps: { lossy: 'drops Animal.legs' },
        files: [
          { path: 'versions/2.ts', change: 'created' },
          { path: 'versions/index.ts', change: 'changed' },
          { path: 'schema.ts', change: 'changed' },
        ],
      },
    ],
  });
  const files = zoo.files();
  expect(files['schema.ts']).toContain('readonly latest = 2; // one higher with each release\n');
  for (const line of (files['versions/2.ts'] ?? '').split('\n').filter(text => text.trim() !== '')) {
    expect(shown.stdout).toContain(`+ ${line}\n`);
  }
  expect(complaintsAbout(zoo.folder)).toBe('');
});

/** What strict TypeScript says about a project; empty if it agrees. */
function complaintsAbout(folder: string): string {
  const root = join(import.meta.dirname, '..', '..');
  const args = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--noImplicitOverride'];
  const more = ['--skipLibCheck', '--allowImportingTsExtensions', '--types', 'node', 'schema.ts'];
  try {
    return execFileSync(join(root, 'node_modules/.bin/tsc'), [...args, ...more], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test('entities that are other ones each time they are imported make no version', async () => {
  using zoo = makeApplication(
    { Animal: 'name: p.string(), species: p.string(), born: p.bigint().default(process.hrtime.bigint())' },
    firstVersion,
  );
  const before = zoo.files();
  const run = await zoo.dejavu(['next']);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toMatch(
    /the entities differ each time their files are imported: Animal\.born has default .*defaultRaw/,
  );
  expect(zoo.files()).toEqual(before);
});

test('a frozen version that was edited is refused, and so is one that is not where it belongs', async () => {
  using zoo = makeApplication(renamed, {
    ...firstVersion,
    'versions/1.ts': firstVersion['versions/1.ts'].replace('species', 'kind'),
  });
  const before = zoo.files();
  const edited = await zoo.dejavu(['next', '--fill', 'animal.legs=4']);
  expect(edited).toMatchObject({ code: 1, stdout: '' });
  expect(edited.stderr).toContain('the frozen version 1 was edited');
  expect(zoo.files()).toEqual(before);

  zoo.write('elsewhere.ts', firstVersion['versions/1.ts']);
  zoo.write('versions/index.ts', before['versions/index.ts']?.replaceAll('./1.ts', '../elsewhere.ts') ?? '');
  execFileSync('rm', ['versions/1.ts'], { cwd: zoo.folder });
  const elsewhere = await zoo.dejavu(['next', '--renamed', 'animal.species:family', '--fill', 'animal.legs=4']);
  expect(elsewhere.stderr).toContain('the frozen version 1 is not in versions/1.ts. Keep it in that file');
});

test('a file that is in the way is refused, and the others stay as they are', async () => {
  using zoo = makeApplication({ Animal: `${firstEntities.Animal}, tail: p.boolean().nullable()` }, firstVersion);
  zoo.write('versions/2.ts', '// somebody is at it\n');
  const before = zoo.files();
  const run = await zoo.dejavu(['next', '--dry-run']);
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain('versions/2.ts already exists. Nothing was written.');
  expect(zoo.files()).toEqual(before);
});

test('where nothing changed nothing is written, and an answer is told to answer nothing', async () => {
  using zoo = makeApplication(firstEntities, firstVersion);
  const before = zoo.files();
  expect(await zoo.dejavu(['next'])).toMatchObject({
    code: 0,
    stdout: 'zoo: the entities match version 1, nothing to write\n',
  });
  const answered = await zoo.dejavu(['next', '--dropped', 'animal.species']);
  expect(answered).toMatchObject({ code: 64, stdout: '' });
  expect(answered.stderr).toContain("--dropped animal.species: the entity 'animal' did not change. No entity changed.");
  expect(zoo.files()).toEqual(before);
});

test('a step of data only is a version with the same entities', async () => {
  using zoo = makeApplication(firstEntities, firstVersion);
  expect(await zoo.dejavu(['next', '--empty'])).toMatchObject({ code: 0, stderr: '' });
  expect(zoo.read('versions/2.ts')).toContain(`export { Animal } from './1.ts';`);
  expect(zoo.read('versions/index.ts').match(/1:7642ff05742373cd/g)).toHaveLength(2);
  const schema = zoo.read('schema.ts');
  expect(schema).toMatch(/async upgradeTo_2\(step: Step<V1, V2>\) \{\n {4}\/\/ Move data here/);
  expect(schema).toMatch(/import \{[^}]*type Step\b[^}]*\} from 'mikro-orm-dejavu'/);
  expect(schema).toMatch(/import \{[^}]*type V1, type V2[^}]*\} from '\.\/versions\/index\.ts'/);
  zoo.entities(renamed);
  const changed = await zoo.dejavu(['next', '--empty']);
  expect(changed.code).toBe(64);
  expect(changed.stderr).toContain('zoo: The entities changed, so the step is not empty. Leave out --empty.');
});

test('the newest version is written again, and what somebody added to its step is not lost unasked', async () => {
  using zoo = makeApplication({ Animal: `${firstEntities.Animal}, tail: p.boolean().nullable()` }, firstVersion);
  await zoo.dejavu(['next']);
  zoo.entities({ Animal: `${firstEntities.Animal}, legs: p.integer()` });
  // formatted by somebody's tools
  zoo.write(
    'schema.ts',
    zoo.read('schema.ts').replace("(after.Animal, 'tail')", '(\n      after.Animal, "tail",\n    )'),
  );
  const again = await zoo.dejavu(['next', '--amend', '--fill', 'animal.legs=4']);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('zoo: version 2 written again, from 1\n  changed versions/2.ts\n');
  expect(again.stdout).toContain('a database that is already at version 2 is forked now');
  expect(zoo.read('versions/2.ts')).not.toContain('tail');
  expect(zoo.read('schema.ts')).toContain("await step.addProperty(after.Animal, 'legs', { fill: 4 });");
  expect(zoo.read('schema.ts')).not.toContain('tail');

  zoo.write('schema.ts', zoo.read('schema.ts').replace('{ fill: 4 }', '{ fill: 2 + 2 }'));
  const edited = zoo.files();
  const refused = await zoo.dejavu(['next', '--amend', '--fill', 'animal.legs=4']);
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain(
    'zoo: upgradeTo_2 or downgradeTo_1 in schema.ts differs from the step for these answers: it was edited, or',
  );
  expect(zoo.files()).toEqual(edited);
  expect(await zoo.dejavu(['next', '--amend', '--fill', 'animal.legs=4', '--yes'])).toMatchObject({ code: 0 });
  expect(zoo.read('schema.ts')).toContain('{ fill: 4 }');
});

test('a first version is written again without a step', async () => {
  using zoo = makeApplication(renamed, firstVersion);
  expect(await zoo.dejavu(['next', '--amend'])).toMatchObject({ code: 0, stderr: '' });
  expect(zoo.read('schema.ts')).toBe(firstVersion['schema.ts']);
  expect(zoo.read('versions/1.ts')).toContain('family: p.string()');
  // what the zoo of the other specs is at version 3
  expect(zoo.read('versions/index.ts')).toBe(
    firstVersion['versions/index.ts'].replace('1:7642ff05742373cd', '1:401091f28daee45c'),
  );
});

test('a rename over three versions says what the entities need meanwhile', async () => {
  using zoo = makeApplication({ Animal: 'name: p.string(), family: p.string()' }, firstVersion);
  const run = await zoo.dejavu(['next', '--rename-over-three', 'animal.species:family']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('put Animal.species back into the entities, and make family nullable');
  zoo.entities({ Animal: 'name: p.string(), species: p.string(), family: p.string().nullable()' });
  expect(await zoo.dejavu(['check', '--offline'])).toMatchObject({ code: 0 });
});

test('Schemas in one file are written together, or none is; one without versions is told of', async () => {
  const one = (name: string, guid: string) =>
    `export class ${name} extends Schema {\n  guid = '${guid}';\n  latest = 1;\n  entities = ['${name}'];\n}\n`;
  const plain = `export class Plain extends Schema { guid = 'plain'; latest = 1; entities = []; }\n`;
  const changed = { Animal: `name: p.string()`, Ticket: `price: p.integer(), day: p.date()` };
  using zoo = makeApplication(
    { Animal: `name: p.string().default('Leo')`, Ticket: `price: p.integer()` },
    {
      'package.json': '{ "type": "module", "dejavu": { "schema": "./schemas.ts" } }',
      'schemas.ts': `import { Schema } from 'mikro-orm-dejavu';\n${one('Animal', 'animals')}${one('Ticket', 'tickets')}${plain}`,
    },
  );
  expect(await zoo.dejavu(['init', '--guid', 'animals', '--guid', 'tickets'])).toMatchObject({ code: 0, stderr: '' });
  expect(zoo.read('schemas.ts').match(/from '.\/.*versions\/index.ts'/g)).toEqual([
    `from './versions/index.ts'`,
    `from './tickets-versions/index.ts'`,
  ]);
  zoo.entities(changed);
  const before = zoo.files();
  const open = await zoo.dejavu(['next']);
  expect(open.code).toBe(64);
  expect(open.stderr).toContain('tickets: Ticket.day is new and not nullable');
  expect(zoo.files()).toEqual(before);

  const written = await zoo.dejavu(['next', '--fill', 'ticket.day=2026-01-31']);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(written.stdout).toContain('plain: this Schema keeps no frozen versions, so dejavu cannot see changes');
  expect(zoo.read('schemas.ts').match(/latest = 2/g)).toHaveLength(2);
  expect(zoo.read('schemas.ts').match(/upgradeTo_2/g)).toHaveLength(2);
});

test('an installation is refused while the entities have no version, and next is named', async () => {
  await using database = await sqliteFile.create();
  const env = { ZOO_DATABASE: database.address as string };
  using zoo = makeApplication(renamed, firstVersion);
  const refused = await zoo.dejavu(['install', '--json'], env);
  expect(refused.code).toBe(5);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    exitCode: 5,
    error: { code: 'SCHEMA_DEFINITION', changed: expect.arrayContaining([expect.stringContaining('Animal.family')]) },
  });
  // The next command stands in the message, once.
  const { stderr } = await zoo.dejavu(['upgrade'], env);
  expect(stderr.match(/npx dejavu next\b/g)).toHaveLength(1);
});
