import { Type } from '@mikro-orm/core';

/** The JavaScript type of a big integer or a decimal, if its type declares one. */
export function modeOf(type: unknown): unknown {
  return Type.isMappedType(type) ? Reflect.get(type, 'mode') : undefined;
}

/** How the items of an array are read, and how they are written, where the type knows of any. */
export function conversionsOf(type: unknown): readonly (((item: never) => unknown) | undefined)[] {
  if (!Type.isMappedType(type)) return [];
  return ['toJsValue', 'toDbValue'].map(key => {
    const convert: unknown = Reflect.get(type, key);
    return typeof convert === 'function' ? (convert as (item: never) => unknown) : undefined;
  });
}

/** What happens to a string on its way into the database. */
export function normalizingOf(type: unknown): { readonly trim?: boolean; readonly case?: 'lower' | 'upper' } {
  return (Type.isMappedType(type) && (Reflect.get(type, 'options') as object | undefined)) || {};
}

/**
 * Tells whether a class is one of MikroORM's types, also in another copy of MikroORM: tsx makes one for CommonJS, whose classes
 * are not those that this library imports.
 */
export function isMikroOrmType(type: { readonly prototype: object }): boolean {
  return Object.hasOwn(type.prototype, '__mappedType') || Type.getOrmType(type) !== undefined;
}
