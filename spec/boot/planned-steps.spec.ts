import { expect, test } from '@jest/globals';
import { planSteps, planTransactions } from '../../lib/boot/planned-steps.ts';
import type { Definition, Steps } from '../../lib/boot/definition.ts';

function code(steps: Steps = {}): Definition {
  const optionsOf = (version: number) => steps[version] ?? {};
  return { optionsOf } as Definition;
}

test('a plan leads from one version to the next, and says each method by name', () => {
  expect(planSteps(code(), 2, 4)).toEqual([
    { direction: 'upgrade', from: 2, to: 3, method: 'upgradeTo_3', foreignKeys: 'off' },
    { direction: 'upgrade', from: 3, to: 4, method: 'upgradeTo_4', foreignKeys: 'off' },
  ]);
  expect(planSteps(code(), 4, 2)).toEqual([
    { direction: 'downgrade', from: 4, to: 3, method: 'downgradeTo_3', foreignKeys: 'off' },
    { direction: 'downgrade', from: 3, to: 2, method: 'downgradeTo_2', foreignKeys: 'off' },
  ]);
  expect(planSteps(code(), 3, 3)).toEqual([]);
});

test('what is said of a step holds for both of its ways', () => {
  const definition = code({ 3: { foreignKeys: 'on' } });
  expect(planSteps(definition, 1, 4).map(step => [step.method, step.foreignKeys])).toEqual([
    ['upgradeTo_2', 'off'],
    ['upgradeTo_3', 'on'],
    ['upgradeTo_4', 'off'],
  ]);
  expect(planSteps(definition, 4, 1).map(step => [step.method, step.foreignKeys])).toEqual([
    ['downgradeTo_3', 'off'],
    ['downgradeTo_2', 'on'],
    ['downgradeTo_1', 'off'],
  ]);
});

test('a plan is one transaction, or one for each step', () => {
  const plan = planSteps(code(), 0, 4);
  expect(planTransactions(plan, 'plan')).toEqual([plan]);
  expect(planTransactions(plan, 'step')).toEqual(plan.map(step => [step]));
  expect(planTransactions([], 'plan')).toEqual([]);
});

test('a step with foreign keys on splits the plan, since SQLite cannot change its mind inside a transaction', () => {
  const plan = planSteps(code({ 3: { foreignKeys: 'on' }, 4: { foreignKeys: 'on' } }), 0, 6);
  expect(planTransactions(plan, 'plan').map(steps => steps.map(step => step.to))).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(planTransactions(plan, 'step').map(steps => steps.map(step => step.to))).toEqual([
    [1],
    [2],
    [3],
    [4],
    [5],
    [6],
  ]);
});
