import { describe, expect, test } from '@jest/globals';
import { VersionCorruptError } from '../../lib/errors.ts';
import { assertEpoch, parseHolder, parseMoment, parseRow, type DeployedRow } from '../../lib/store/deployed-row.ts';

const row = { guid: 'zoo', version: 3, compatible: 2, fingerprint: '1:ab', epoch: 7 };

function complaint(...rows: readonly Record<string, unknown>[]): string {
  try {
    parseRow('zoo', rows);
  } catch (error) {
    if (error instanceof VersionCorruptError && error.rows.length === rows.length) return error.message;
    throw error;
  }
  throw new Error('nobody complained');
}

describe('a row', () => {
  test('says what the database has reached', () => {
    expect(parseRow('zoo', [])).toBeUndefined();
    expect(parseRow('zoo', [row])).toEqual({
      version: 3,
      compatible: 2,
      fingerprint: '1:ab',
      epoch: '7',
      stage: undefined,
      target: undefined,
      holder: undefined,
      raw: row,
    });
  });

  test('of an older release of this library lacks some of it', () => {
    expect(parseRow('zoo', [{ guid: 'zoo', version: 0 }])).toMatchObject({ version: 0, compatible: 0, epoch: '0' });
  });

  test('keeps an epoch of any length', () => {
    expect(parseRow('zoo', [{ ...row, epoch: '9223372036854775807' }])?.epoch).toBe('9223372036854775807');
    expect(parseRow('zoo', [{ ...row, epoch: 9007199254740993n }])?.epoch).toBe('9007199254740993');
  });

  test('may come from a driver whose integers are bigints', () => {
    const wide = { ...row, version: 3n, compatible: 2n, epoch: 7n, stage: 4n, target: 5n, pid: 4711n };
    expect(parseRow('zoo', [wide])).toMatchObject({
      version: 3,
      compatible: 2,
      stage: 4,
      target: 5,
      holder: { pid: 4711 },
    });
  });

  test.each([
    [null, false],
    ['9223372036854775807', false],
    [2 ** 53, false],
    ['soon', false],
    [-1, false],
    [undefined, true],
    [0, true],
    ['9223372036854775806', true],
    [9007199254740993n, true],
  ])('can be announced at epoch %p: %p', (epoch, can) => {
    let code: unknown;
    try {
      assertEpoch('zoo', parseRow('zoo', [{ ...row, epoch }]) as DeployedRow);
    } catch (error) {
      ({ code } = error as VersionCorruptError);
    }
    expect(code).toBe(can ? undefined : 'VERSION_CORRUPT');
  });

  test('names who works, as far as they announced themselves', () => {
    const since = '2026-01-02 03:04:05.678+00';
    expect(parseRow('zoo', [{ ...row, stage: 4, target: 5, host: 'web-3', pid: 4711, since }])).toMatchObject({
      stage: 4,
      target: 5,
      holder: { host: 'web-3', pid: 4711, since: new Date('2026-01-02T03:04:05.678Z'), stage: 4 },
    });
    expect(parseRow('zoo', [{ ...row, stage: 4, target: null, host: null, pid: null, since: null }])).toMatchObject({
      target: undefined,
      holder: { host: undefined, pid: undefined, since: undefined, stage: 4 },
    });
    expect(parseRow('zoo', [{ ...row, stage: null, host: 'web-3', pid: 4711 }])?.holder).toBeUndefined();
    expect(parseHolder({ host: 1, pid: '2', since: 3 }, undefined)).toEqual({});
  });

  test('that makes no sense is never taken for version 0', () => {
    expect(complaint({ ...row, version: -1 })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is -1, not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ ...row, version: '3' })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is '3', not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ ...row, version: null })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is null, not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ guid: 'zoo' })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is undefined, not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ ...row, version: 1.5 })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is 1.5, not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ ...row, version: 1e12 })).toMatchInlineSnapshot(
      `"zoo: version in deployed_version is 1000000000000, not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint({ ...row, compatible: '2' })).toMatchInlineSnapshot(
      `"zoo: compatible in deployed_version is '2', not a whole number from 0 to 2147483647. Correct the row by hand: deployed_version_log has its history."`,
    );
    expect(complaint(row, { ...row, version: '4' }, { ...row, version: null })).toMatchInlineSnapshot(
      `"zoo: deployed_version has 3 rows for this guid, with versions 3, '4', null. Correct the row by hand: deployed_version_log has its history."`,
    );
  });
});

test.each<[unknown, string | undefined]>([
  [new Date('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02 03:04:05.678+00', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02 03:04:05+00', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05.678123-07', '2026-01-02T10:04:05.678Z'],
  ['2026-01-02 08:34:05.678+05:30', '2026-01-02T03:04:05.678Z'],
  ['yesterday', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
  [1_767_323_045_678, undefined],
])('the moment %p is %p', (value, moment) => {
  expect(parseMoment(value)?.toISOString()).toBe(moment);
});
