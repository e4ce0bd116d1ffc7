import { describe, expect, test } from '@jest/globals';
import { freeNames } from '../../lib/source-code/free-names.ts';
import { functionSource } from '../../lib/source-code/function-source.ts';
import { Imports } from '../../lib/source-code/import-lines.ts';
import { tidy, tokensOf } from '../../lib/source-code/javascript.ts';

const sources = [
  "const a = b / c / d; const e = /[/\\]]+/g.test(f) ? `x${{ y: `${z}` }.y}}` : 'it\\'s';",
  'return /a/.test(b) || 4 / 2 > 1e-3 / 0xff_ff;',
  'class A { #b = 1n; get c() { return this.#b?.d ?? .5; } } // done\n/* all */',
  "x => `\\`${'}'}\\``",
];

test.each(sources)('tokens joined again give the same text: %s', source => {
  expect(
    tokensOf(source)
      .map(({ text }) => text)
      .join(''),
  ).toBe(source);
});

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
  ])('%s', (source, names) => {
    expect(freeNames(source)).toEqual(names);
  });
});

describe('code in one layout', () => {
  test('does not tell who compiled it', () => {
    const written = 'class A {\n    // why\n    b(c) {\n\n        return c + 1;\n    }\n}';
    const compiled = 'class A {\n  b(c) {\n    return c + 1;\n  }\n}';
    expect(tidy(written)).toBe(compiled);
    expect(tidy(compiled)).toBe(compiled);
  });

  test('leaves templates as they are', () => {
    const template = '() => `a\n      b ${ c }`';
    expect(tidy(template)).toContain('`a\n      b ${');
  });
});

describe('a function as source', () => {
  const outside = 4;
  const functions: readonly [(...args: never[]) => unknown, unknown][] = [
    [() => new Date(), { source: '() => new Date()' }],
    [{ now: () => 1 }.now, { source: '() => 1' }],
    [() => outside, { needs: ['outside'] }],
    [Date.now, { needs: ['the engine'] }],
  ];

  test.each(functions)('%s', (work, source) => {
    expect(functionSource(work, new Imports())).toEqual(source);
  });

  test('that is a method becomes an expression', () => {
    const { now } = {
      now() {
        return 1;
      },
    };
    expect(functionSource(now, new Imports())).toEqual({
      source: expect.stringMatching(/^function now ?\(\) \{\n {2}return 1;\n\}$/),
    });
  });
});
