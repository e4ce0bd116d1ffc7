import { expect, test } from '@jest/globals';
import { newSchemaSource } from '../../lib/cli/commands/init/new-schema.ts';
import { addStep, removeStep, stepTo } from './fixtures.ts';

const place = { path: 'schema.ts' };
const zoo = newSchemaSource({ className: 'ZooSchema', guid: 'zoo' });

test('a new file is what a person would have written', () => {
  expect(zoo).toMatchInlineSnapshot(`
"import { Schema } from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  readonly versions = versions;
}
"
`);
  expect(
    newSchemaSource({
      className: 'ZooSchema',
      guid: "keeper's",
      latest: 3,
      packageName: '../lib/index.ts',
      versionsModule: './versions/index.js',
      override: true,
    }),
  ).toMatchInlineSnapshot(`
"import { Schema } from '../lib/index.ts';
import { versions } from './versions/index.js';

export class ZooSchema extends Schema {
  readonly guid = "keeper's";
  readonly latest = 3;
  override readonly versions = versions;
}
"
`);
});

test('names that a step uses come from where it says, under the names the file has for them', () => {
  const step = stepTo(2, {
    upgrade: {
      name: 'upgradeTo_2',
      text: `async upgradeTo_2() {\n  await this.raw(raw('1'), { raw: sql.raw });\n}`,
    },
    downgrade: { name: 'downgradeTo_1', text: `async downgradeTo_1() {}` },
    imports: [{ module: '@mikro-orm/core', names: ['raw', 'sql'] }],
    options: {},
    types: [],
  });
  const text = `import { raw as rawSql, type Options } from '@mikro-orm/core';\n${zoo}const sql = 'mine';\n`;
  const added = addStep(text, place, { version: 2, step });
  expect(added).toContain(`import { raw as rawSql, type Options, sql as dejavuSql } from '@mikro-orm/core';`);
  expect(added).toContain(`await this.raw(rawSql('1'), { raw: dejavuSql.raw });`);
});

test('lines inside of templates stay where they are', () => {
  const step = stepTo(2, {
    upgrade: {
      name: 'upgradeTo_2',
      text: 'async upgradeTo_2() {\n  await this.run(`\n  one\n${\n    two\n  }\n`);\n}',
    },
  });
  const added = addStep(zoo.replaceAll('  ', '\t'), place, { version: 2, step });
  expect(added).toContain('\tasync upgradeTo_2() {\n\t\tawait this.run(`\n  one\n${\n\t\t\ttwo\n\t\t}\n`);\n\t}\n');
});

test('strings keep the quotes that need no escapes', () => {
  const text = zoo.replaceAll("'", '"');
  const step = stepTo(2, { options: { lossy: `drops "Animal"` } });
  expect(addStep(text, place, { version: 2, step })).toContain(`2: { lossy: 'drops "Animal"' },`);
  expect(addStep(zoo, place, { version: 2, step: stepTo(2, { options: { lossy: `drops the keeper's` } }) })).toContain(
    `2: { lossy: "drops the keeper's" },`,
  );
});

test('lists end in a comma where those of the file do', () => {
  const bare = `${zoo}\nexport const sizes = {\n  small: 1\n};\n`;
  expect(addStep(bare, place, { version: 2, step: stepTo(2) })).toContain(`lossy: 'drops Animal.legs' }\n  };`);
  expect(addStep(zoo, place, { version: 2, step: stepTo(2) })).toContain(`lossy: 'drops Animal.legs' },\n  };`);
});

test('comments of a step go with it, and those of others stay', () => {
  const added = addStep(zoo, place, { version: 2, step: stepTo(2) })
    .replace('  async upgradeTo_2', '  // ---- steps ----\n\n  /** Legs. */\n  // and food\n  async upgradeTo_2')
    .replace(/\n\}\n$/, ' // that was it\n\n  // ---- end ----\n}\n');
  expect(removeStep(added, place, 2)).toBe(zoo.replace(/\}\n$/, '\n  // ---- steps ----\n\n  // ---- end ----\n}\n'));
});

test('only imports that the step alone needed go with it', () => {
  const text = zoo.replace('{ Schema }', '{ isSchemaError, Schema, type Step }');
  const used = `${text}\nexport type AnyStep = Step;\n`;
  expect(removeStep(addStep(used, place, { version: 2, step: stepTo(2) }), place, 2)).toBe(used);
});

test.each([
  ['a version too far', zoo, 3],
  ['a step that is there', zoo.replace(/\}\n$/, '  upgradeTo_2() {}\n}\n'), 2],
  ['a way back that is there', zoo.replace(/\}\n$/, '  downgradeTo_1() {}\n}\n'), 2],
  ['steps from elsewhere', zoo.replace(/\}\n$/, '  readonly steps = moreSteps;\n}\n'), 2],
  ['an entry that is there', zoo.replace(/\}\n$/, '  readonly steps = { 2: {} };\n}\n'), 2],
])('what cannot be added is told with its place: %s', (_, text, version) => {
  expect(() => addStep(text, place, { version, step: stepTo(version) })).toThrowErrorMatchingSnapshot();
});

test('only the newest step can be taken out', () => {
  expect(() => removeStep(zoo, place, 2)).toThrowErrorMatchingInlineSnapshot(
    `"schema.ts:6:21 latest is 1, so only step 1 can be removed, not step 2."`,
  );
});
