import { expect, test } from '@jest/globals';
import { withoutVersion } from '../../../../lib/cli/commands/renumber/resolve-texts.ts';
import { withVersion } from '../../../../lib/version-file/version-lines.ts';

test('a version that was added is taken out again without a trace', () => {
  const texts = [withVersion(undefined, { version: 1, fingerprint: '1:a' })];
  for (const version of [2, 3, 4]) texts.push(withVersion(texts.at(-1), { version, fingerprint: `1:${version}` }));
  for (const text of texts.slice(1).toReversed()) {
    const version = texts.indexOf(text) + 1;
    expect(withoutVersion(text, version)).toBe(texts[version - 2]);
    expect(withoutVersion(text.replaceAll('\n', '\r\n'), version)).toBe(texts[version - 2]?.replaceAll('\n', '\r\n'));
  }
});

test('it is found however it is laid out, and nothing else goes', () => {
  const text = `import type { Versions } from 'mikro-orm-dejavu';

const sizes = { 2: { width: 2 } };

/** The versions. */
export const versions = {
  // the first
  1: { fingerprint: "1:a", load: () => import("./1.js") },
  // the second
  '2': {
    "fingerprint": "1:b",
    load: () => import("./2.js")
  } // by Ann
} as const satisfies Versions;

export type V1 = typeof import("./1.js"); export type V2 = typeof import("./2.js");
export { sizes };
`;
  expect(withoutVersion(text, 2)).toMatchInlineSnapshot(`
"import type { Versions } from 'mikro-orm-dejavu';

const sizes = { 2: { width: 2 } };

/** The versions. */
export const versions = {
  // the first
  1: { fingerprint: "1:a", load: () => import("./1.js") }
} as const satisfies Versions;

export type V1 = typeof import("./1.js");
export { sizes };
"
`);
  expect(withoutVersion(text, 3)).toBe(text);
});

test('a text that does not parse is named', () => {
  expect(() => withoutVersion('export const versions = {', 2, 'versions/index.ts')).toThrow(
    /^versions\/index\.ts:1:\d+ does not parse: /,
  );
});
