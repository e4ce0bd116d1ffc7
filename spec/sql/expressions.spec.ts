import { describe, expect, test } from '@jest/globals';
import { columnOfList, inOneSpelling, namesIn, textsIn, withNewWords } from '../../lib/sql/expressions.ts';

describe('a list of texts', () => {
  test.each([
    [`mood in ('calm', 'angry')`, 'mood'],
    [`"the mood" IN('calm')`, 'the mood'],
    ["animal.[mood] /* of late */ in ( 'it''s' , \"x\" )", undefined],
    [`animal.[mood] /* of late */ in ( 'it''s' , 'x' )`, 'mood'],
    [`not mood in ('calm')`, undefined],
    [`lower(mood) in ('calm')`, undefined],
    [`mood in ('calm') or legs > 4`, undefined],
    [`mood in ('calm',)`, undefined],
    ['mood in (1, 2)', undefined],
    ['mood in (string)', undefined],
    ['mood in ()', undefined],
    [`'mood' in ('calm')`, undefined],
  ])('%s is one for %s', (expression, column) => {
    expect(columnOfList(expression)).toBe(column);
  });

  test('is found wherever it stands', () => {
    expect(textsIn(`"mood's" in ('calm', 'it''s') -- isn't`)).toEqual(['calm', `it's`]);
    expect(textsIn(`mood in ('calm', -- isn't\n 'angry')`)).toEqual(['calm', 'angry']);
    expect(textsIn(`(mood = ANY (ARRAY['a'::text, ''::text]))`)).toEqual(['a', '']);
  });
});

test('names in SQL are neither texts, nor functions, nor what something is called', () => {
  const names = (sql: string) => namesIn(sql).filter(name => !/^(?:select|as|from|cast|and|in|not)$/.test(name));
  expect(names(`lower (a) || 'b' || "c d" -- e\n and f in ('g') and not (h)`)).toEqual(['a', 'c d', 'f', 'h']);
  expect(names(`select x.a as b, cast(c as d) from "e""f" AS g`)).toEqual(['x', 'a', 'c', 'e"f', 'AS']);
  expect(names('')).toEqual([]);
});

test.each([
  ['  upper( `name` )\n\t||  \'a  "b" `c`\'', 'upper( "name" ) || \'a  "b" `c`\''],
  ['`a``b"c`', '"a`b""c"'],
  ["\"a  b\" = 'it''s  '", "\"a  b\" = 'it''s  '"],
  ["an `open 'quote", "an `open 'quote"],
  ['a -- of all\n  and  b', 'a -- of all\nand b'],
  ['a  --  of   all', 'a -- of all'],
  ['a --\r\n\r\n b', 'a --\nb'],
  [`a -- isn't \n  and  'b  c'`, `a -- isn't\nand 'b  c'`],
  [`a--isn't\n-- \`nor\n  "b  c"`, 'a--isn\'t\n-- `nor\n"b  c"'],
  [`a /* isn't\n  this */ 'b  c'`, `a /* isn't this */ 'b  c'`],
  [`a/*"*/ 'b  --  c'`, `a/*"*/ 'b  --  c'`],
  [`a = E'it\\'s  b'  and  c`, `a = E'it\\'s  b' and c`],
  [`a = $$it's  b$$  and  $c$  $$  $c$`, `a = $$it's  b$$ and $c$  $$  $c$`],
  [`data->>'a'  -  1  /  2`, `data->>'a' - 1 / 2`],
])('%j is spelt %j', (sql, spelling) => {
  expect(inOneSpelling(sql)).toBe(spelling);
});

test.each([
  ['species = 4 and "species"<>name', 'family = 4 and "family"<>title'],
  [`species||'species ''species'''`, `family||'species ''species'''`],
  ['tags[species] + my_species + species$ + "Species"', 'tags[family] + my_species + species$ + "Species"'],
  [`"it's a species" = 'it"s' || species`, `"it's a species" = 'it"s' || family`],
  [`"odd ""one""" = name -- don't`, `"two ""words""" = title -- don't`],
  [`species -- don't\n = 'species'`, `family -- don't\n = 'species'`],
  [`species /* species, isn't it? */ = 'species'`, `family /* species, isn't it? */ = 'species'`],
  [`species = E'a \\' species' and $$species$$`, `family = E'a \\' species' and $$species$$`],
])('%j with new words is %j', (expression, expected) => {
  const names = new Map([
    ['species', 'family'],
    ['name', 'title'],
    ['odd "one"', 'two "words"'],
  ]);
  expect(withNewWords(expression, names)).toBe(expected);
});
