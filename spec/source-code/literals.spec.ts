import { describe, expect, test } from '@jest/globals';
import { raw } from '@mikro-orm/core';
import { Imports } from '../../lib/source-code/import-lines.ts';
import { layOut, list, record } from '../../lib/source-code/layout.ts';
import { keyLiteral, literal, stringLiteral } from '../../lib/source-code/literals.ts';

const source = (value: unknown) => {
  const piece = literal(value, new Imports());
  return piece === undefined ? undefined : layOut(piece);
};

describe('a value as source', () => {
  test.each([
    ["it's", `"it's"`],
    ['say "hi"', `'say "hi"'`],
    [`it's "both"`, `'it\\'s "both"'`],
    ['a\\b\n\u2028🦁', String.raw`'a\\b\n\u2028🦁'`],
    [-0, '-0'],
    [9007199254740993n, '9007199254740993n'],
    [new Date(0), `new Date('1970-01-01T00:00:00.000Z')`],
    [/a'b/g, `/a'b/g`],
    [{ a: 1, 'b-c': [true, null], 0: undefined }, `{ a: 1, 'b-c': [true, null] }`],
    [raw('now() - ?', ['1 day']), `raw('now() - ?', ['1 day'])`],
  ])('%p', (value, text) => {
    expect(source(value)).toBe(text);
  });

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['an object of a class', new Map()],
    ['a list with one of them', [() => 1]],
  ])('is not there for %s', (_, value) => {
    expect(source(value)).toBeUndefined();
  });

  test('is that value again', () => {
    const value = JSON.parse('{"a":{"__proto__":{"b":[1,"\\u2028"]},"c d":null}}') as unknown;
    const text = source(value);
    // oxlint-disable-next-line typescript/no-implied-eval -- to see what the engine makes of it
    expect(JSON.stringify(new Function(`return ${text}`)())).toBe(JSON.stringify(value));
  });
});

test('keys are quoted where they have to be', () => {
  expect(['a', '$b_1', 'é', '7', '07', 'a b', '', 'class', '__proto__'].map(keyLiteral)).toEqual([
    'a',
    '$b_1',
    'é',
    '7',
    `'07'`,
    `'a b'`,
    `''`,
    'class',
    `['__proto__']`,
  ]);
});

describe('the layout', () => {
  const long = 'x'.repeat(90);

  test('is one line where that is enough', () => {
    expect(layOut(list('f(', ['a', record(['b: 1'])], ');'))).toBe('f(a, { b: 1 });');
  });

  test('has an object that is the last argument stay with the call', () => {
    expect(layOut(list('f(', ['a', record([`b: ${stringLiteral(long)}`])], ');'))).toBe(`f(a, {\n  b: '${long}',\n});`);
  });

  test('has each argument on a line of its own otherwise', () => {
    expect(layOut(list('f(', ['a', stringLiteral(long)], ');'), '  ')).toBe(`f(\n    a,\n    '${long}',\n  );`);
  });
});

test('what is imported is named once, another name where that is taken, packages first', () => {
  const imports = new Imports(['raw']);
  imports.use('./1.ts', 'Zoo');
  imports.use('@mikro-orm/core', 'p');
  expect(imports.use('@mikro-orm/core', 'raw')).toBe('raw_');
  imports.use('@mikro-orm/core', 'p');
  expect(imports.lines()).toEqual([
    `import { p, raw as raw_ } from '@mikro-orm/core';`,
    `import { Zoo } from './1.ts';`,
  ]);
});
