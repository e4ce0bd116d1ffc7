import { expect, test } from '@jest/globals';

// A second one, since Jest starts processes of its own only for several.
test('is done at once', () => {
  expect(1).toBe(1);
});
