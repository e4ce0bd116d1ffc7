import { describe, expect, test } from '@jest/globals';
import { fillPlaceholders, POSTGRESQL } from '../../lib/sql/placeholders.ts';
import { SQLITE } from '../../lib/sql/tokens.ts';

const everywhere: readonly (readonly [sql: string, values: readonly string[], filled: string])[] = [
  ['?', ['1'], '1'],
  ['select ?', ['1'], 'select 1'],
  ['values (?,?),(?, ?)', ['1', '2', '3', '4'], 'values (1,2),(3, 4)'],
  ['where id=? and n>?', ['1', '2'], 'where id=1 and n>2'],
  [`select 'why?', ?`, ['1'], `select 'why?', 1`],
  [`select 'it''s ?', ?`, ['1'], `select 'it''s ?', 1`],
  [`select "what?" from t where a = ?`, [`'?'`], `select "what?" from t where a = '?'`],
  ['select 1 -- or ?\n, ?', ['2'], 'select 1 -- or ?\n, 2'],
  ['select /* ? */ ?', ['2'], 'select /* ? */ 2'],
  ['select ? - 1, ?-1', ['2', '3'], 'select 2 - 1, 3-1'],
  [String.raw`select '\', ?`, ['1'], String.raw`select '\', 1`],
  [String.raw`select a \? 'b', ?`, ['1'], `select a ? 'b', 1`],
  [`select ?||'%'`, [`'a'`], `select 'a'||'%'`],
];
const sqlite: typeof everywhere = [
  ['select `what?`, [why?], ?', ['1'], 'select `what?`, [why?], 1'],
  ['select ?|?, ?&?', ['1', '2', '3', '4'], 'select 1|2, 3&4'],
  ['select ?1, ?', ['2'], 'select ?1, 2'],
];
const postgresql: typeof everywhere = [
  [`select tags ?| array['a'], ?`, ['1'], `select tags ?| array['a'], 1`],
  [`select tags ?& ?`, [`array['a']`], `select tags ?& array['a']`],
  [`select data @? '$.a' and n = ?`, ['1'], `select data @? '$.a' and n = 1`],
  ['select a ?? b, ?', ['1'], 'select a ?? b, 1'],
  ['do $$ select ? $$; select ?', ['1'], 'do $$ select ? $$; select 1'],
  ['select $a$ ? $$ ? $a$, ?', ['1'], 'select $a$ ? $$ ? $a$, 1'],
  [String.raw`select E'it\'s ?', ?`, ['1'], String.raw`select E'it\'s ?', 1`],
  [String.raw`select date'?', ?`, ['1'], String.raw`select date'?', 1`],
  ['select /* a /* ? */ ? */ ?', ['1'], 'select /* a /* ? */ ? */ 1'],
  ['select $1, ?', ['1'], 'select $1, 1'],
];

describe.each([
  ['SQLite', SQLITE, [...everywhere, ...sqlite]],
  ['PostgreSQL', POSTGRESQL, [...everywhere, ...postgresql]],
] as const)('on %s a value is put in the place of its question mark', (_, lexicon, cases) => {
  test.each(cases)('%s', (sql, values, filled) => {
    expect(fillPlaceholders(sql, values, lexicon)).toEqual({ sql: filled });
  });

  test('and too few or too many are counted', () => {
    expect(fillPlaceholders(`select '?', ?, ?`, ['1'], lexicon)).toEqual({ placeholders: 2 });
    expect(fillPlaceholders(`select '?'`, ['1', '2'], lexicon)).toEqual({ placeholders: 0 });
  });
});
