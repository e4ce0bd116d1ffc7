import { expect, test } from '@jest/globals';
import type { EntityDescription, StorageDescription } from '../../lib/models/description.ts';
import { fingerprint, meaningOf } from '../../lib/models/fingerprint.ts';
import { comparable, sameFingerprint } from '../../lib/version.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';
import * as everything from './zoo/everything.ts';

const animal: EntityDescription = {
  name: 'Animal',
  table: 'animal',
  primaryKey: ['id'],
  properties: [{ name: 'id', kind: 'scalar', type: 'integer', columns: ['id'], hints: { columnTypes: ['int'] } }],
  indexes: [{ columns: ['id'], hints: { name: 'by_id' } }],
  hints: { comment: 'Those who live here' },
};
const zoo: StorageDescription = { entities: [animal] };

test('a fingerprint is its algorithm and sixteen digits', () => {
  expect(fingerprint(zoo)).toMatch(/^1:[0-9a-f]{16}$/);
});

test('a fingerprint that is in a database somewhere stays what it is', () => {
  expect(fingerprint({ entities: [] })).toMatchInlineSnapshot(`"1:8add43ad725ec5de"`);
  expect(fingerprint(zoo)).toMatchInlineSnapshot(`"1:5ba51ef93d4540e6"`);
  const [{ orm }] = offline();
  expect(fingerprint(describeModule(orm, everything, { name: 'v1' }))).toMatchInlineSnapshot(`"1:8652841ec17f310b"`);
});

test('the order of keys means nothing, the order of a list does', () => {
  const backwards = { entities: [Object.fromEntries(Object.entries(animal).toReversed())] };
  expect(fingerprint(backwards as unknown as StorageDescription)).toBe(fingerprint(zoo));
  const keys = (...primaryKey: string[]) => fingerprint({ entities: [{ ...animal, primaryKey }] });
  expect(keys('id', 'species')).not.toBe(keys('species', 'id'));
});

const where = (hints: number) =>
  fingerprint({ entities: [{ ...animal, indexes: [{ columns: [], where: { hints } }] }] });

test('hints mean nothing, but for a column or a value that is called so', () => {
  expect(meaningOf(zoo).entities[0]).toEqual({
    name: 'Animal',
    table: 'animal',
    primaryKey: ['id'],
    properties: [{ name: 'id', kind: 'scalar', type: 'integer', columns: ['id'] }],
    indexes: [{ columns: ['id'] }],
  });
  expect(fingerprint(meaningOf(zoo))).toBe(fingerprint(zoo));
  expect(where(1)).not.toBe(where(2));
});

test('fingerprints are compared with those of their own algorithm only', () => {
  expect(sameFingerprint('1:ab', '1:ab')).toBe(true);
  expect(sameFingerprint('1:ab', '1:cd')).toBe(false);
  for (const other of ['2:ab', '', 'ab', ':ab', '1:', null, undefined]) {
    expect(comparable('1:ab', other)).toBe(false);
    expect(comparable(other, '1:ab')).toBe(false);
    expect(sameFingerprint('1:ab', other)).toBeUndefined();
  }
  expect(comparable(undefined, undefined)).toBe(false);
});
