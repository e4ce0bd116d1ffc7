import { describe, expect, test } from '@jest/globals';
import {
  comparable,
  isVersion,
  MAX_VERSION,
  mayRun,
  sameFingerprint,
  standingOf,
  type Code,
  type Deployed,
  type Standing,
} from '../lib/version.ts';

test.each([0, 1, 42, MAX_VERSION])('%p is a version', value => {
  expect(isVersion(value)).toBe(true);
});

test.each([-1, 1.5, NaN, Infinity, MAX_VERSION + 1, 1e12, '1', '', null, undefined, true, 1n, [1], {}])(
  '%p is none',
  value => {
    expect(isVersion(value)).toBe(false);
  },
);

/** Code of version 3 that can start from 1, and knows the fingerprints of 2 and 3. */
const code: Code = {
  latest: 3,
  baseline: 1,
  fingerprintOf: version => (version === 2 || version === 3 ? `1:ours${version}` : undefined),
};

function row(version: number, more: Partial<Deployed> = {}): Deployed {
  return { version, compatible: version, ...more };
}

describe('standing', () => {
  test.each<[string, Deployed | undefined, Standing, boolean]>([
    ['no row', undefined, 'missing', false],
    ['0, below the baseline', row(0), 'too old', false],
    ['1, the baseline', row(1), 'behind', false],
    ['2', row(2), 'behind', false],
    ['2 with our fingerprint', row(2, { fingerprint: '1:ours2' }), 'behind', false],
    ['2 with another', row(2, { fingerprint: '1:theirs' }), 'forked', false],
    ['2 with one of another algorithm', row(2, { fingerprint: '2:theirs' }), 'behind', false],
    ['2 with one of no algorithm', row(2, { fingerprint: 'theirs' }), 'behind', false],
    ['1 with a fingerprint the code has none for', row(1, { fingerprint: '1:theirs' }), 'behind', false],
    ['3', row(3), 'level', true],
    ['3 with our fingerprint', row(3, { fingerprint: '1:ours3' }), 'level', true],
    ['3 with another', row(3, { fingerprint: '1:theirs' }), 'forked', false],
    ['3 that a newer release lowered nothing of', row(3, { compatible: 0 }), 'level', true],
    ['4, which lets only itself run', row(4), 'ahead', false],
    ['4, which lets us run', row(4, { compatible: 3 }), 'ahead', true],
    ['4, which lets all run', row(4, { compatible: 0 }), 'ahead', true],
    ['4 with a fingerprint nobody here can judge', row(4, { compatible: 3, fingerprint: '1:theirs' }), 'ahead', true],
    ['the last there is', row(MAX_VERSION), 'ahead', false],
  ])('a database at %s', (_, deployed, standing, runs) => {
    expect(standingOf(deployed, code)).toBe(standing);
    expect(mayRun(deployed, code)).toBe(runs);
  });

  test('a first release has nothing before it', () => {
    const first: Code = { latest: 1, baseline: 1, fingerprintOf: () => undefined };
    expect(standingOf(row(0), first)).toBe('too old');
    expect(standingOf(row(1), first)).toBe('level');
    expect(standingOf(row(0), { ...first, latest: 0, baseline: 0 })).toBe('level');
  });
});

describe('two fingerprints', () => {
  test.each<[string | null | undefined, string | null | undefined, boolean | undefined]>([
    ['1:ab', '1:ab', true],
    ['1:ab', '1:cd', false],
    ['1:ab', '2:ab', undefined],
    ['12:ab', '12:ab', true],
    ['12:ab', '22:ab', undefined],
    ['1:ab.x', '1:ab.x', true],
    ['1:ab.x', '1:ab.y', false],
    ['1:ab.x', '1:cd.x', false],
    // Older releases wrote no second part.
    ['1:ab.x', '1:ab', true],
    ['1:ab', '1:ab.x', true],
    ['1:ab.x', '1:cd', false],
    // What names no algorithm, or holds nothing, can be compared with nothing.
    ['ab', 'ab', undefined],
    ['1:', '1:', undefined],
    [':ab', ':ab', undefined],
    ['::ab', '::ab', undefined],
    [':a:b', ':a:b', undefined],
    ['', '', undefined],
    [null, null, undefined],
    [undefined, undefined, undefined],
    ['1:ab', undefined, undefined],
    [null, '1:ab', undefined],
  ])('%p and %p', (one, other, same) => {
    expect(sameFingerprint(one, other)).toBe(same);
    expect(comparable(one, other)).toBe(same !== undefined);
  });
});
