import { expect, test } from '@jest/globals';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';
import type { LiveTable } from '../../lib/dialects/table-changes.ts';
import { compareStorage, type TablePair } from '../../lib/drift/compare-storage.ts';
import type { Ignore } from '../../lib/drift/ignore.ts';

const { likeness } = sqliteEditor;

function table(name: string, more: Partial<LiveTable> = {}): LiveTable {
  const parts = { columns: [], primaryKey: [], indexes: [], checks: [], foreignKeys: [] };
  return { name, namespace: undefined, kind: 'table', ...parts, ...more };
}

function pair(live: LiveTable | undefined, goal: LiveTable | undefined): TablePair {
  return { live, goal };
}

function found(pairs: readonly TablePair[], ignore?: Ignore): string[] {
  return compareStorage(pairs, likeness, { ignore }).map(({ kind, path }) => `${kind} ${path.join('.')}`);
}

const PAIRS: TablePair[] = [
  pair(undefined, table('keeper')),
  pair(table('b_log'), undefined),
  { live: undefined, goal: undefined, unreadable: { name: 'cage', namespace: 'zoo', reason: 'it is odd' } },
  pair(table('animal', { comment: 'old' }), table('animal', { comment: 'new' })),
  pair(table('same'), table('same')),
];

test('tables are compared in the order of their names, and one that cannot be read is told', () => {
  expect(found(PAIRS)).toEqual([
    'different animal.comment',
    'extra b_log',
    'missing keeper',
    'different zoo.cage.definition',
  ]);
  expect(compareStorage(PAIRS.slice(2, 3), likeness)).toEqual([
    { kind: 'different', path: ['zoo.cage', 'definition'], live: 'it is odd', wanted: 'a readable definition' },
  ]);
});

test('what is ignored is not told', () => {
  expect(found(PAIRS, ['*_log', 'zoo.cage'])).toEqual(['different animal.comment', 'missing keeper']);
  expect(found(PAIRS, ({ kind }) => kind !== 'missing')).toEqual(['missing keeper']);
  expect(found(PAIRS, [])).toHaveLength(4);
});

test('a table is listed by the name it should have', () => {
  const unlike = pair(table('zebra', { comment: 'a' }), table('aardvark', { comment: 'b' }));
  expect(found([pair(table('m_log'), undefined), unlike])).toEqual(['different aardvark.comment', 'extra m_log']);
});
