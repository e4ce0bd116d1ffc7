import { describe, expect, test } from '@jest/globals';
import { functionSource } from '../../lib/source-code/function-source.ts';
import { Imports } from '../../lib/source-code/import-lines.ts';

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
    const { now, later, all } = {
      now() {
        return 1;
      },
      async later() {
        return 2;
      },
      *all() {
        yield 3;
      },
    };
    expect([now, later, all].map(work => functionSource(work, new Imports()))).toEqual([
      { source: expect.stringMatching(/^function now ?\(\) \{\n {2}return 1;\n\}$/) },
      { source: expect.stringMatching(/^async function later ?\(\) \{\n {2}return 2;\n\}$/) },
      { source: expect.stringMatching(/^function\* all ?\(\) \{\n {2}yield 3;\n\}$/) },
    ]);
  });

  test.each([
    ['() => (0, core_1.raw)("now()")', { source: '() => raw("now()")' }, ['raw']],
    ['() => _core.Utils.keys({ raw: _core.raw })', { source: '() => Utils.keys({ raw: raw })' }, ['Utils', 'raw']],
    ['() => [1].map(__name(one => one, "own"))', { source: '() => [1].map(one => one)' }, []],
    ['() => (0, node_crypto_1.randomUUID)() + core_1.raw("a")', { needs: ['node_crypto_1'] }, []],
  ])('that a compiler wrote: %s', (text, source, names) => {
    const imports = new Imports();
    // oxlint-disable-next-line no-implied-eval, no-new-func
    const work = Function(`return ${text}`)() as () => unknown;
    expect(functionSource(work, imports)).toEqual(source);
    expect(imports.all().flatMap(one => one.names)).toEqual(names);
  });
});
