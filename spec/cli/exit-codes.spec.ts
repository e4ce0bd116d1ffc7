import { expect, test } from '@jest/globals';
import {
  codeOfError,
  codeOfStanding,
  DeclinedError,
  EXIT_CODES,
  gravest,
  Interruption,
  UnansweredError,
  UsageError,
} from '../../lib/cli/exit-codes.ts';
import { AnswerError } from '../../lib/errors.ts';
import {
  SchemaDefinitionError,
  UpgradeAbortedError,
  UpgradeBusyError,
  VersionAheadError,
  VersionBehindError,
  VersionCorruptError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
} from '../../lib/index.ts';

test('the codes never change their meaning', () => {
  expect(EXIT_CODES).toEqual({
    done: 0,
    error: 1,
    behind: 2,
    ahead: 3,
    missing: 4,
    changed: 5,
    busy: 6,
    drift: 7,
    forked: 8,
    usage: 64,
  });
});

const at = { guid: 'zoo', deployed: 2, latest: 3 };

test.each([
  [new VersionBehindError(at), 2],
  [new VersionTooOldError({ ...at, baseline: 2 }), 2],
  [new VersionAheadError({ ...at, compatible: 2 }), 3],
  [new VersionMissingError('nothing', { ...at, database: 'zoo.db' }), 4],
  [new UpgradeBusyError({ guid: 'zoo', waitedMs: 1 }), 6],
  [new VersionForkedError({ ...at, deployedFingerprint: '1:a', fingerprint: '1:b' }), 8],
  [new VersionCorruptError('two rows', { rows: [] }), 1],
  [new UpgradeAbortedError({ guid: 'zoo' }), 1],
  [new UpgradeAbortedError({ guid: 'zoo', cause: new Interruption('SIGINT') }), 130],
  [new UpgradeAbortedError({ guid: 'zoo', cause: new Interruption('SIGTERM') }), 143],
  [new SchemaDefinitionError('a name is wrong'), 1],
  [new SchemaDefinitionError('the entities changed', { changed: ['Animal.legs is new'] }), 5],
  [new DeclinedError('no'), 1],
  [new DeclinedError('stopped', { cause: new Interruption('SIGTERM') }), 143],
  [new UsageError('what?'), 64],
  [new UnansweredError('what became of it?'), 64],
  [new AnswerError('it answers nothing', { answer: '--dropped animal' }), 64],
  [new Error('anything'), 1],
  ['not even an error', 1],
])('%p ends with its code', (error, code) => {
  expect(codeOfError(error)).toBe(code);
});

test('a standing has the code of its error', () => {
  const standings = ['level', 'behind', 'too old', 'ahead', 'missing', 'forked'] as const;
  expect(standings.map(codeOfStanding)).toEqual([0, 2, 2, 3, 4, 8]);
});

test('of several answers the gravest counts', () => {
  expect(gravest([])).toBe(0);
  expect(gravest([0, 2, 0])).toBe(2);
  expect(gravest([2, 4, 8, 5])).toBe(8);
  expect(gravest([1, 8])).toBe(1);
  expect(gravest([0, 130])).toBe(130);
});
