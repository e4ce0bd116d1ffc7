import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMeant, nameOf, tokenize } from '../../lib/sql/tokens.ts';
import { anyCharacter } from '../support/any-character.ts';

const meant = (sql: string) =>
  tokenize(sql)
    .filter(isMeant)
    .map(({ kind, text }) => `${kind} ${text}`);

test.each([
  [`a "b""c" \`d\` [e f] 'g''h'`, ['word a', 'quoted "b""c"', 'quoted `d`', 'quoted [e f]', `string 'g''h'`]],
  ['1 -2.5e+3 .5 0xFF 1_000', ['number 1', 'operator -', 'number 2.5e+3', 'number .5', 'number 0xFF', 'number 1_000']],
  [`x'00ff' X'' xx'1'`, [`blob x'00ff'`, `blob X''`, 'word xx', `string '1'`]],
  [
    'a->>b||c<=d<>e!=f==g<<1',
    'word a,operator ->>,word b,operator ||,word c,operator <=,word d,operator <>,word e,operator !=,word f,operator ==,word g,operator <<,number 1'.split(
      ',',
    ),
  ],
  ['a -- b, (c\nd /* e\n"f */ g', ['word a', 'word d', 'word g']],
  ['a--b', ['word a']],
  ['ключ$1 über 🦒 a\u00A0b', ['word ключ$1', 'word über', 'word 🦒', 'word a\u00A0b']],
  ['?1 :a @b $c', ['variable ?1', 'variable :a', 'variable @b', 'variable $c']],
  [`a 'open`, ['word a', `unknown 'open`]],
  ['12ab', ['unknown 12ab']],
  ['a /* open', ['word a']],
  ['/*/ a */b', ['word b']],
])('%s is cut the way SQLite cuts it', (sql, expected) => {
  expect(meant(sql)).toEqual(expected);
});

test('a name is what its quotes hold', () => {
  const names = tokenize('a "b""c" `d``e` [f"g] \'h\'\'i\'').filter(isMeant).map(nameOf);
  expect(names).toEqual(['a', 'b"c', 'd`e', 'f"g', "h'i"]);
  expect(tokenize('1').map(nameOf)).toEqual([undefined]);
});

const pieces = [
  "'",
  '"',
  '`',
  '[',
  ']',
  '--',
  '/*',
  '*/',
  '\n',
  ' ',
  '(',
  ')',
  ',',
  'x',
  "x'",
  '0',
  '.',
  'e',
  '->',
  '\uD83E',
  '🦒',
  '\uFEFF',
];

test('no text is lost, whatever it is', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(fc.constantFrom(...pieces)).map(some => some.join('')),
  );
  fc.assert(
    fc.property(text, sql => {
      const tokens = tokenize(sql);
      expect(tokens.map(token => token.text).join('')).toBe(sql);
      for (const token of tokens) expect(sql.slice(token.from, token.to)).toBe(token.text);
    }),
    { numRuns: 1000 },
  );
});
