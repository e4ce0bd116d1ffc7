import { afterAll, expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { Schema } from '../../lib/index.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import type { StorageDescription } from '../../lib/models/description.ts';
import { parseAnswers, type AnswerValues } from '../../lib/changes/parse-answers.ts';
import { fileChanges } from '../../lib/changes/rename-over-three.ts';
import { resolve } from '../../lib/changes/resolve-answers.ts';
import { renumberStep } from '../../lib/class-source/step-text.ts';
import { stepSource } from '../../lib/step-source/step-methods.ts';
import { versionSource } from '../../lib/version-file/version-source.ts';
import { sqliteMemory } from '../support/databases.ts';
import { animal } from './matrix/zoo.ts';
import { entitiesOf, offline, Workspace } from './workspace.ts';

/** The entities of the four releases that a rename over three versions takes part in. */
const releases = [
  animal({ species: p.string().unique() }),
  animal({ species: p.string().unique(), family: p.string().nullable().unique() }),
  animal({ species: p.string().nullable().unique(), family: p.string().unique() }),
  animal({ family: p.string().unique() }),
];
const [one, two, three, four] = releases.map(entities => describeEntities(offline('sqlite', entities))) as [
  StorageDescription,
  StorageDescription,
  StorageDescription,
  StorageDescription,
];

const settle = (before: StorageDescription, after: StorageDescription, answers: AnswerValues = {}) =>
  resolve(before, after, parseAnswers(answers));

const first = settle(one, four, { 'rename-over-three': ['animal.species:family'] });

test('first both are there, and only the old one must be', () => {
  expect(first.after).toEqual(two);
  expect(first.questions).toEqual([]);
  expect(fileChanges(first.overThree)).toEqual({ Animal: { kept: ['species'], nullable: ['family'] } });
});

test('the step says what the next two versions will be, and is compatible', () => {
  const { upgrade, options } = stepSource(first, { version: 2 });
  expect(upgrade.text).toMatchInlineSnapshot(`
"async upgradeTo_2(step: Step<V1, V2>) {
  const { after } = step;
  // Animal.species becomes family over three versions, so that no release has to stop.
  // Version 2, this one: both properties exist. The application writes both, and reads species.
  // Version 3: step.fill(after.Animal, 'family', sql.ref(…)), because older releases write only
  // species. Then family is not null, and species is nullable. The application reads family,
  // and stops writing species once no release reads it.
  // Version 4: step.dropProperty(before.Animal, 'species').
  await step.addProperty(after.Animal, 'family', { fill: sql.ref('species') });
}"
`);
  expect(options.compatible).toBe(1);
});

test('the numbers in its comments move with the step when a merge gives it another', () => {
  const { upgrade } = stepSource(first, { version: 2 });
  const taken = { version: 2, methods: [upgrade.text], entry: undefined, uses: [] };
  const plan = renumberStep(taken, 12)
    .methods.join('\n')
    .match(/(?<=\/\/ )Version \d+/g);
  expect(plan).toEqual(['Version 12', 'Version 13', 'Version 14']);
});

test('what it says of them is what will be written then', () => {
  const second = stepSource(settle(first.after, three, { 'fill-sql': ['animal.family=species'] }), { version: 3 });
  const third = stepSource(settle(three, four), { version: 4 });
  expect([second, third].map(({ upgrade }) => upgrade.text).join('\n\n')).toMatchInlineSnapshot(`
"async upgradeTo_3(step: Step<V2, V3>) {
  const { before, after } = step;
  await step.alterProperty(before.Animal, after.Animal, 'species');
  await step.alterProperty(before.Animal, after.Animal, 'family', { fill: raw('species') });
}

async upgradeTo_4(step: Step<V3, V4>) {
  const { before } = step;

  // Move data out of Animal.species here, before it is dropped.
  await step.dropProperty(before.Animal, 'species');
}"
`);
});

test('at once it is one operation, and releases before it must stop', () => {
  const { upgrade, options } = stepSource(settle(one, four, { renamed: ['animal.species:family'] }), { version: 2 });
  expect(upgrade.text).toMatchInlineSnapshot(`
"async upgradeTo_2(step: Step<V1, V2>) {
  const { before, after } = step;
  await step.renameProperty(before.Animal, 'species', after.Animal, 'family');
}"
`);
  expect(options).toEqual({});
});

const workspace = new Workspace();
afterAll(() => workspace[Symbol.dispose]());

test('lived through as it says, nothing that any of the releases wrote is lost', async () => {
  const steps = [
    stepSource(first, { version: 2 }),
    stepSource(settle(two, three, { 'fill-sql': ['animal.family=species'] }), { version: 3 }),
    stepSource(settle(three, four), { version: 4 }),
  ].map(({ upgrade }) => upgrade.text.replaceAll(/\(step: [^)]*\)/g, '(step: any)'));
  const refill = `await step.fill(after.Animal, 'family', sql.ref('species'));\n  `;
  const methods = steps.map(text => (text.includes('upgradeTo_3') ? text.replace('await', `${refill}await`) : text));
  workspace.write(
    'steps.ts',
    `import { raw, sql } from '@mikro-orm/core';\nexport const steps = {\n${methods.join(',\n')}\n};\n`,
  );
  for (const [index, entities] of releases.entries())
    workspace.write(`${index + 1}.ts`, versionSource(offline('sqlite', entities), index + 1));
  const { steps: written } = await workspace.load<{ steps: object }>('steps.ts');
  const modules = await Promise.all([1, 2, 3, 4].map(version => workspace.load(`${version}.ts`)));
  const versions = modules.map((module, index) => [index + 1, { fingerprint: 'story:0', load: async () => module }]);

  await using database = await sqliteMemory.create();
  const deploy = async (latest: number) => {
    const Zoo = class extends Schema {
      readonly guid = 'zoo';
      readonly latest = latest;
      override readonly versions = Object.fromEntries(versions.slice(0, latest)) as never;
    };
    for (const [name, method] of Object.entries(written)) {
      if (Number(name.split('_')[1]) <= latest)
        Object.defineProperty(Zoo.prototype, name, { value: method, configurable: true });
    }
    await new Zoo((await database.orm(entitiesOf(modules[latest - 1] ?? {}))) as never).upgrade();
  };

  await deploy(1);
  await database.execute(`insert into animal (id, name, species) values (1, 'Leo', 'lion')`);
  await deploy(2);
  // the first release goes on beside the second
  await database.execute(`update animal set species = 'tiger' where id = 1`);
  await database.execute(`insert into animal (id, name, species) values (2, 'Hua', 'panda')`);
  await database.execute(`insert into animal (id, name, species, family) values (3, 'Pingu', 'penguin', 'penguin')`);
  await deploy(3);
  // the second goes on beside the third, and then nobody writes the old one
  await database.execute(`insert into animal (id, name, species, family) values (4, 'Ada', 'okapi', 'okapi')`);
  await database.execute(`insert into animal (id, name, family) values (5, 'Zed', 'zebra')`);
  await deploy(4);
  expect(await database.execute('select * from animal order by id')).toEqual([
    { id: 1, name: 'Leo', family: 'tiger' },
    { id: 2, name: 'Hua', family: 'panda' },
    { id: 3, name: 'Pingu', family: 'penguin' },
    { id: 4, name: 'Ada', family: 'okapi' },
    { id: 5, name: 'Zed', family: 'zebra' },
  ]);
});
