import type { SchemaStatus } from '../../boot/report.ts';
import { isMissing } from '../../store/opening/local-files.ts';
import { translate } from '../../store/opening/translate.ts';
import { surveyStorage } from '../../store/survey.ts';
import type { Target } from '../project/project-schemas.ts';

/**
 * Lists the tables of a Schema in a database that has no version. Writes nothing.
 *
 * @returns `undefined` if the database has a version
 */
export async function tablesWithoutVersion(
  { database, claim }: Target,
  { deployed }: SchemaStatus,
): Promise<readonly string[] | undefined> {
  if (deployed !== undefined) return undefined;
  // Looking makes no file.
  if (isMissing(database.orm)) return [];
  try {
    return (await surveyStorage(database, claim, { waitMs: 0 })).own;
  } catch (error) {
    throw translate(database, error);
  }
}

/** Says that there are tables without a version, and how to record one. */
export function sayTables(tables: readonly string[]): string {
  return `It has tables of this Schema: ${tables.join(', ')}. To record their version: npx dejavu adopt`;
}
