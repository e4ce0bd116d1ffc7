import { expect, test } from '@jest/globals';
import { parseCode, type ParsedCode } from '../../lib/source-code/javascript.ts';
import { isSameCode } from '../../lib/source-code/same-code.ts';

function parsed(source: string): ParsedCode {
  const code = parseCode(source);
  if (!code) throw new Error(`${source} does not parse`);
  return code;
}

test('code is the same, however it is laid out and commented', () => {
  const code = parsed('class A {\n  b(c) {\n    return `a  b` + c;\n  }\n}');
  expect(isSameCode(code, parsed('class A { /* why */ b(c) { return `a  b`+c; } // done\n }'))).toBe(true);
  expect(isSameCode(code, parsed('class A { b(c) { return `a b` + c; } }'))).toBe(false);
  expect(isSameCode(code, parsed('class A { b(c) { return `a  b` + d; } }'))).toBe(false);
});

test.each([
  ['quotes', `() => 'a'`, `() => "a"`, true],
  ['brackets that change nothing', '(a) => ((a).b)', 'a => a.b', true],
  ['brackets that change something', '(a, b) => (a + b) * 2', '(a, b) => a + b * 2', false],
  ['commas at the end', '() => [1, 2,]', '() => [1, 2]', true],
  ['numbers', '() => 1_000', '() => 1000', true],
  ['statements in one', '() => { a(), b.c = 1; }', '() => { a(); b.c = 1;; }', true],
  ['statements in another order', '() => { a(), b(); }', '() => { b(); a(); }', false],
  ['an item that is left out', '() => [1, , 2]', '() => [1, 2]', false],
  ['a name in an object', 'a => ({ a })', 'a => ({ a: a })', true],
  ['big numbers', '() => 10n', '() => 11n', false],
  ['regular expressions', '() => /a/', '() => /a/g', false],
  ['its own name', 'class A { b() {} }', 'class { b() {} }', true],
  ['the name of a class inside', '() => class A {}', '() => class {}', false],
  ['fields', 'class { a = 1 }', 'class { static a = 1 }', false],
  ['private fields', 'class { #a = 1 }', 'class { a = 1 }', false],
  ['getters', 'class { get a() { return 1; } }', 'class { a() { return 1; } }', false],
])('code is compared by what it does: %s', (_, one, other, same) => {
  expect(isSameCode(parsed(one), parsed(other))).toBe(same);
});
