import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { faultOf } from '../../lib/store/faults.ts';

test('an error of another realm is told like any other', () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new Error('no such table: deployed_version'), { code: 'SQLITE_ERROR' })`,
  );
  expect(foreign).not.toBeInstanceOf(Error);
  expect(faultOf(foreign)).toBe('no table');
  expect(faultOf(new Error('wrapped', { cause: foreign }))).toBe('no table');
});
