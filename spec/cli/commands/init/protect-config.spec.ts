import { expect, test } from '@jest/globals';
import { withProtection } from '../../../../lib/cli/commands/init/protect-config.ts';

const LINE = `schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] }`;

test.each([
  ["export default { dbName: 'zoo.db' };", `export default { dbName: 'zoo.db', ${LINE} };`],
  [
    "export default defineConfig({\n  dbName: 'zoo.db',\n  entities, // all\n});\n",
    `export default defineConfig({\n  dbName: 'zoo.db',\n  entities, // all\n  ${LINE},\n});\n`,
  ],
  ['export default {\n  entities // all\n};\n', `export default {\n  entities, // all\n  ${LINE}\n};\n`],
  [
    "const config: Options = {\n\tdbName: 'zoo.db'\n};\nexport default config;\n",
    `const config: Options = {\n\tdbName: 'zoo.db',\n\t${LINE}\n};\nexport default config;\n`,
  ],
  [
    'export const config = { ...base } satisfies Options;\nexport default config;',
    `export const config = { ...base, ${LINE} } satisfies Options;\nexport default config;`,
  ],
  ['export default {\r\n  debug: true,\r\n};\r\n', `export default {\r\n  debug: true,\r\n  ${LINE},\r\n};\r\n`],
  ['export default defineConfig({});', `export default defineConfig({ ${LINE} });`],
  ['module.exports = {};', `module.exports = { ${LINE} };`],
  [
    'const config = defineConfig({ debug: true });\nmodule.exports = config;',
    `const config = defineConfig({ debug: true, ${LINE} });\nmodule.exports = config;`,
  ],
])('the setting is added as the file is written, and all else stays to the letter: %j', (text, expected) => {
  expect(withProtection(text, 'mikro-orm.config.ts')).toBe(expected);
});

test.each([
  "export default defineConfig({ schemaGenerator: { skipTables: ['other'] } });",
  'export default defineConfig({ "schemaGenerator": rules });',
  'export default async () => ({ debug: true });',
  "import config from './base.ts';\nexport default config;",
  'const a = b;\nconst b = a;\nexport default a;',
  'module.exports = () => ({});',
  'exports.config = {};',
  'what is no TypeScript',
])('a file whose options are not written out, or have such a setting, is left alone: %j', text => {
  expect(withProtection(text, 'mikro-orm.config.ts')).toBeUndefined();
});
