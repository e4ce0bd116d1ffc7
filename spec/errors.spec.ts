import { describe, expect, test } from '@jest/globals';
import * as errors from '../lib/errors.ts';
import {
  FixtureError,
  AnswerError,
  DatabaseUnavailableError,
  DependencyMissingError,
  DriverUnsupportedError,
  describeHolder,
  DumpInvalidError,
  InsideTransactionError,
  isSchemaError,
  ModulesFailedError,
  OperationError,
  PermissionDeniedError,
  ProofFailedError,
  reasonOf,
  RestoreRefusedError,
  SchemaDefinitionError,
  SchemaError,
  SchemaTargetError,
  StepFailedError,
  StillNeededError,
  StorageDiffersError,
  UpgradeAbortedError,
  UpgradeBusyError,
  VersionAheadError,
  VersionBehindError,
  VersionCorruptError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
  type Dependency,
  type Holder,
} from '../lib/errors.ts';

const guid = 'zoo';
const cause = new Error('no such table: exhibit');
const holder: Holder = { host: 'web-3', pid: 4711, since: new Date('2026-01-02T03:04:05.678Z'), stage: 4 };
const nobody: Holder = { host: undefined, pid: undefined, since: undefined, stage: undefined };

const dependency: Dependency = { guid: 'accounts', needs: 3, deployed: 2 };

/** One of each, with its code and the data that its fields have to give back. */
const all: readonly (readonly [code: string, error: SchemaError, fields: object])[] = [
  ['SCHEMA_DEFINITION', new SchemaDefinitionError('latest is 1.5: make it whole', { guid }), {}],
  [
    'DRIVER_UNSUPPORTED',
    new DriverUnsupportedError('CockroachDB is not supported', { guid, driver: 'CockroachDB' }),
    { driver: 'CockroachDB' },
  ],
  [
    'VERSION_MISSING',
    new VersionMissingError('nothing recorded', { guid, latest: 3, database: 'zoo.db', ownTables: ['animal'] }),
    { latest: 3, database: 'zoo.db', ownTables: ['animal'], otherTables: [] },
  ],
  [
    'VERSION_BEHIND',
    new VersionBehindError({ guid, deployed: 3, latest: 5, holder }),
    { deployed: 3, latest: 5, holder },
  ],
  [
    'VERSION_AHEAD',
    new VersionAheadError({ guid, deployed: 5, latest: 3, compatible: 4 }),
    { deployed: 5, latest: 3, compatible: 4 },
  ],
  [
    'VERSION_TOO_OLD',
    new VersionTooOldError({ guid, deployed: 1, latest: 9, baseline: 6 }),
    { deployed: 1, latest: 9, baseline: 6 },
  ],
  [
    'VERSION_FORKED',
    new VersionForkedError({ guid, deployed: 3, latest: 3, deployedFingerprint: '1:aa', fingerprint: '1:bb' }),
    { deployed: 3, latest: 3, deployedFingerprint: '1:aa', fingerprint: '1:bb' },
  ],
  [
    'VERSION_CORRUPT',
    new VersionCorruptError('nonsense', { guid, rows: [{ version: -1 }] }),
    { rows: [{ version: -1 }] },
  ],
  [
    'STEP_FAILED',
    new StepFailedError({
      guid,
      method: 'upgradeTo_4',
      version: 4,
      done: [2, 3],
      deployed: 3,
      cause,
      backup: 'zoo.bak',
    }),
    { method: 'upgradeTo_4', version: 4, done: [2, 3], deployed: 3, backup: 'zoo.bak', cause },
  ],
  [
    'STORAGE_DIFFERS',
    new StorageDiffersError('the storage differs from the frozen version 2', { guid, version: 2, differences: [] }),
    { version: 2, differences: [] },
  ],
  ['UPGRADE_BUSY', new UpgradeBusyError({ guid, waitedMs: 60_000, holder }), { waitedMs: 60_000, holder }],
  ['TARGET_INVALID', new SchemaTargetError('9 is not a valid target', { guid, target: 9 }), { target: 9 }],
  [
    'DEPENDENCY_MISSING',
    new DependencyMissingError('upgradeTo_3', { guid, missing: [dependency] }),
    { missing: [dependency] },
  ],
  ['STILL_NEEDED', new StillNeededError(2, { guid, neededBy: [dependency] }), { neededBy: [dependency] }],
  [
    'MODULES_FAILED',
    new ModulesFailedError({
      failures: [{ guid, outcome: 'not begun', deployed: 1, missing: [dependency], heldBy: [], error: undefined }],
      done: [{ guid: 'search', to: 2 }],
      cause,
    }),
    { cause, done: [{ guid: 'search', to: 2 }] },
  ],
  [
    'ANSWER_INVALID',
    new AnswerError('--dropped animal.legs names animal.legs, which is not gone', {
      guid,
      answer: '--dropped animal.legs',
    }),
    { answer: '--dropped animal.legs' },
  ],
  ['UPGRADE_ABORTED', new UpgradeAbortedError({ guid, deployed: 3, cause }), { deployed: 3, cause }],
  [
    'OPERATION_REFUSED',
    new OperationError('animal.legs has 3 nulls', { guid, table: 'animal', rows: 3 }),
    { table: 'animal', rows: 3 },
  ],
  [
    'DUMP_INVALID',
    new DumpInvalidError('it is cut off', { guid, file: 'a.jsonl', line: 3 }),
    { file: 'a.jsonl', line: 3 },
  ],
  [
    'FIXTURE_REFUSED',
    new FixtureError([{ message: 'Animal has no property "colour"', file: 'fixture.json', line: 6, column: 3 }], {
      guid,
    }),
    { problems: [{ message: 'Animal has no property "colour"', file: 'fixture.json', line: 6, column: 3 }] },
  ],
  [
    'PROOF_FAILED',
    new ProofFailedError('upgradeTo_4 loses 3 rows', { guid, law: 2, version: 4, dialect: 'SQLite', seed: 7, cause }),
    { law: 2, version: 4, dialect: 'SQLite', seed: 7, cause },
  ],
  ['RESTORE_REFUSED', new RestoreRefusedError('it is not empty', { guid }), { misfits: [] }],
  ['INSIDE_TRANSACTION', new InsideTransactionError('upgrade() was called inside a transaction', { guid }), {}],
  ['PERMISSION_DENIED', new PermissionDeniedError('this role may not', { guid, cause }), { cause }],
  ['DATABASE_UNAVAILABLE', new DatabaseUnavailableError('cannot be reached', { guid, cause }), { cause }],
];

