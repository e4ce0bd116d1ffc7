import { expect, test } from '@jest/globals';
import { readSchemaSource, schemasIn, type ClassPlace } from '../../lib/class-source/read-schema-class.ts';
import { fixtures } from './fixtures.ts';

const place: ClassPlace = { path: 'schema.ts' };

test('what a file says of a Schema', () => {
  const text = `import { Schema, type Step } from 'mikro-orm-dejavu';
import { versions as frozen } from './frozen/index.js';

export class ZooSchema extends Schema {
  override readonly guid = 'zoo';
  readonly latest = 12 as const;
  readonly versions = frozen;
  readonly steps = { 3: { compatible: 1 }, '12': {} } satisfies Steps;
  static upgradeTo_99() {}

  async upgradeTo_12(step: Step) {}
  upgradeTo_3 = async () => {};
  downgradeTo_11 = () => {};
  'upgradeTo_4'() {}
  ['upgradeTo_5']() {}
  upgradeTokens() {}
}`;
  expect(readSchemaSource(text)).toEqual({
    className: 'ZooSchema',
    guid: 'zoo',
    latest: 12,
    upgrades: [3, 4, 12],
    downgrades: [11],
    steps: [3, 12],
    hasVersions: true,
    versionsModule: './frozen/index.js',
    packageName: 'mikro-orm-dejavu',
    importExtension: '.js',
  });
});

test.each(fixtures)('the class is found, and where things come from: $name', ({ text, className }) => {
  const { latest, packageName, versionsModule, importExtension } = readSchemaSource(text, { className });
  expect({ latest, packageName, versionsModule, importExtension }).toMatchSnapshot();
});

test('the Schemas of a file are those whose latest is a number there', () => {
  const text = `class A extends Base { latest = 3; }
export default class extends Schema { guid = 'b'; get latest() { return 4; } }
const C = class extends Schema { latest = LATEST; };
class D { latest() {} }`;
  expect(schemasIn(text).map(({ className, latest }) => [className, latest])).toEqual([
    ['A', 3],
    ['default', 4],
  ]);
});

test.each([
  ['no class', 'export const zoo = 1;', undefined],
  ['no Schema', 'class A {}\nclass B extends A {}', undefined],
  ['not the class', 'class A { latest = 1; }', 'ZooSchema'],
  ['several', 'class A { latest = 1; }\nclass B { latest = 2; }', undefined],
  ['no latest', `import { Schema } from 'mikro-orm-dejavu';\n\nexport class A extends Schema {}`, undefined],
  ['latest from elsewhere', 'class A {\n  latest = LATEST + 1;\n}', undefined],
  ['latest declared only', 'class A {\n  declare latest: 3;\n}', undefined],
  ['a syntax error', 'class A {\n  latest = ;\n}', undefined],
  ['conflict markers', 'class A {\n<<<<<<< HEAD\n  latest = 2;\n=======\n  latest = 3;\n>>>>>>> main\n}', undefined],
])('what cannot be read is told with its place: %s', (_, text, className) => {
  expect(() => readSchemaSource(text, { ...place, className })).toThrowErrorMatchingSnapshot();
  expect(() => readSchemaSource(text, { ...place, className })).toThrow(
    expect.objectContaining({ name: 'UsageError' }),
  );
});
