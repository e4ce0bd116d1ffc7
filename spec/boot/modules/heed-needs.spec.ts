import { describe, expect, test } from '@jest/globals';
import type { Asked, Move } from '../../../lib/boot/decide.ts';
import type { Definition } from '../../../lib/boot/definition.ts';
import { heedNeeds } from '../../../lib/boot/modules/heed-needs.ts';
import { readNeeds, type NeedsByVersion } from '../../../lib/boot/modules/needs.ts';
import type { PlannedStep } from '../../../lib/boot/planned-steps.ts';

/** Needs accounts at version 1 from the beginning, and at 3 from version 4 on; stock from version 5 on. */
const needing = readNeeds({
  guid: 'zoo',
  dependsOn: { accounts: 1 },
  steps: { 4: { dependsOn: { accounts: 3 } }, 5: { dependsOn: { stock: 2 } } },
});
const definition = { guid: 'zoo', latest: 5, ...needing } as Definition;

function steps(...versions: number[]): PlannedStep[] {
  return versions.map(to => ({
    direction: 'upgrade',
    from: to - 1,
    to,
    method: `upgradeTo_${to}`,
    foreignKeys: 'off',
    compatible: to,
  }));
}

const UPGRADE: Asked = { verb: 'upgrade', target: 5, install: undefined, adopt: undefined };
const RUN: Move = { kind: 'run', steps: steps(3, 4, 5) };

type Deployed = Readonly<Record<string, number>>;

/** The move as one line: what it is, and what an error says. */
function heeded(move: Move, deployed: Deployed, asked: Asked = UPGRADE): string {
  const others = { deployed: new Map(Object.entries(deployed)), dependents: [] };
  const heard = heedNeeds(move, asked, others, definition);
  if (heard === move) return 'as it was';
  return 'error' in heard ? `${heard.kind}: ${heard.error.message}` : heard.kind;
}

describe('what a Schema needs of others', () => {
  test.each<[string, Move, Deployed, string]>([
    ['met, holds no steps', RUN, { accounts: 3, stock: 2 }, 'as it was'],
    ['more than met, holds none either', RUN, { accounts: 9, stock: 9 }, 'as it was'],
    ['of the first step', RUN, {}, 'upgradeTo_3 needs accounts at version 1, and this database has none'],
    [
      'of a step in the middle',
      RUN,
      { accounts: 2, stock: 2 },
      'upgradeTo_4 needs accounts at version 3, and it is at version 2',
    ],
    ['of the last step', RUN, { accounts: 3 }, 'upgradeTo_5 needs stock at version 2, and this database has none'],
    ['only above the steps', { kind: 'run', steps: steps(3) }, { accounts: 1 }, 'as it was'],
    [
      'of a step after an adoption',
      { kind: 'adopt', version: 3, steps: steps(4) },
      { accounts: 1 },
      'upgradeTo_4 needs accounts at version 3',
    ],
    ['of an adoption alone', { kind: 'adopt', version: 5, steps: [] }, {}, 'as it was'],
    [
      'of an installation',
      { kind: 'install', version: 5 },
      { accounts: 3 },
      'the installation of version 5 needs stock at version 2',
    ],
    ['of a frozen installation', { kind: 'install', version: 2 }, { accounts: 1 }, 'as it was'],
    [
      'of storage to be completed',
      { kind: 'complete', tables: ['animal'] },
      { accounts: 3, stock: 1 },
      'version 5 needs stock at version 2, and it is at version 1',
    ],
    [
      'of code that only runs',
      { kind: 'rest', outcome: 'level', version: 5 },
      { accounts: 3 },
      'version 5 needs stock at version 2',
    ],
    ['of a lower level', { kind: 'rest', outcome: 'level', version: 3 }, {}, 'version 3 needs accounts at version 1'],
    [
      'of code that is behind its database',
      { kind: 'rest', outcome: 'ahead', version: 7 },
      {},
      'version 5 needs accounts at version 3, and this database has none; stock at version 2',
    ],
    ['of a look', { kind: 'look' }, {}, 'as it was'],
    ['of a comparison', { kind: 'find' }, {}, 'as it was'],
  ])('%s', (_, move, deployed, expected) => {
    expect(heeded(move, deployed)).toContain(expected);
    expect(heeded(move, deployed).startsWith('refuse: ')).toBe(expected !== 'as it was');
  });

  test('is waited for by the one call that waits', () => {
    const rest: Move = { kind: 'rest', outcome: 'level', version: 5 };
    expect(heeded(rest, {}, { verb: 'waitForVersion' })).toMatch(/^wait: zoo: version 5 needs accounts/);
    expect(heeded(rest, {}, { verb: 'assertVersion' })).toMatch(/^refuse: zoo: version 5 needs accounts/);
  });

  test('is told as data', () => {
    const others = { deployed: new Map([['accounts', 2]]), dependents: [] };
    expect(heedNeeds(RUN, UPGRADE, others, definition)).toMatchObject({
      error: {
        code: 'DEPENDENCY_MISSING',
        guid: 'zoo',
        missing: [{ guid: 'accounts', needs: 3, deployed: 2 }],
      },
    });
  });
});

describe('on the way back', () => {
  const BACK: Move = { kind: 'run', steps: [] };
  const needs =
    (versions: Readonly<Record<number, number>>): NeedsByVersion['needsAt'] =>
    version =>
      new Map(versions[version] === undefined ? [] : [['zoo', versions[version]]]);
  const others = (deployed: Deployed) => ({
    deployed: new Map(Object.entries(deployed)),
    dependents: [
      { guid: 'shop', needsAt: needs({ 1: 2, 2: 4 }) },
      { guid: 'news', needsAt: needs({ 2: 5 }) },
    ],
  });
  const back = (target: number, deployed: Deployed, move: Move = BACK) =>
    heedNeeds(move, { verb: 'downgrade', target, allowLoss: true }, others(deployed), definition);

  test.each<[string, number, Deployed]>([
    ['nothing depends on it', 0, {}],
    ['what depends on it needs no more than the target', 4, { shop: 2 }],
    ['what depends on it needed less at its version', 3, { shop: 1 }],
    ['its version needs nothing', 0, { news: 1 }],
  ])('%s: nothing is in the way', (_, target, deployed) => {
    expect(back(target, deployed)).toBe(BACK);
  });

  test('what still needs it is in the way, all of it', () => {
    expect(back(3, { shop: 2, news: 2 })).toMatchObject({
      kind: 'refuse',
      error: {
        code: 'STILL_NEEDED',
        guid: 'zoo',
        neededBy: [
          { guid: 'shop', needs: 4, deployed: 2 },
          { guid: 'news', needs: 5, deployed: 2 },
        ],
      },
    });
    expect(back(3, { shop: 2 })).toMatchObject({
      error: {
        message: expect.stringContaining('cannot go back to version 3: shop at version 2 needs it at version 4'),
      },
    });
  });

  test('a call that does nothing leaves nobody in need', () => {
    const rest: Move = { kind: 'rest', outcome: 'level', version: 3 };
    expect(back(3, { shop: 2 }, rest)).toBe(rest);
  });
});
