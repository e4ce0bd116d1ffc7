import { describe, expect, test } from '@jest/globals';
import { versionLines, withVersion } from '../../lib/version-file/version-lines.ts';

const two = { version: 2, fingerprint: '1:bb' };
const three = { version: 3, fingerprint: '1:cc' };

const first = withVersion(undefined, { version: 1, fingerprint: '1:aa' });

test('a first version makes the file', () => {
  expect(first).toMatchInlineSnapshot(`
"// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:aa', load: () => import('./1.ts') },
};

export type V1 = typeof import('./1.ts');
"
`);
  expect(withVersion('\n', { version: 1, fingerprint: '1:aa' })).toBe(first);
});

test('versions come after those before them, whatever is added when', () => {
  const inOrder = withVersion(withVersion(first, two), three);
  expect(inOrder).toMatchInlineSnapshot(`
"// The frozen versions of the storage.
export const versions = {
  1: { fingerprint: '1:aa', load: () => import('./1.ts') },
  2: { fingerprint: '1:bb', load: () => import('./2.ts') },
  3: { fingerprint: '1:cc', load: () => import('./3.ts') },
};

export type V1 = typeof import('./1.ts');
export type V2 = typeof import('./2.ts');
export type V3 = typeof import('./3.ts');
"
`);
  expect(withVersion(withVersion(first, three), two)).toBe(inOrder);
  expect(versionLines(inOrder)).toEqual([{ version: 1, fingerprint: '1:aa' }, two, three]);
});

test('a version before all others comes first', () => {
  const later = withVersion(undefined, two);
  expect(withVersion(later, { version: 1, fingerprint: '1:aa' })).toBe(withVersion(first, two));
});

describe('all else stays to the letter', () => {
  const texts: Record<string, readonly [before: string, after: string]> = {
    'tabs, double quotes, no semicolons': [
      `export const versions = {\n\t1: { fingerprint: "1:aa", load: () => import("./1.ts") },\n}\n\nexport type V1 = typeof import("./1.ts")\n`,
      `export const versions = {\n\t1: { fingerprint: "1:aa", load: () => import("./1.ts") },\n\t2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n}\n\nexport type V1 = typeof import("./1.ts")\nexport type V2 = typeof import('./2.ts');\n`,
    ],
    'no comma at the end': [
      `export const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.ts') }\n};\n`,
      `export const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.ts') },\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n};\n\nexport type V2 = typeof import('./2.ts');\n`,
    ],
    'an entry on several lines, and comments': [
      `// ours\nexport const versions = {\n  // the first\n  1: {\n    fingerprint: '1:aa', // kept\n    load: () => import('./1.ts'),\n  }, // done\n} as const; // all\n/* types */\nexport type V1 = typeof import('./1.ts'); // one\n// the end\n`,
      `// ours\nexport const versions = {\n  // the first\n  1: {\n    fingerprint: '1:aa', // kept\n    load: () => import('./1.ts'),\n  }, // done\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n} as const; // all\n/* types */\nexport type V1 = typeof import('./1.ts'); // one\nexport type V2 = typeof import('./2.ts');\n// the end\n`,
    ],
    'what else is in the object, and in the file': [
      `import { helper } from './helper.ts';\nexport const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.ts') },\n  ...helper({ 9: 1 }),\n};\nexport type V1 = typeof import('./1.ts');\nexport const other = { 2: { fingerprint: 'no' } };\n`,
      `import { helper } from './helper.ts';\nexport const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.ts') },\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n  ...helper({ 9: 1 }),\n};\nexport type V1 = typeof import('./1.ts');\nexport type V2 = typeof import('./2.ts');\nexport const other = { 2: { fingerprint: 'no' } };\n`,
    ],
    'an object with nothing in it': [
      `export const versions: Versions = {};\n`,
      `export const versions: Versions = {\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n};\n\nexport type V2 = typeof import('./2.ts');\n`,
    ],
    'keys in quotes': [
      `export const versions = {\n  '1': { 'fingerprint': '1:aa', load: () => import('./1.ts') },\n  "3": { fingerprint: '1:cc', load: () => import('./3.ts') },\n} satisfies Versions;\nexport type V1 = typeof import('./1.ts');\n`,
      `export const versions = {\n  '1': { 'fingerprint': '1:aa', load: () => import('./1.ts') },\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n  "3": { fingerprint: '1:cc', load: () => import('./3.ts') },\n} satisfies Versions;\nexport type V1 = typeof import('./1.ts');\nexport type V2 = typeof import('./2.ts');\n`,
    ],
    'entries that are told what they are': [
      `export const versions = Object.freeze({\n  [1]: { fingerprint: \`1:aa\`, load: () => import('./1.ts') } as const,\n});\nexport type V1 = typeof import('./1.ts');\n`,
      `export const versions = Object.freeze({\n  [1]: { fingerprint: \`1:aa\`, load: () => import('./1.ts') } as const,\n  2: { fingerprint: '1:bb', load: () => import('./2.ts') },\n});\nexport type V1 = typeof import('./1.ts');\nexport type V2 = typeof import('./2.ts');\n`,
    ],
    'files that end in .js': [
      `export const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.js') },\n};\nexport type V1 = typeof import('./1.js');`,
      `export const versions = {\n  1: { fingerprint: '1:aa', load: () => import('./1.js') },\n  2: { fingerprint: '1:bb', load: () => import('./2.js') },\n};\nexport type V1 = typeof import('./1.js');\nexport type V2 = typeof import('./2.js');`,
    ],
  };

  test.each(Object.entries(texts))('%s', (_, [before, after]) => {
    expect(withVersion(before, two)).toBe(after);
  });

  test.each(Object.entries(texts))('%s, with the line ends of Windows', (_, [before, after]) => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    expect(withVersion(crlf(before), two)).toBe(crlf(after));
  });
});

