import { Utils } from '@mikro-orm/core';

/** Makes the error for a release of MikroORM that no longer has a private part which this library needs. */
export function missingPart(part: string): Error {
  return new Error(
    `MikroORM ${Utils.getORMVersion()} no longer has ${part}, which mikro-orm-dejavu needs. Use an older MikroORM 7 release, and report this.`,
  );
}
