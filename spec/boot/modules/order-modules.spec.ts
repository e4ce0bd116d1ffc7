import { describe, expect, test } from '@jest/globals';
import { checkModules } from '../../../lib/boot/modules/check-modules.ts';
import { readNeeds, type Needs } from '../../../lib/boot/modules/needs.ts';
import { orderModules, type ModuleState } from '../../../lib/boot/modules/order-modules.ts';

interface Given {
  readonly latest?: number;
  readonly deployed?: number | undefined;
  readonly dependsOn?: Needs;
  readonly steps?: Readonly<Record<number, Needs>>;
  readonly frozen?: readonly number[];
  readonly hasOnInstall?: boolean;
}

/** A Schema among others; at version 1 by default, of code that knows three versions. */
function module(guid: string, given: Given = {}): ModuleState & { definition: { guid: string; latest: number } } {
  const { latest = 3, dependsOn, steps = {}, frozen = [], hasOnInstall = false } = given;
  const declared = Object.fromEntries(Object.entries(steps).map(([version, needs]) => [version, { dependsOn: needs }]));
  const deployed = 'deployed' in given ? given.deployed : 1;
  return {
    deployed,
    definition: {
      guid,
      latest,
      ...readNeeds({ guid, dependsOn, steps: declared }),
      frozen,
      hasOnInstall,
      optionsOf: version => declared[version] ?? {},
    },
  };
}

/** The order as people read it: `accounts 1>3, billing installed 2`. */
function shown(...modules: ModuleState[]): string {
  const { stretches, stuck } = orderModules(modules);
  return [
    ...stretches.map(({ guid, from, to }) =>
      from === undefined ? `${guid} installed ${to}` : `${guid} ${from}>${to}`,
    ),
    ...stuck.map(({ guid, unmet }) => `${guid} stuck: ${unmet.map(need => `${need.guid} ${need.needs}`).join(', ')}`),
  ].join(', ');
}

