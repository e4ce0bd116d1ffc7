import type { PropertyDescription } from './description.ts';

/** The default size of a type. */
const USUAL: Readonly<Record<string, { readonly length?: number; readonly precision?: number }>> = {
  character: { length: 1 },
  datetime: { length: 6 },
  decimal: { precision: 10 },
  string: { length: 255 },
};

/** How long, how large and how fine its values may be: `[length, digits before the point, digits after it]`. */
export function sizeOf({ type, hints }: PropertyDescription): readonly [number, number, number] {
  const { length = 0, precision = 0, scale = 0 } = { ...USUAL[type ?? ''], ...hints };
  return [length, precision - scale, scale];
}
