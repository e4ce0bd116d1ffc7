import { describe, expect, test } from '@jest/globals';
import * as core from '@mikro-orm/core';
import * as sql from '@mikro-orm/sql';
import { Imports } from '../../lib/source-code/import-lines.ts';
import { sameType, typeSource, withBases, type TypeClass } from '../../lib/version-file/custom-types.ts';
import { byNode, bySwc, byTsc, runCommonJs } from './compilers.ts';

const sources = {
  grams: `
import { Type } from '@mikro-orm/core';
export class Grams extends Type<number, string> {
  override getColumnType() { return 'text'; }
}
`,
  money: `
import { Type, raw, ValidationError, type Platform } from '@mikro-orm/core';
import { Grams } from './grams.js';
export class Money extends Type<number, string> {
  static readonly sizes = [1, 10,];
  readonly #factor: number = 1_00;
  // why
  private last?: string;
  constructor(first: number = 1, ...more: number[]) { super(); [first, more].toString(), (this.last as any) = "x"; }
  override convertToDatabaseValue(value: number, platform: Platform): string {
    if (value == null) throw ValidationError.invalidType(Money, value, 'JS');
    return ((value as number) * this.#factor).toFixed(2) + \`\${(value as any).length} \`;
  }
  override convertToJSValueSQL(key: string) { return (raw(key) as any).sql; }
  override getColumnType() { return 'text'; }
}
export class Pounds extends Grams {
  override getColumnType() { return "varchar(" + 9 + ')' as string; }
}
`,
};
type Types = Record<'Money' | 'Pounds', TypeClass>;

function typesOf(texts: Record<keyof typeof sources, string>): Types {
  const modules = { '@mikro-orm/core': core, '@mikro-orm/sql': sql };
  return runCommonJs<Types>(texts.money, { ...modules, './grams.js': runCommonJs(texts.grams, modules) });
}
const each = (compile: (source: string) => string) => ({
  grams: compile(sources.grams),
  money: compile(sources.money),
});

const compilers: Record<string, Types> = {
  tsc: typesOf(byTsc(sources)),
  swc: typesOf(each(source => bySwc(source))),
  Node: typesOf(each(byNode)),
};

function written(type: TypeClass, taken: readonly string[] = []) {
  const imports = new Imports(taken);
  return { text: typeSource(type, imports), imports: imports.lines() };
}
/** A class as a compiler left it. */
function compiled(text: string, scope: Record<string, unknown> = {}): TypeClass {
  // oxlint-disable-next-line no-implied-eval, no-new-func
  return new Function(...Object.keys(scope), `return ${text}`)(...Object.values(scope)) as TypeClass;
}

describe.each(Object.entries(compilers))('a class compiled by %s', (_, { Money, Pounds }) => {
  test('is frozen with imports of what it uses', () => {
    const { text, imports } = written(Money);
    expect(imports).toEqual([`import { Type, ValidationError, raw } from '@mikro-orm/core';`]);
    expect(text).toContain('export class Money extends Type<any, any> {\n');
    expect(text).toContain('throw ValidationError.invalidType(Money, value, ');
    expect(text).toMatch(/return \(?raw\(key\) *\)?\.sql;/);
    expect(text).not.toMatch(/core/);
  });

  test('extends a class of another file by its name', () => {
    const { text, imports } = written(Pounds);
    expect(imports).toEqual([]);
    expect(text).toContain('export class Pounds extends Grams {\n');
  });

  test('is the same as compiled by any other', () => {
    for (const [name, other] of Object.entries(compilers)) {
      expect([name, sameType(Money, other.Money), sameType(Pounds, other.Pounds)]).toEqual([name, true, true]);
      expect([name, sameType(Money, other.Pounds)]).toEqual([name, false]);
    }
  });

  test('is the same as frozen', () => {
    const text = bySwc(written(Money).text);
    const { imports } = written(Money);
    const frozen = runCommonJs<Types>(bySwc(`${imports.join('\n')}\n${text}`), { '@mikro-orm/core': core });
    expect(sameType(frozen.Money, Money)).toBe(true);
  });
});

