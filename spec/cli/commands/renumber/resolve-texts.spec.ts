import { expect, test } from '@jest/globals';
import { readSchemaSource } from '../../../../lib/class-source/read-schema-class.ts';
import {
  findVersionConflicts,
  sidesOf,
  type ConflictSides,
} from '../../../../lib/cli/commands/renumber/find-conflicts.ts';
import { resolveClasses, withoutVersion } from '../../../../lib/cli/commands/renumber/resolve-texts.ts';
import { withVersion } from '../../../../lib/version-file/version-lines.ts';
import { addStep, stepTo } from '../../../class-source/fixtures.ts';

const both = `import { Schema } from 'mikro-orm-dejavu';
import { versions } from './versions/index.ts';
import { versions as fish } from './fish/index.ts';

export class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 6;
  override readonly versions = versions;
}

export class AquariumSchema extends Schema {
  readonly guid = 'aquarium';
  readonly latest = 1;
  override readonly versions = fish;
}
`;
const path = `${process.cwd()}/schema.ts`;
const [zoo, aquarium] = [{ className: 'ZooSchema' }, { className: 'AquariumSchema' }];
const lossy = (version: number, what: string) => stepTo(version, { options: { lossy: what } });

function never(): Promise<undefined> {
  throw new Error('there was nothing to merge');
}

function add(text: string, place: object, ...versions: readonly [number, string][]): string {
  return versions.reduce(
    (done, [version, what]) => addStep(done, place, { version, step: lossy(version, what) }),
    text,
  );
}

test('which side is mine depends on what git is in the middle of', () => {
  const conflict = { path, base: 'base', ours: 'checked out', theirs: 'other' };
  expect(sidesOf(conflict, 'merge', 'theirs')).toMatchObject({ kept: 'other', moved: 'checked out' });
  expect(sidesOf(conflict, 'merge', 'mine')).toMatchObject({ kept: 'checked out', moved: 'other' });
  for (const other of ['rebase', 'cherry-pick', 'stash pop'] as const) {
    expect(sidesOf(conflict, other, 'theirs')).toMatchObject({ kept: 'checked out', moved: 'other' });
    expect(sidesOf(conflict, other, 'mine')).toMatchObject({ kept: 'other', moved: 'checked out' });
  }
});

test('two Schemas of one file move together, each by its own number', async () => {
  const sides: ConflictSides = {
    path,
    base: both,
    kept: add(add(both, zoo, [7, 'theirs'], [8, 'theirs too']), aquarium, [2, 'theirs']),
    moved: add(add(both, zoo, [7, 'mine']), aquarium, [2, 'mine']),
  };
  const conflicts = findVersionConflicts([sides]);
  expect(conflicts).toEqual([
    { path, className: 'ZooSchema', guid: 'zoo', base: 6, kept: 8, from: 7, to: 9 },
    { path, className: 'AquariumSchema', guid: 'aquarium', base: 1, kept: 2, from: 2, to: 3 },
  ]);
  const text = await resolveClasses(sides, conflicts, never);
  expect(readSchemaSource(text, zoo)).toMatchObject({ latest: 9, upgrades: [7, 8, 9], downgrades: [6, 7, 8] });
  expect(readSchemaSource(text, aquarium)).toMatchObject({ latest: 3, upgrades: [2, 3], downgrades: [1, 2] });
  expect(text.match(/\d: \{ lossy: '[^']*' \}/g)).toEqual([
    `7: { lossy: 'theirs' }`,
    `8: { lossy: 'theirs too' }`,
    `9: { lossy: 'mine' }`,
    `2: { lossy: 'theirs' }`,
    `3: { lossy: 'mine' }`,
  ]);
});

test('a Schema of which one side alone made a version is in no conflict', () => {
  const mine = add(both, zoo, [7, 'mine']);
  expect(findVersionConflicts([{ path, base: both, kept: both, moved: mine }])).toEqual([]);
  expect(findVersionConflicts([{ path, base: both, kept: mine, moved: both }])).toEqual([]);
  expect(findVersionConflicts([{ path, base: both, kept: undefined, moved: mine }])).toEqual([]);
  expect(findVersionConflicts([{ path: 'notes.md', base: both, kept: mine, moved: mine }])).toEqual([]);
});

test('a class that both sides made by themselves has no version to start from', () => {
  const mine = add(both, zoo, [7, 'mine']);
  expect(() => findVersionConflicts([{ path, base: undefined, kept: mine, moved: mine }])).toThrow(
    'schema.ts adds class ZooSchema on both sides',
  );
});

test('what else is in conflict is merged with the steps of both sides out of the way, or refused', async () => {
  const conflicts = [{ path, className: 'ZooSchema', guid: 'zoo', base: 6, kept: 7, from: 7, to: 8 }];
  const sides: ConflictSides = {
    path,
    base: both,
    kept: add(both, zoo, [7, 'theirs']),
    moved: add(both, zoo, [7, 'mine']).replace('export class', '// mine\nexport class'),
  };
  const asked: string[][] = [];
  const text = await resolveClasses(sides, conflicts, (...texts) => {
    asked.push(texts);
    return Promise.resolve(asked.length === 1 ? undefined : texts[1]);
  });
  const rest = both.replace('export class', '// mine\nexport class');
  expect(asked).toEqual([
    [both, rest, sides.kept],
    [both, rest, both],
  ]);
  expect(text).toBe(add(rest, zoo, [7, 'theirs'], [8, 'mine']));
  await expect(resolveClasses(sides, conflicts, () => Promise.resolve(undefined))).rejects.toThrow(
    'schema.ts has conflicts outside of its versions',
  );
});

test('a latest without its step is told', async () => {
  const conflicts = [{ path, className: 'ZooSchema', guid: 'zoo', base: 6, kept: 7, from: 7, to: 8 }];
  const sides: ConflictSides = {
    path,
    base: both,
    kept: add(both, zoo, [7, 'theirs']),
    moved: both.replace('latest = 6', 'latest = 7'),
  };
  await expect(resolveClasses(sides, conflicts, never)).rejects.toThrow(
    'schema.ts sets latest to 7, but the same class has no upgradeTo_7. Resolve this file by hand.',
  );
});

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
