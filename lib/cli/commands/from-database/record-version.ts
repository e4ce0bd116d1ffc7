import type { MikroORM } from '@mikro-orm/core';
import type { UpgradeReport } from '../../../boot/report.ts';
import type { GivenOrm } from '../../command.ts';
import { DeclinedError } from '../../exit-codes.ts';
import { makeSchemas } from '../../project/project-schemas.ts';

/** The result of the question whether to record the version. */
interface RecordOutcome {
  /** `undefined` if the answer was not yes, or it failed. */
  readonly report: UpgradeReport | undefined;
  /** Why it failed. The files are written all the same. */
  readonly error?: unknown;
}

interface Recording {
  /** Makes an ORM with the new entities, and without a Schema. */
  readonly makeOrm: () => Promise<MikroORM>;
  /** The new Schema, `./schema.ts#ZooSchema`. */
  readonly location: string;
  readonly place: string;
}

/** Asks whether the database is at version 1 now, and adopts it, which compares the storage first. */
export async function recordVersion(given: GivenOrm, { makeOrm, location, place }: Recording): Promise<RecordOutcome> {
  const { ask, flags, person } = given;
  if (flags.yes !== true && person === undefined) return { report: undefined };
  try {
    await ask(`Record ${place} at version 1? This creates the tables of dejavu, and changes nothing else.`);
  } catch (error) {
    if (error instanceof DeclinedError) return { report: undefined };
    throw error;
  }
  const orm = await makeOrm();
  try {
    const [made] = await makeSchemas(orm, { schema: [location] });
    return { report: await given.working(async options => made?.schema.adopt(1, options)) };
  } catch (error) {
    return { report: undefined, error };
  } finally {
    await orm.close(true);
  }
}

/** Reports it. */
export function sayRecorded({ report }: RecordOutcome): string[] {
  return report ? [String(report)] : [];
}
