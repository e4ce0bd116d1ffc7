import { expect, test } from '@jest/globals';
import { isIncluded } from '../../../../lib/cli/commands/init/schema-places.ts';

test.each([
  [['./src/entities/*.ts'], false],
  [['./src/**/*.entity.ts'], false],
  [['src'], true],
  [['src/versions'], true],
  [['src/version'], false],
  [['./src/**/*.ts'], true],
  [['./src/**/*.ts', '!./src/versions/**'], false],
  [['/home/me/src/**'], true],
  [[], false],
])('of %j it is %p that they lead to a version', (paths, included) => {
  expect(isIncluded('/home/me/src/versions/1.ts', paths, '/home/me')).toBe(included);
});
