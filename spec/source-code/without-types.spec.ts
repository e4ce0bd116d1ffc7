import { expect, test } from '@jest/globals';
import { withoutTypes } from '../../lib/source-code/without-types.ts';

test.each([
  [`const a = (b: any, ...c: any[]) => b;`, `const a = (b, ...c) => b;`],
  [`p.text().default((x) as never)`, `p.text().default((x))`],
  [`f({ a: 'it is as never' } as never, [b as never])`, `f({ a: 'it is as never' }, [b])`],
  [
    `export class A extends Type<any, any> {\n  kept: any;\n\n  override convertToDatabaseValue(value: any) {}\n\n  static override of(override: any) {}\n}`,
    `export class A extends Type {\n  kept;\n\n  convertToDatabaseValue(value) {}\n\n  static of(override) {}\n}`,
  ],
  [`const override = '// : any as never';`, `const override = '// : any as never';`],
])('TypeScript becomes JavaScript: %s', (typed, plain) => {
  expect(withoutTypes(typed)).toBe(plain);
  expect(withoutTypes(plain)).toBe(plain);
});