test('there is one class for each thing a caller does differently, and each is in this list', () => {
  const classes = Object.keys(errors).filter(
    name => name.endsWith('Error') && !/^(SchemaError|isSchemaError)$/.test(name),
  );
  expect(classes.toSorted()).toEqual(all.map(([, error]) => error.constructor.name).toSorted());
});

describe.each(all)('%s', (code, error, fields) => {
  test('carries its code, its data and the guid', () => {
    expect(error).toBeInstanceOf(SchemaError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, guid, ...fields });
    expect(error.message.startsWith('zoo: ')).toBe(true);
  });

  test('is known by the name of its class, in its stack too', () => {
    expect(error.name).toBe(error.constructor.name);
    expect(String(error)).toBe(`${error.constructor.name}: ${error.message}`);
    expect(error.stack).toContain(error.message);
  });
});

test('a cause is only there if there was one', () => {
  expect('cause' in new SchemaDefinitionError('no')).toBe(false);
  expect('cause' in new StepFailedError({ ...failed, cause: undefined })).toBe(true);
});

test('without a guid nothing is put before the message', () => {
  expect(new SchemaDefinitionError('the guid is missing').message).toBe('the guid is missing');
});

describe('isSchemaError', () => {
  test('knows the errors of a second copy of the package, and so does instanceof where the files are the same', async () => {
    const copy = (await import(`${import.meta.resolve('../lib/errors.ts')}?second`)) as typeof errors;
    const theirs = new copy.VersionBehindError({ guid, deployed: 1, latest: 2 });
    expect(theirs).toBeInstanceOf(VersionBehindError);
    expect(theirs).not.toBeInstanceOf(VersionAheadError);
    expect(isSchemaError(theirs)).toBe(true);
    expect(copy.isSchemaError(all[0]?.[1])).toBe(true);
  });

  test.each([
    ['another error', new Error('no')],
    ['an error that only has a code', Object.assign(new Error('no'), { code: 'VERSION_BEHIND' })],
    ['an object that only looks like one', { message: 'no', [Symbol.for('mikro-orm-dejavu.SchemaError')]: true }],
    ['a string', 'VERSION_BEHIND'],
    ['null', null],
    ['nothing', undefined],
  ])('does not take %s for one', (_, value) => {
    expect(isSchemaError(value)).toBe(false);
  });
});

