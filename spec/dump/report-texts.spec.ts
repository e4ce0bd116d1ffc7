import { expect, test } from '@jest/globals';
import type { RehearsalReport } from '../../lib/dump/index.ts';
import { DatabaseUnavailableError } from '../../lib/errors.ts';
import { showDoubleDump, showDump, showMove, showRehearsal, showRestore } from '../../lib/dump/report-texts.ts';

const tables = [
  { table: 'animal', file: 'a.jsonl', rows: 1200, bytes: 9 },
  { table: 'keeper', file: 'k.jsonl', rows: 1, bytes: 9 },
];
const leftOut = [{ entity: 'Session', table: 'session', reason: 'they end with the server' }];
const difference = { kind: 'missing', path: ['animal', 'column', 'legs'], live: undefined, wanted: undefined } as const;
const base = { guid: 'zoo', version: 2, rows: 1201, tables, leftOut, ms: 1540 };

test('a dump is shown with its amount, its place and what it left out', () => {
  expect(showDump({ ...base, folder: './d' })).toBe(
    'zoo: dumped 1,201 rows in 2 tables at version 2 into ./d, in 1.5 s\n  left out: Session (they end with the server)',
  );
});

test('a restore is shown with its steps and what the storage differs in', () => {
  const report = { ...base, from: 2, to: 4, steps: [3, 4].map(version => ({ version, ms: 10 })), drift: [difference] };
  expect(showRestore({ ...report, leftOut: [], rows: 1, tables: tables.slice(0, 1) })).toBe(
    `zoo: restored 1 row in 1 table at version 2, upgraded to version 4 by 2 steps in 20 ms, in 1.5 s
  the storage differs from the frozen version 4:
    animal
      column legs is missing`,
  );
  expect(showRestore({ ...report, to: 2, steps: [], leftOut: [], drift: [] })).toBe(
    'zoo: restored 1,201 rows in 2 tables at version 2, in 1.5 s',
  );
});

test('a move is shown with both places, the differences, and whether the source was guarded', () => {
  const report = { ...base, from: 'zoo.db', to: 'localhost/zoo', isGuarded: true, drift: [difference] };
  expect(showMove(report)).toBe(`zoo: moved 1,201 rows in 2 tables at version 2 from zoo.db to localhost/zoo, in 1.5 s
  left out: Session (they end with the server)
  the storage differs from the frozen version 2:
    animal
      column legs is missing
  The source was guarded: other processes could read it, but not write. Point the application to the target before they write again.`);
  expect(showMove({ ...report, isGuarded: false })).toContain('The source was not guarded: rows that other processes');
});

test('a rehearsal is shown as aligned columns, also with wide characters', () => {
  const rehearsal: RehearsalReport = {
    guid: 'zoo',
    from: 1,
    to: 3,
    outcome: 'upgraded',
    way: 'file',
    copyMs: 12,
    ms: 99,
    steps: [
      { version: 2, ms: 1540 },
      { version: 3, ms: 7 },
    ],
    tables: [
      { table: 'animal', rowsBefore: 1200, rowsAfter: 1200, changed: ['legs'] },
      { table: '動物', rowsBefore: undefined, rowsAfter: 3, changed: [] },
      { table: 'old', rowsBefore: 2, rowsAfter: undefined, changed: [] },
    ],
    dropped: [{ version: 3, what: 'old' }],
    differences: [],
    removed: ['zoo-1'],
    kept: ['zoo-2'],
  };
  expect(showRehearsal(rehearsal))
    .toBe(`zoo: rehearsed from version 1 to 3 on a copy of the file, made in 12 ms. The database was not changed.
  version  time
  2        1.5 s
  3        7 ms
  table   rows before  rows after  changed
  animal  1,200        1,200       legs
  動物    –            3           created
  old     2            –           dropped
  dropped with version 3: old
  removed zoo-1, which a killed rehearsal left
  zoo-2 may be left over from a killed rehearsal. Remove it if none is running.`);
  const idle: RehearsalReport = { ...rehearsal, to: 1, outcome: 'level', way: undefined };
  expect(showRehearsal(idle)).toBe('zoo: level at version 1, nothing to rehearse');
});

test('a double dump test is shown with what it tested, and every difference', () => {
  const check = { check: 'steps', dump: './dumps/1', version: 2 } as const;
  const error = new DatabaseUnavailableError('the connection is gone', { guid: 'zoo' });
  const report = {
    guid: 'zoo',
    ms: 1540,
    dumps: [
      { folder: undefined, version: 2, rows: 1 },
      { folder: './dumps/1', version: 1, rows: 2000 },
    ],
  };
  const failed = [
    { kind: 'storage', path: 'animal column legs is missing' },
    { kind: 'error', error },
    { kind: 'dump', file: 'tables/animal.jsonl', line: 3, first: '{"id":1}', second: undefined },
  ] as const;
  expect(showDoubleDump({ ...report, isEqual: false, checks: [{ ...check, differences: failed }] })).toBe(
    `zoo: the database at version 2, 1 row
zoo: ./dumps/1 at version 1, 2,000 rows
zoo: steps at version 2 of ./dumps/1 differs:
  animal column legs is missing
  ${error.message}
  tables/animal.jsonl:3
    first:  {"id":1}
    second: nothing
zoo: 1 check, 1 with differences, in 1.5 s`,
  );
  expect(showDoubleDump({ ...report, isEqual: true, checks: [{ ...check, differences: [] }] })).toContain(
    '\nzoo: 1 check, no difference, in 1.5 s',
  );
});