test('a class that changed is not the same', () => {
  const changed = (from: string, to: string) => bySwc(sources.money.replace(from, to));
  for (const [from, to] of [
    ['1_00', '1_000'],
    ["'text'", "'varchar(1)'"],
    ['raw(key)', 'ValidationError(key)'],
    ['* this', '/ this'],
    [' }\n  override getColumnType', ' }\n  override ensureComparable() { return true; }\n  override getColumnType'],
  ] as const) {
    const { Money } = typesOf({ grams: bySwc(sources.grams), money: changed(from, to) });
    expect([from, compilers['tsc'] && sameType(compilers['tsc'].Money, Money)]).toEqual([from, false]);
  }
});

describe('names that compilers write', () => {
  const { Type } = core;
  const body = (work: string) => `{ getColumnType() { return ${work}; } }`;

  test.each([
    ['class A extends orm_1.Type', { orm_1: core }, '(0, orm_1.raw)("a")', 'raw("a")', ['Type', 'raw']],
    [
      'class A extends import_core.Type',
      { import_core: core },
      '(0, import_core.raw)("a")',
      'raw("a")',
      ['Type', 'raw'],
    ],
    ['class A extends _core2.Type', { _core2: core }, '_core2.sql.now()', 'sql.now()', ['Type', 'sql']],
    ['class A extends Base', { Base: Type }, '(0, core_1.sql)`a`', 'sql`a`', ['Type', 'sql']],
    ['class A extends orm.Type', { orm: core }, '{ raw: orm.raw }', '{ raw: raw }', ['Type', 'raw']],
    ['class A extends Type', { Type }, '[__name((a) => a, "work")]', '[(a: any) => a]', ['Type']],
  ])('%s', (head, scope, work, expected, names) => {
    const { text, imports } = written(compiled(`${head} ${body(work)}`, scope));
    expect(text.replaceAll(/\s+/g, ' ').replaceAll(/\[ | \]/g, found => found.trim())).toContain(`return ${expected};`);
    expect(imports).toEqual([`import { ${names.join(', ')} } from '@mikro-orm/core';`]);
  });

  test('of a second copy of MikroORM, which tsx makes for CommonJS, are the same', async () => {
    const file: string = '../../node_modules/@mikro-orm/core/types/Type.js?copy';
    const copy = (await import(file)) as Record<string, unknown>;
    expect(copy['Type']).not.toBe(Type);
    const type = compiled(`class A extends import_core.Type ${body('this.compareAsType()')}`, { import_core: copy });
    const { text, imports } = written(type);
    expect(text).toContain('class A extends Type<any, any> { override getColumnType()');
    expect(imports).toEqual(["import { Type } from '@mikro-orm/core';"]);
    expect(withBases(type)).toEqual([type]);
    expect(sameType(type, compiled(`class A extends Type ${body('this.compareAsType()')}`, { Type }))).toBe(true);
  });

  test('of @mikro-orm/sql are imported from there', () => {
    const type = compiled(`class A extends core_1.Type ${body('(0, sql_1.raw)("a") + core_1.Utils')}`, {
      core_1: core,
    });
    expect(written(type).imports).toEqual([
      `import { Type, Utils } from '@mikro-orm/core';`,
      `import { raw } from '@mikro-orm/sql';`,
    ]);
  });

  test('of kept names are left out', () => {
    const text = 'class A extends Type { static { __name(this, "A"); } getColumnType() { return "text"; } }';
    const type = compiled(text, { Type, __name: (work: unknown) => work });
    expect(written(type).text).not.toContain('__name');
    expect(sameType(type, compiled(text.replace('static { __name(this, "A"); }', ''), { Type }))).toBe(true);
  });

  test('of the class itself are its name', () => {
    const inText = (name: string) => `class ${name} extends Type { of() { return [new ${name}(), { ${name} }]; } }`;
    const type = compiled(inText('_A'), { Type });
    Object.defineProperty(type, 'name', { value: 'A' });
    expect(written(type).text).toContain('export class A extends Type<any, any> {');
    expect(written(type).text).toContain('[new A(), { _A: A }]');
    expect(sameType(type, compiled(inText('A').replace('{ A }', '{ _A: A }'), { Type }))).toBe(true);
  });

  test('that an entity has are told apart', () => {
    const type = compiled(`class A extends core_1.Type ${body('[{ raw }, core_1.raw]')}`, { core_1: core });
    const { text, imports } = written(type, ['Type', 'raw']);
    expect(imports).toEqual([`import { Type as Type_, raw as raw_ } from '@mikro-orm/core';`]);
    expect(text).toContain('class A extends Type_<any, any> {');
    expect(text).toMatch(/\{ raw: raw_ \},\s*raw_/);
  });

  test.each([
    ['another module of the same name', 'class A extends core_2.Type', { core_2: core }, 'core_1.raw'],
    [
      'a module that has a class of the application',
      'class A extends core_1.Grams',
      { core_1: { Grams: class Grams extends Type<string> {} } },
      'core_1.raw',
    ],
    ['a module of the application', 'class A extends core_1.Type', { core_1: core }, 'money_1.raw'],
    ['what MikroORM has not', 'class A extends core_1.Type', { core_1: core }, 'core_1.nothing'],
    ['what is computed', 'class A extends core_1.Type', { core_1: core }, 'core_1["raw"]'],
    ['what is written', 'class A extends core_1.Type', { core_1: core }, 'core_1.raw = 1'],
    [
      'a name that means something else there',
      'class A extends core_1.Type',
      { core_1: core },
      '(raw => core_1.raw(raw))',
    ],
  ])('are refused for %s', (_, head, scope, work) => {
    const type = compiled(`${head} ${body(work)}`, scope);
    const [name = ''] = /\w+_1/.exec(work) ?? [];
    expect(() => written(type)).toThrow(`A frozen version cannot contain the custom type A: it uses ${name}. `);
  });
});