describe('an order of several Schemas', () => {
  test.each<[string, ModuleState[], string]>([
    ['without needs, that of the list', [module('a'), module('b')], 'a 1>3, b 1>3'],
    ['nothing for what is level or ahead', [module('a', { deployed: 3 }), module('b', { deployed: 9 })], ''],
    [
      'first what is needed, wherever it is in the list',
      [module('b', { dependsOn: { a: 3 } }), module('a')],
      'a 1>3, b 1>3',
    ],
    [
      'a Schema stops where a step of another wants it',
      [module('a', { latest: 5 }), module('b', { steps: { 3: { a: 2 } } })],
      'a 1>2, b 1>3, a 2>5',
    ],
    [
      'by turns, where a step needs a version that itself needs a step',
      [
        module('a', { latest: 5, steps: { 4: { b: 3 } } }),
        module('b', { latest: 4, steps: { 3: { a: 2 }, 4: { c: 2 } } }),
        module('c', { steps: { 2: { a: 4 } } }),
      ],
      'a 1>2, b 1>3, a 2>4, c 1>2, a 4>5, b 3>4, c 2>3',
    ],
    [
      'a need that is too low to be waited for is no reason to stop for ever',
      [module('a', { steps: { 3: { b: 1 } } }), module('b', { steps: { 2: { a: 1 }, 3: { a: 3 } } })],
      'a 1>3, b 1>3',
    ],
    [
      'installations of an empty database, each once what it needs is at its latest',
      [
        module('c', { deployed: undefined, dependsOn: { b: 1 } }),
        module('b', { deployed: undefined, dependsOn: { a: 1 } }),
        module('a', { deployed: undefined }),
      ],
      'a installed 3, b installed 3, c installed 3',
    ],
    [
      'an installation among Schemas that have steps to run comes after their steps',
      [module('new', { deployed: undefined, dependsOn: { a: 2 } }), module('a')],
      'a 1>3, new installed 3',
    ],
    [
      'Schemas that need each other by turns are installed at frozen versions first',
      [
        module('a', { deployed: undefined, frozen: [1, 2, 3], steps: { 3: { b: 2 } } }),
        module('b', { deployed: undefined, frozen: [1, 2, 3], dependsOn: { a: 2 } }),
      ],
      'a installed 2, b installed 3, a 2>3',
    ],
    [
      'and are stuck where that is not possible: no frozen versions, or rows that only an installation adds',
      [
        module('a', { deployed: undefined, frozen: [1, 2, 3], hasOnInstall: true, steps: { 3: { b: 2 } } }),
        module('b', { deployed: undefined, dependsOn: { a: 2 } }),
      ],
      'a stuck: b 2, b stuck: a 2',
    ],
    [
      'an installation waits until all it needs is at its latest',
      [module('new', { deployed: undefined, dependsOn: { a: 1, b: 1 } }), module('a', { deployed: 3 }), module('b')],
      'b 1>3, new installed 3',
    ],
    ['a first release is installed', [module('a', { latest: 1, deployed: undefined })], 'a installed 1'],
    ['a release before the first is level', [module('a', { latest: 0, deployed: 0 })], ''],
    [
      'a step that is behind is waited for by nobody',
      [module('a'), module('b', { deployed: 2, steps: { 2: { a: 1 } } })],
      'a 1>3, b 2>3',
    ],
    [
      'steps after the installation of a frozen version are a part of their own',
      [
        module('a', { latest: 4, deployed: undefined, frozen: [2], steps: { 4: { b: 2 } } }),
        module('b', { deployed: undefined, dependsOn: { a: 3 } }),
      ],
      'a installed 2, a 2>3, b installed 3, a 3>4',
    ],
    [
      'the newest frozen version whose needs are met is installed',
      [
        module('a', { latest: 4, deployed: undefined, frozen: [1, 2, 3, 4], steps: { 3: { b: 2 } } }),
        module('b', { deployed: undefined, dependsOn: { a: 1 } }),
      ],
      'a installed 2, b installed 3, a 2>4',
    ],
    [
      'what is there is not installed again, whatever is frozen',
      [
        module('a', { frozen: [1, 2, 3], steps: { 2: { b: 1 } } }),
        module('b', { deployed: undefined, dependsOn: { a: 3 } }),
      ],
      'a stuck: b 1, b stuck: a 3',
    ],
    [
      'what needs a Schema that is not in the list is stuck',
      [module('a', { deployed: undefined, dependsOn: { elsewhere: 1 } })],
      'a stuck: elsewhere 1',
    ],
  ])('%s', (_, modules, expected) => {
    expect(shown(...modules)).toBe(expected);
  });

  test('any order of the list keeps every need, and does each step once', () => {
    // A Schema may need what stands before it; `seed` makes the same graphs in every run.
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round += 1) {
      const modules = Array.from({ length: 5 }, (_, index) => {
        // the later need is the higher
        const needed = (version: number) => (index > 0 ? { [`m${random(index)}`]: version + random(2) } : {});
        return module(`m${index}`, {
          latest: 4,
          deployed: random(4) === 0 ? undefined : 1 + random(4),
          steps: random(2) > 0 ? { 3: needed(3) } : {},
          dependsOn: random(2) > 0 ? needed(1) : {},
        });
      });
      const list = modules.toSorted(() => random(3) - 1);
      const at = new Map(list.map(({ definition, deployed }) => [definition.guid, deployed]));
      const { stretches, stuck } = orderModules(list);
      expect(stuck).toEqual([]);
      for (const { guid, from, to } of stretches) {
        expect(at.get(guid)).toBe(from);
        const needs = modules.find(({ definition }) => definition.guid === guid)?.definition.needsAt(to) ?? [];
        for (const [other, version] of needs) expect(at.get(other)).toBeGreaterThanOrEqual(version);
        at.set(guid, to);
      }
      expect([...at.values()]).toEqual([4, 4, 4, 4, 4]);
    }
  });

  test('of 100 Schemas with 100 steps each is found at once', () => {
    const chain = Array.from({ length: 100 }, (_, index) =>
      module(`m${index}`, { latest: 100, ...(index > 0 && { steps: { 50: { [`m${index - 1}`]: 50 } } }) }),
    );
    expect(orderModules(chain.toReversed()).stretches.length).toBeGreaterThan(100);
  });
});

