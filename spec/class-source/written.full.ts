import { expect, test } from '@jest/globals';
import { newSchemaSource } from '../../lib/cli/commands/init/new-schema.ts';
import { makeProject } from '../support/cli/project.ts';
import { complaints } from './complaints.ts';
import { addStep, fixtures, stepTo } from './fixtures.ts';

const animal = `import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), legs: p.integer(), food: p.string() },
});
`;
const numbers = [1, 2, 3, 4];
const index = `export const versions = {
${numbers.map(number => `  ${number}: { fingerprint: '', load: () => import('./1.ts') },\n`).join('')}};

${numbers.map(number => `export type V${number} = typeof import('./1.ts');\n`).join('')}
export default { versions };
`;

const files = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      customConditions: ['node'],
      paths: { 'mikro-orm-dejavu': ['./package.ts'] },
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noImplicitOverride: true,
      noUncheckedIndexedAccess: true,
      experimentalDecorators: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      skipLibCheck: true,
    },
    include: ['*/schema.ts', 'globals.d.ts'],
  }),
  'package.ts': `export * from '@lib';\nexport default { name: 'zoo' };\n`,
  'globals.d.ts': `declare const Injectable: any;\ndeclare const Inject: any;\ndeclare const Logged: any;\n`,
  'app-schema.ts': `import { Schema } from '@lib';\n\nexport abstract class AppSchema<Guid extends string> extends Schema {\n  readonly guid = 'zoo' as Guid;\n}\n`,
};

test('what was written compiles, strictly', () => {
  using project = makeProject({
    ...files,
    ...Object.fromEntries(
      [
        ...fixtures.map(({ text, className, latest }) =>
          addStep(text, { className }, { version: latest + 1, step: stepTo(latest + 1) }),
        ),
        newSchemaSource({ className: 'ZooSchema', guid: 'zoo', override: true }),
      ].flatMap((text, at) => [
        [`${at}/schema.ts`, text],
        [`${at}/wizard.ts`, 'export class Step<T> {\n  declare readonly v: T;\n}\n\nexport type V1 = string;\n'],
        [`${at}/versions/1.ts`, animal],
        [`${at}/versions/index.ts`, index],
      ]),
    ),
  });
  expect(complaints('tsc', [], project.folder)).toBe('');
});
