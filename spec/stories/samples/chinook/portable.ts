import { p } from '@mikro-orm/core';

export { moment, spelled } from './storage.ts';

/** A text of limited length, by a type that every engine has. */
export function varchar(length: number) {
  return p.string().length(length);
}
