import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { NoConnection } from '../../lib/store/connection.ts';
import { faultOf, isLost, isRefused } from '../../lib/store/faults.ts';

test('an error of another realm is told like any other', () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new Error('no such table: deployed_version'), { code: 'SQLITE_ERROR' })`,
  );
  expect(foreign).not.toBeInstanceOf(Error);
  expect(faultOf(foreign)).toBe('no table');
  expect(faultOf(new Error('wrapped', { cause: foreign }))).toBe('no table');
});

const error = (code: unknown, message = 'it failed') => Object.assign(new Error(message), { code });

test.each([
  ['55P03', 'lock timeout'],
  ['40P01', 'lock timeout'],
  ['42P01', 'no table'],
  ['23505', 'duplicate'],
  ['42501', 'permission'],
  ['25P02', 'doomed'],
  ['57P01', 'unavailable'],
  ['08006', 'unavailable'],
  ['22P02', 'other'],
  ['SQLITE_BUSY_SNAPSHOT', 'busy'],
  ['SQLITE_READONLY', 'permission'],
  ['SQLITE_CANTOPEN', 'unavailable'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'other'],
  ['ECONNREFUSED', 'unavailable'],
  ['ENOENT', 'unavailable'],
  ['EPERM', 'other'],
  [5, 'other'],
])('a driver’s code %s is told as: %s', (code, fault) => {
  expect(faultOf(error(code))).toBe(fault);
  expect(faultOf(new AggregateError([error(code)], 'each address'))).toBe(fault);
});

test.each([
  ['ERR_SQLITE_ERROR', 'no such table: animal', 'no table'],
  ['ERR_SQLITE_ERROR', 'database is locked', 'busy'],
  ['ERR_SQLITE_ERROR', 'unable to open database file', 'unavailable'],
  ['ERR_SQLITE_ERROR', 'near "selct": syntax error', 'other'],
  [undefined, 'The database connection is not open', 'unavailable'],
  [undefined, 'Connection terminated unexpectedly', 'unavailable'],
  [undefined, 'timeout exceeded when trying to connect', 'unavailable'],
])('words tell where codes do not: %s %s', (code, message, fault) => {
  expect(faultOf(error(code, message))).toBe(fault);
});

test('what the database refused is no better the next time, and what was lost may be', () => {
  expect(
    ['23505', '22P02', '42P01', 'SQLITE_CONSTRAINT', '55P03', 'EPIPE', 'EPERM'].map(code => isRefused(error(code))),
  ).toEqual([true, true, true, true, false, false, false]);
  expect([error('SQLITE_BUSY'), error('40001'), new NoConnection(5, undefined), error('22P02')].map(isLost)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