/** What is wrong with a list. */
function complaint(...modules: ModuleState[]): string {
  try {
    checkModules(modules.map(({ definition }) => definition));
    return 'nothing is wrong';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a list of Schemas is refused', () => {
  test('with two of one guid', () => {
    expect(complaint(module('a'), module('a'))).toMatchInlineSnapshot(
      `"a: the list has two Schemas with this guid. Give each a different guid. For several databases of one Schema, call upgradeAll once for each."`,
    );
  });

  test('that lacks what one of them needs', () => {
    expect(complaint(module('a'), module('b', { dependsOn: { acounts: 1 } }))).toMatchInlineSnapshot(
      `"b: dependsOn names acounts, and no Schema of the list has that guid. Add it to the list, or correct the guid. The list has: a, b."`,
    );
    expect(complaint(module('a'), module('b', { steps: { 2: { a: 4 } } }))).toMatchInlineSnapshot(
      `"b: dependsOn needs a at version 4, but latest of a is 3. Correct the version, or use a newer release of a."`,
    );
  });

  test('that leads in a circle', () => {
    expect(complaint(module('a', { dependsOn: { b: 1 } }), module('b', { dependsOn: { a: 1 } }))).toMatchInlineSnapshot(
      `"a: dependsOn leads in a circle: a needs b at version 1, b needs a at version 1. None of them can be first. Remove one of them from dependsOn, or move it to the step that needs it."`,
    );
    expect(
      complaint(
        module('first', { dependsOn: { a: 1 } }),
        module('a', { steps: { 2: { b: 3 } } }),
        module('b', { steps: { 2: { c: 2 } } }),
        module('c', { steps: { 2: { a: 2 } } }),
      ),
    ).toMatchInlineSnapshot(
      `"a: dependsOn leads in a circle: a needs b at version 3, b needs c at version 2, c needs a at version 2. None of them can be first. Remove one of them from dependsOn, or move it to the step that needs it."`,
    );
  });

  test.each<[string, (index: number, count: number) => Given]>([
    ['in a chain', index => (index > 0 ? { steps: { 3: { [`m${index - 1}`]: 3 } } } : {})],
    [
      'in a chain whose end is first in the list',
      (index, count) => (index < count - 1 ? { dependsOn: { [`m${index + 1}`]: 3 } } : {}),
    ],
    ['that all need one', index => (index > 0 ? { dependsOn: { m0: 3 } } : {})],
    [
      'of which one needs all, and comes first',
      (index, count) =>
        index === 0
          ? { dependsOn: Object.fromEntries(Array.from({ length: count - 1 }, (_, other) => [`m${other + 1}`, 3])) }
          : {},
    ],
    [
      'that need each other by turns',
      (index, count) => ({ steps: { 2: { [`m${(index + 1) % count}`]: 1 }, 3: { [`m${(index + 1) % count}`]: 2 } } }),
    ],
  ])('and with hundreds looks at each need a few times: %s', (_, needsOf) => {
    const looks = (count: number) => {
      let looked = 0;
      const modules = Array.from({ length: count }, (__, index) => module(`m${index}`, needsOf(index, count)));
      const counting = modules.map(({ definition: { needsAt, ...definition } }) => ({
        ...definition,
        needsAt: (version: number) => {
          looked += 1;
          const needs = needsAt(version);
          return new (class extends Map<string, number> {
            override *[Symbol.iterator]() {
              for (const need of needs) {
                looked += 1;
                yield need;
              }
              return undefined;
            }
          })();
        },
      }));
      expect(() => checkModules(counting)).not.toThrow();
      return looked;
    };
    expect(looks(400)).toBeLessThanOrEqual(400 * 12);
    expect(looks(800)).toBeLessThanOrEqual(looks(400) * 2 + 24);
  });

  test('but not where they need each other by turns', () => {
    expect(
      complaint(module('a', { steps: { 3: { b: 2 } } }), module('b', { steps: { 2: { a: 2 }, 3: { a: 3 } } })),
    ).toBe('nothing is wrong');
  });
});

describe('needs', () => {
  test('grow along the versions', () => {
    const { needsAt } = readNeeds({
      guid: 'b',
      dependsOn: { a: 1 },
      steps: { 3: { dependsOn: { a: 4, c: 1 } }, 5: { dependsOn: { c: 2 } } },
    });
    expect([0, 2, 3, 4, 5, 9].map(version => Object.fromEntries(needsAt(version)))).toEqual([
      { a: 1 },
      { a: 1 },
      { a: 4, c: 1 },
      { a: 4, c: 1 },
      { a: 4, c: 2 },
      { a: 4, c: 2 },
    ]);
  });

  test('are raised where a step says so, and nowhere else', () => {
    const none = readNeeds({ guid: 'b', steps: { 2: {} } });
    expect([none.raisedAt, [...none.needsAt(2)]]).toEqual([[], []]);
    const same = readNeeds({ guid: 'b', dependsOn: { a: 1 }, steps: { 2: {}, 3: { dependsOn: { a: 1 } } } });
    expect([same.raisedAt, [...same.needsAt(3)]]).toEqual([[3], [['a', 1]]]);
  });

  test('go down at no step, however many raised them', () => {
    const needing = (...versions: number[]) =>
      readNeeds({
        guid: 'b',
        steps: Object.fromEntries(versions.map((a, index) => [index + 2, { dependsOn: { a } }])),
      });
    expect(needing(1, 2, 2, 5).raisedAt).toEqual([2, 3, 4, 5]);
    expect(() => needing(1, 2, 5, 3)).toThrow(
      'steps[5].dependsOn needs a at version 3, but an earlier version needs 5 already.',
    );
  });

  test.each<[unknown, unknown]>([
    ['accounts', undefined],
    [['accounts'], undefined],
    [null, undefined],
    [{ b: 1 }, undefined],
    [{ a: '3' }, undefined],
    [{ a: -1 }, undefined],
    [{ a: 5 }, { a: 4 }],
  ])('%j and then %j are refused', (dependsOn, later) => {
    const steps = later === undefined ? {} : { 2: { dependsOn: later as Needs } };
    expect(() => readNeeds({ guid: 'b', dependsOn: dependsOn as Needs, steps })).toThrowErrorMatchingSnapshot();
  });
});
