import { describe, expect, test } from '@jest/globals';
import { freeNames, parseCode, tidy, type ParsedCode } from '../../lib/source-code/javascript.ts';

function parsed(source: string): ParsedCode {
  const code = parseCode(source);
  if (!code) throw new Error(`${source} does not parse`);
  return code;
}

describe('the names that code takes from outside', () => {
  test.each([
    ['value => value * factor', ['factor']],
    ['({ a, b: c = d }, ...rest) => a + c + rest.length + e', ['d', 'e']],
    ['function f(x) { const { y } = x; for (const z of y) g(z); return f; }', ['g']],
    ['() => ({ name: 1, other })', ['other']],
    ['(a = b, [c = d(e), f] = g) => a', ['b', 'd', 'e', 'g']],
    ['class A { b; static c = 1; d = e; #f = g; h() { let i = j; return i; } }', ['e', 'g', 'j']],
    ['() => `${inside} outside`', ['inside']],
    ['() => "inside" + /inside/.source', []],
    ['() => new Date(Math.max(...[1, 2]))', []],
    ['() => a.b.c(d?.e)', ['a', 'd']],
    ['() => { try { one(); } catch (error) { two(error); } }', ['one', 'two']],
    ['class A extends B { static c = D; e() { return this.f; } }', ['B', 'D']],
    // Destructuring, and what it falls back to.
    ['({ a: { b = c }, ...d }) => b + d + a', ['c', 'a']],
    ['([a, , b = (c) => c + d]) => a(b)', ['d']],
    ['() => { ({ a: target, b } = source); [c] = d; }', ['target', 'b', 'source', 'c', 'd']],
    ['() => { for (const { a, ...rest } of list) { a(rest); } return rest; }', ['list', 'rest']],
    // What is somebody's own in one place is not in another.
    ['() => { { let a = 1; b(a); } return a; }', ['b', 'a']],
    ['a => [a, (b => b)(1), b]', ['b']],
    ['() => { function a() { return b; } var b; return a() + c; }', ['c']],
    ['() => { if (a) { var b = 1; } return b; }', ['a']],
    ['function f(a, b = a) { return arguments.length + b + f.length; }', []],
    [
      '() => { try { one(); } catch ({ message = two, ...error }) { three(message, error); } return error; }',
      ['one', 'two', 'three', 'error'],
    ],
    ['() => { try { one(); } catch { two(); } }', ['one', 'two']],
    // Classes.
    ['class A { [a] = 1; static { b(); } get c() { return super.c; } static async *d(e) { yield e; } }', ['a', 'b']],
    ['() => { class A { a = new A(); } return class B extends A { b = B; c = C; }; }', ['C']],
    ['class extends A { #a = 1; has(b) { return #a in b; } }', ['A']],
    // Templates, patterns, chains, shorthands.
    ['a => tag`${a} and ${`${b}`} and \\`${{ c }.c}`', ['tag', 'b', 'c']],
    ['a => a / b / /[/c]/g.exec(d) / e', ['b', 'd', 'e']],
    ['a => a?.b?.[c]?.(d).e', ['c', 'd']],
    ['() => ({ a, b: c, [d]: 1, e() { return f; }, get g() { return h; }, ...i })', ['a', 'c', 'd', 'f', 'h', 'i']],
    ['() => { outer: for (const a of b) { if (a) continue outer; } }', ['b']],
    ["() => import(a).then(b => import.meta.resolve(b) + import('c'))", ['a', 'import()', 'import.meta']],
    ['() => typeof a === "undefined" || delete b.c || void d', ['a', 'b', 'd']],
    ['async a => { for await (const b of a) await c(b); }', ['c']],
  ])('%s', (source, names) => {
    expect(freeNames(parsed(source))).toEqual(names);
  });
});

test.each(['(', 'a b', 'name() { return 1; }', 'a) + (b', '1; 2', ''])('what is no expression is none: %s', source => {
  expect(parseCode(source)).toBeUndefined();
});

describe('code in one layout', () => {
  test('does not tell who compiled it', () => {
    const written = 'class A {\n    // why\n    b(c) {\n\n        return c + 1;\n    }\n}';
    const compiled = 'class A {\n  b(c) {\n    return c + 1;\n  }\n}';
    expect(tidy(parsed(written))).toBe(compiled);
    expect(tidy(parsed(compiled))).toBe(compiled);
  });

  test('leaves templates as they are', () => {
    expect(tidy(parsed('() => `a\n      b ${ c }`'))).toBe('() => `a\n      b ${ c }`');
  });

  test.each([
    "b / c / d, e = /[/\\]]+/g.test(f) ? `x${{ y: `${z}` }.y}}` : 'it\\'s'",
    '/a/.test(b) || 4 / 2 > 1e-3 / 0xff_ff',
    'class A { #b = 1n; get c() { return this.#b?.d ?? .5; } }',
    "x => `\\`${'}'}\\``",
  ])('leaves code that is in it as it is: %s', source => {
    expect(tidy(parsed(source))).toBe(source);
  });
});
