import { Utils } from '@mikro-orm/core';

/** What to throw where a release of MikroORM no longer has a part that it never promised to keep. */
export function missingPart(part: string): Error {
  return new Error(
    `MikroORM ${Utils.getORMVersion()} has no ${part} any more, which mikro-orm-dejavu needs: report it, please`,
  );
}
