import { expect, test } from '@jest/globals';
import { describeExamples, EXAMPLES, FIRST, outputs } from './examples.ts';

test('no example is forgotten', () => {
  expect(Object.keys(outputs).toSorted()).toEqual(EXAMPLES.toSorted());
});

describeExamples(FIRST);