describe('a version that is there already', () => {
  const text = withVersion(first, two).replace('};', '  // more to come\n};');

  test('is refused: two branches may both have made it', () => {
    expect(() => withVersion(text, { version: 2, fingerprint: '1:dd' })).toThrowErrorMatchingInlineSnapshot(
      `"versions already has a line for version 2. Perhaps two branches both added it: run npx dejavu renumber during the merge."`,
    );
  });

  test('gets another fingerprint, and nothing else, where it is amended', () => {
    expect(withVersion(text, { version: 2, fingerprint: '1:dd' }, { amend: true })).toBe(text.replace('1:bb', '1:dd'));
  });
});

test.each([
  [`'2': { fingerprint: '1:bb', load }`],
  [`"2": { "fingerprint": "1:bb", load } as const`],
  [`[2]: { fingerprint: \`1:bb\` as const, load } satisfies FrozenVersion`],
  [`2: <const>{ fingerprint: ('1:bb'), load }`],
])('the line %s is one for version 2', line => {
  const text = `export const versions = {\n  ${line},\n} as const;\n`;
  expect(versionLines(text)).toEqual([two]);
  expect(() => withVersion(text, two)).toThrow('versions already has a line for version 2.');
  expect(withVersion(text, { version: 2, fingerprint: '1:dd' }, { amend: true })).toBe(text.replace('1:bb', '1:dd'));
});

test('a line whose fingerprint is no text is not written over, and not written twice', () => {
  const text = `export const versions = {\n  2: { fingerprint: printOf(2), load },\n};\n`;
  expect(versionLines(text)).toEqual([]);
  for (const amend of [false, true])
    expect(() => withVersion(text, two, { amend })).toThrow(
      "The line of version 2 in versions has no fingerprint in quotes. Write there: fingerprint: '1:bb'",
    );
});

test('a text that has no place for versions is refused, with the line to add', () => {
  expect(() => withVersion('export default [];\n', two)).toThrowErrorMatchingInlineSnapshot(
    `"The text of versions has no place for version 2. Add this line by hand: 2: { fingerprint: '1:bb', load: () => import('./2.ts') },"`,
  );
});
