import { expect, test } from '@jest/globals';
import { compatibleAt } from '../../lib/boot/compatible.ts';
import { declaredLosses, planSteps, planTransactions, type Start } from '../../lib/boot/planned-steps.ts';
import type { Definition, Steps } from '../../lib/boot/definition.ts';

function code(steps: Steps = {}): Definition {
  const optionsOf = (version: number) => steps[version] ?? {};
  return { optionsOf, compatibleAt: version => compatibleAt(version, steps) } as Definition;
}

/** A database that reached a version, where nothing was ever declared. */
function at(version: number, compatible = version): Start {
  return { version, compatible };
}

test('a plan leads from one version to the next, and says each method by name', () => {
  expect(planSteps(code(), at(2), 4)).toEqual([
    { direction: 'upgrade', from: 2, to: 3, method: 'upgradeTo_3', foreignKeys: 'off', compatible: 3 },
    { direction: 'upgrade', from: 3, to: 4, method: 'upgradeTo_4', foreignKeys: 'off', compatible: 4 },
  ]);
  expect(planSteps(code(), at(4), 2)).toEqual([
    { direction: 'downgrade', from: 4, to: 3, method: 'downgradeTo_3', foreignKeys: 'off', compatible: 3 },
    { direction: 'downgrade', from: 3, to: 2, method: 'downgradeTo_2', foreignKeys: 'off', compatible: 2 },
  ]);
  expect(planSteps(code(), at(3), 3)).toEqual([]);
});

test('each step says how old the code may be that runs once it is done', () => {
  const definition = code({ 2: { compatible: 1 }, 3: { compatible: 1 }, 5: { compatible: 2 } });
  const ages = (start: Start, to: number) => planSteps(definition, start, to).map(step => step.compatible);
  expect(ages(at(1), 5)).toEqual([1, 1, 4, 4]);
  // What the row says was declared by whoever was there, and an upgrade never lowers it.
  expect(ages(at(1, 0), 3)).toEqual([1, 1]);
  expect(ages({ version: 2, compatible: 2 }, 3)).toEqual([2]);
  // The way back computes it anew.
  expect(ages({ version: 5, compatible: 5 }, 1)).toEqual([4, 1, 1, 1]);
});

test('what is said of a step holds for both of its ways', () => {
  const definition = code({ 3: { foreignKeys: 'on' } });
  expect(planSteps(definition, at(1), 4).map(step => [step.method, step.foreignKeys])).toEqual([
    ['upgradeTo_2', 'off'],
    ['upgradeTo_3', 'on'],
    ['upgradeTo_4', 'off'],
  ]);
  expect(planSteps(definition, at(4), 1).map(step => [step.method, step.foreignKeys])).toEqual([
    ['downgradeTo_3', 'off'],
    ['downgradeTo_2', 'on'],
    ['downgradeTo_1', 'off'],
  ]);
});

test('what steps lose is declared for the way they are taken; words alone are about the way back', () => {
  const definition = code({
    2: { lossy: 'loses the legs' },
    3: { lossy: { up: 'drops the moods' } },
    4: { lossy: { up: 'drops the tails', down: 'drops the ears' } },
    5: { lossy: {} },
  });
  expect(declaredLosses(planSteps(definition, at(1), 6), definition)).toEqual([
    'upgradeTo_3 drops the moods',
    'upgradeTo_4 drops the tails',
  ]);
  expect(declaredLosses(planSteps(definition, at(6), 0), definition)).toEqual([
    'downgradeTo_3 drops the ears',
    'downgradeTo_1 loses the legs',
  ]);
});

test('how old the code may be is the maximum along the path from nothing', () => {
  const along = (steps: Steps) => [0, 1, 2, 3, 4, 5].map(version => compatibleAt(version, steps));
  expect(along({})).toEqual([0, 1, 2, 3, 4, 5]);
  expect(along({ 1: { compatible: 0 }, 2: { compatible: 1 }, 3: { compatible: 0 }, 5: { compatible: 4 } })).toEqual([
    0, 0, 1, 1, 4, 4,
  ]);
});

test('a plan is one transaction, or one for each step', () => {
  const plan = planSteps(code(), at(0), 4);
  expect(planTransactions(plan, 'plan', true)).toEqual([plan]);
  expect(planTransactions(plan, 'step', true)).toEqual(plan.map(step => [step]));
  expect(planTransactions([], 'plan', false)).toEqual([]);
});

test('a step with foreign keys on splits the plan, since SQLite cannot change its mind inside a transaction', () => {
  const plan = planSteps(code({ 3: { foreignKeys: 'on' }, 4: { foreignKeys: 'on' } }), at(0), 6);
  expect(planTransactions(plan, 'plan', true).map(steps => steps.map(step => step.to))).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(planTransactions(plan, 'step', true).map(steps => steps.map(step => step.to))).toEqual([
    [1],
    [2],
    [3],
    [4],
    [5],
    [6],
  ]);
  expect(planTransactions(plan, 'plan', false)).toEqual([plan]);
});