const failed = { guid, method: 'upgradeTo_4', version: 4, done: [], deployed: 1, cause };

describe('messages end with the next thing to do', () => {
  test('behind', () => {
    expect(new VersionBehindError({ guid, deployed: 3, latest: 5 }).message).toMatchInlineSnapshot(
      `"zoo: the database is at version 3, this code needs version 5. Call \`upgrade()\` first."`,
    );
    expect(new VersionBehindError({ guid, deployed: 3, latest: 5, holder }).message).toMatchInlineSnapshot(
      `"zoo: the database is at version 3, this code needs version 5. Another process announced the upgrade: pid 4711 on web-3 (to version 4, since 2026-01-02T03:04:05.678Z). Wait for it. If that process is gone, call \`upgrade()\`."`,
    );
    expect(
      new VersionBehindError({ guid, deployed: 3, latest: 5, holder, waitedMs: 59_999.7 }).message,
    ).toMatchInlineSnapshot(
      `"zoo: the database is still at version 3 after 60 s, this code needs version 5. Another process announced the upgrade: pid 4711 on web-3 (to version 4, since 2026-01-02T03:04:05.678Z). Wait for it. If that process is gone, call \`upgrade()\`."`,
    );
    expect(new VersionBehindError({ guid, deployed: 3, latest: 5, waitedMs: 0 }).message).toMatchInlineSnapshot(
      `"zoo: the database is still at version 3 after 0 ms, this code needs version 5. Call \`upgrade()\` first."`,
    );
  });

  test('ahead', () => {
    expect(new VersionAheadError({ guid, deployed: 5, latest: 3, compatible: 4 }).message).toMatchInlineSnapshot(
      `"zoo: this code is version 3, the database is at version 5, and only code from version 4 on may use it. Start a newer release. If you know that this one is safe, call \`allow(3, { reason })\`."`,
    );
  });

  test('too old', () => {
    expect(new VersionTooOldError({ guid, deployed: 1, latest: 9, baseline: 6 }).message).toMatchInlineSnapshot(
      `"zoo: the database is at version 1, and the step upgradeTo_2 is missing. If it was retired, upgrade to version 6 with an older release first. If it was forgotten, write it."`,
    );
  });

  test('forked', () => {
    const fields = { guid, deployed: 3, latest: 4, deployedFingerprint: '1:ab12', fingerprint: '1:cd34' };
    expect(new VersionForkedError(fields).message).toMatchInlineSnapshot(
      `"zoo: the database is at version 3 of another branch: its fingerprint is 1:ab12, here it is 1:cd34. Renumber one of the two versions: \`npx dejavu renumber\`. For a development database, call \`downgrade(2)\` in the branch that made it, or delete the database."`,
    );
  });

  test('step failed', () => {
    expect(new StepFailedError(failed).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: no such table: exhibit. The database is at version 1. Fix the cause and call again."`,
    );
    expect(new StepFailedError({ ...failed, done: [3], deployed: 3 }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: no such table: exhibit. The database is at version 3 (this call committed 3 before it failed). Fix the cause and call again."`,
    );
    expect(new StepFailedError({ ...failed, done: [1, 2, 3], deployed: 3 }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: no such table: exhibit. The database is at version 3 (this call committed 1, 2, 3 before it failed). Fix the cause and call again."`,
    );
    expect(new StepFailedError({ ...failed, backup: 'zoo-1.bak' }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: no such table: exhibit. The database is at version 1. The backup from before is zoo-1.bak. Fix the cause and call again."`,
    );
    expect(new StepFailedError({ ...failed, cause: 'a string' }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: a step threw "a string", not an error. The database is at version 1. Fix the cause and call again."`,
    );
    expect(
      new StepFailedError({ ...failed, reason: 'the step ended its transaction itself', next: 'Send no commit.' })
        .message,
    ).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: the step ended its transaction itself. The database is at version 1. Send no commit."`,
    );
    expect(new StepFailedError({ ...failed, deployed: undefined, unknown: true }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: no such table: exhibit. The database did not answer, so its version is unknown. Fix the cause and call again."`,
    );
    const refused = new OperationError('animal.legs has no default. Pass { fill }.', { guid });
    expect(new StepFailedError({ ...failed, cause: refused }).message).toMatchInlineSnapshot(
      `"zoo: upgradeTo_4 failed: animal.legs has no default. Pass { fill }. The database is at version 1. Fix the cause and call again."`,
    );
    expect(new StepFailedError({ ...failed, method: 'onInstall', deployed: undefined }).message).toMatchInlineSnapshot(
      `"zoo: onInstall failed: no such table: exhibit. The database is unchanged and has no version. Fix the cause and call again."`,
    );
  });

  test('busy', () => {
    expect(new UpgradeBusyError({ guid, waitedMs: 60_000.4, holder }).message).toMatchInlineSnapshot(
      `"zoo: another process holds the version row: pid 4711 on web-3 (to version 4, since 2026-01-02T03:04:05.678Z). Gave up after 60 s. Try again, or wait longer with \`waitMs\`."`,
    );
    expect(new UpgradeBusyError({ guid, waitedMs: 0, holder: nobody }).message).toMatchInlineSnapshot(
      `"zoo: another process holds the version row: pid unknown on an unknown host. Gave up after 0 ms. Try again, or wait longer with \`waitMs\`."`,
    );
    expect(new UpgradeBusyError({ guid, waitedMs: 60_000 }).message).toMatchInlineSnapshot(
      `"zoo: another process holds the version row: it did not announce itself. Gave up after 60 s. Try again, or wait longer with \`waitMs\`."`,
    );
    expect(
      new UpgradeBusyError({ guid, waitedMs: 5, reason: 'could not get a lock: timeout' }).message,
    ).toMatchInlineSnapshot(
      `"zoo: could not get a lock: timeout. Gave up after 5 ms. Try again, or wait longer with \`waitMs\`."`,
    );
  });

  test('aborted', () => {
    expect(new UpgradeAbortedError({ guid, deployed: 3 }).message).toMatchInlineSnapshot(
      `"zoo: the signal stopped the call. The database is at version 3. Call again to continue."`,
    );
    expect(new UpgradeAbortedError({ guid }).message).toMatchInlineSnapshot(
      `"zoo: the signal stopped the call. The database is unchanged. Call again to continue."`,
    );
  });
});

test('a holder is described as far as it is known', () => {
  expect(describeHolder(holder)).toMatchInlineSnapshot(
    `"pid 4711 on web-3 (to version 4, since 2026-01-02T03:04:05.678Z)"`,
  );
  expect(describeHolder(nobody)).toMatchInlineSnapshot(`"pid unknown on an unknown host"`);
});

test.each([
  ['an error', new Error('no such table: exhibit\n  at line 2'), 'no such table: exhibit'],
  ['an error without a message', new TypeError(), 'TypeError'],
  [
    'several errors in one',
    new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error('later')]),
    'connect ECONNREFUSED ::1:5432',
  ],
  ['several errors in none', new AggregateError([]), 'AggregateError'],
  ['a string', 'no', 'a step threw "no", not an error'],
  ['nothing', undefined, 'a step threw undefined, not an error'],
  ['null', null, 'a step threw null, not an error'],
  ['a number', 42, 'a step threw 42, not an error'],
  ['an object', { code: 1 }, 'a step threw [object Object], not an error'],
  ['what cannot be shown', Object.create(null), 'a step threw object, not an error'],
])('the reason is the first line of %s', (_, thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});

/** Compiles only if a code narrows an error to its fields, and is one of those that exist. */
function told(error: unknown): unknown {
  if (!isSchemaError(error)) return undefined;
  switch (error.code) {
    case 'VERSION_BEHIND':
      return error.latest;
    case 'STEP_FAILED':
      return error.method;
    case 'STORAGE_DIFFERS':
      return error.differences;
    // @ts-expect-error there is no such code
    case 'VERSION_BEHIN':
      return undefined;
    default:
      return error.code;
  }
}

test('a code tells which error it is', () => {
  expect(told(new VersionBehindError({ guid, deployed: 3, latest: 5 }))).toBe(5);
  expect(told(new UpgradeBusyError({ guid, waitedMs: 0 }))).toBe('UPGRADE_BUSY');
  expect(told(new Error('another'))).toBeUndefined();
});
