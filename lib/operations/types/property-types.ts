import type { EntityKey, RawQueryFragment } from '@mikro-orm/core';

/** A property of an entity, or one inside an embedded one: `home.city`. */
export type PropertyOf<T> = EntityKey<T> | `${EntityKey<T>}.${string}`;

/**
 * Lets a path pass if each part of it is a property: `home.city`, and not `home.citty`. Intersected with the type of the
 * path, so that an editor still lists the properties.
 */
export type ExistingPath<T, Path extends string> = Path extends unknown
  ? ValueAt<T, Path> extends Missing
    ? never
    : Path
  : never;

declare const missing: unique symbol;
/** No property has this type. */
interface Missing {
  readonly [missing]: true;
}

type IsAny<T> = 0 extends 1 & T ? true : false;

/** The type of a property, or of one inside an embedded one. */
type ValueAt<T, Path extends string> =
  IsAny<T> extends true
    ? unknown
    : Path extends keyof T
      ? T[Path]
      : Path extends `${infer Head}.${infer Rest}`
        ? Head extends keyof T
          ? ValueAt<NonNullable<T[Head]>, Rest>
          : Missing
        : Missing;

type AnyValue = string | number | bigint | boolean | null | object;

/** What a property of a type may be filled with. A number may be the text of one, which has no limit. */
type FillValue<V> =
  IsAny<V> extends true
    ? AnyValue
    : V extends string
      ? string
      : V extends boolean
        ? boolean
        : V extends number | bigint
          ? number | bigint | `${number}`
          : AnyValue;

/** What rows get: a value of the property, SQL made with `raw()` or `sql`, or a function of the row as it is. */
export type FillFor<T, Path extends string = never> =
  | ([Path] extends [never] ? AnyValue : FillValue<NonNullable<ValueAt<T, Path>>> | null)
  | RawQueryFragment
  | ((row: T) => unknown);
