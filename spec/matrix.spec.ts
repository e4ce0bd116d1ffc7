import { expect, test } from '@jest/globals';
import { Step } from '../lib/operations/step.ts';
import { describeMatrix } from './support/describe-matrix.ts';
import { kinds, trials } from './support/matrix.ts';

/** What a step offers beside operations. */
const others = [
  'constructor',
  'version',
  'em',
  'before',
  'after',
  'signal',
  'execute',
  'progress',
  'loadFixture',
  'of',
];

test('every operation of a step is in the matrix', () => {
  const offered = Object.getOwnPropertyNames(Step.prototype).filter(name => !others.includes(name));
  expect(Object.keys(trials).toSorted()).toEqual(offered.toSorted());
});

// Each operation with one kind of column, another one each time, and so each kind with some operation.
const count = Object.keys(kinds).length;
describeMatrix((operation, kind) => kind === operation % count);