describe('what a compiler put outside the class is refused with what to do', () => {
  const next =
    'Compile it for ES2022 or newer ("target": "es2022"), or copy it into a version file and export it there.';

  test.each([
    ['tsc', 'ES2018', () => typesOf(byTsc(sources, 'es2018')), '__classPrivateFieldGet'],
    ['swc', 'ES2018', () => typesOf(each(source => bySwc(source, 'es2018'))), '_class_private_field_get'],
    ['swc', 'ES5', () => typesOf(each(source => bySwc(source, 'es5'))), '_class_call_check'],
  ])('by %s for %s', (_, _target, types, helper) => {
    const { Money } = types();
    expect(() => written(Money)).toThrow(`it was compiled for an older JavaScript`);
    expect(() => written(Money)).toThrow(helper);
    expect(() => written(Money)).toThrow(next);
  });

  test('helpers of a package', () => {
    const text =
      'class A extends core_1.Type { a() { return tslib_1.__awaiter(this, void 0, void 0, function* () {}); } }';
    expect(() => written(compiled(text, { core_1: core }))).toThrow(`(it uses tslib_1). ${next}`);
  });

  test('static fields', () => {
    const text = '(() => { class A extends core_1.Type {}; A.sizes = [1]; return A; })()';
    expect(() => written(compiled(text, { core_1: core }))).toThrow(`it has sizes from outside its class. ${next}`);
  });

  test('methods', () => {
    const text = '(() => { class A extends core_1.Type { b() {} }; A.prototype.c = () => 1; return A; })()';
    expect(() => written(compiled(text, { core_1: core }))).toThrow(`it has c from outside its class. ${next}`);
  });

  test('classes that are functions', () => {
    const text = '(() => { function A() {}; Object.setPrototypeOf(A, core_1.Type); return A; })()';
    expect(() => written(compiled(text, { core_1: core }))).toThrow(`it is not a class. ${next}`);
  });

  test('decorators', () => {
    const text = 'class A extends core_1.Type { static { __esDecorate(this, null, [], {}, null, []); } }';
    const type = compiled(text, { core_1: core, __esDecorate: () => undefined });
    expect(() => written(type)).toThrow(
      'it has decorators. Leave them out, or copy the class into a version file and export it there.',
    );
  });
});
