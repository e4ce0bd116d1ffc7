import { expect, test } from '@jest/globals';
import { versionLine } from '../../../lib/cli/commands/version-line.ts';

test.each([
  [{ deployed: 3, latest: 5 }, '0 ─ 1 ─ 2 ─ [3] ─ 4 ─ 5   [database at 3], code at 5'],
  [{ deployed: 2, latest: 2 }, '0 ─ 1 ─ [2]   [database and code at 2]'],
  [{ deployed: 3, latest: 2 }, '0 ─ 1 ─ 2 ─ [3]   [database at 3], code at 2'],
  [{ deployed: undefined, latest: 1 }, '0 ─ 1   the database has no version, code at 1'],
  [{ deployed: 20, latest: 40 }, '0 ─ 1 ─ … ─ 19 ─ [20] ─ 21 ─ … ─ 39 ─ 40   [database at 20], code at 40'],
])('%j is drawn on the line of versions', (where, line) => {
  expect(versionLine(where)).toBe(line);
});
