import { expect, test } from '@jest/globals';
import { ClassEditor } from '../../lib/class-source/class-editor.ts';

test.each([
  [
    'below latest, in the style of the file',
    `import { Schema } from 'mikro-orm-dejavu';\n\nexport class Zoo extends Schema {\n  guid = 'zoo';\n  latest = 4; // of today\n\n  async upgradeTo_4() {}\n}\n`,
    `import { Schema } from 'mikro-orm-dejavu';\nimport { versions } from './versions/index.ts';\n\nexport class Zoo extends Schema {\n  guid = 'zoo';\n  latest = 4; // of today\n  override readonly versions = versions;\n\n  async upgradeTo_4() {}\n}\n`,
  ],
  [
    'tabs, double quotes and no semicolons',
    `import { Schema } from "mikro-orm-dejavu"\r\n\r\nexport class Zoo extends Schema {\r\n\tguid = "zoo"\r\n\tlatest = 1\r\n}\r\n`,
    `import { Schema } from "mikro-orm-dejavu"\r\nimport { versions } from "./versions/index.ts"\r\n\r\nexport class Zoo extends Schema {\r\n\tguid = "zoo"\r\n\tlatest = 1\r\n\toverride readonly versions = versions\r\n}\r\n`,
  ],
  [
    'a name that is taken',
    `import { Schema } from 'mikro-orm-dejavu';\n\nconst versions = 3;\nexport class Zoo extends Schema {\n  guid = 'zoo';\n  latest = 1;\n}\n`,
    `import { Schema } from 'mikro-orm-dejavu';\nimport { versions as dejavuVersions } from './versions/index.ts';\n\nconst versions = 3;\nexport class Zoo extends Schema {\n  guid = 'zoo';\n  latest = 1;\n  override readonly versions = dejavuVersions;\n}\n`,
  ],
])('a class is given its versions: %s', (_, before, after) => {
  expect(new ClassEditor(before, { className: 'Zoo' }).addVersions('./versions/index.ts')).toBe(after);
});
