import { randomBytes } from 'node:crypto';
import { qualify, quoteEscaped } from '../../../sql/quoting.ts';
import type { LiveTable } from '../../table-changes.ts';
import type { GoalContext } from '../../table-editor.ts';
import { tableSql } from '../read.ts';
import { describeReading } from './describe-reading.ts';
import { WHOLE } from './read-storage.ts';

/** What one specimen is called. */
interface SpecimenName {
  readonly name: string;
  /** As SQL says it. */
  readonly sql: string;
}

/** Writes the statements that make one. */
export type SpecimenRecipe = (specimen: SpecimenName) => readonly string[];

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Makes many specimens in one message, reads them in a second one, and takes them back in a third.
 *
 * They are temporary tables: nearly every role may create these, nothing is written to the log, and no name
 * is taken. Where it may not, they stand in `namespace`.
 *
 * @returns what each was found to be, in their order
 * @throws what the server says of the first that cannot be made; the transaction is as it was
 */
export async function makeSpecimens(
  context: Pick<GoalContext, 'sql' | 'batch'>,
  namespace: string | undefined,
  recipes: readonly SpecimenRecipe[],
): Promise<readonly LiveTable[]> {
  if (recipes.length === 0) return [];
  try {
    return await makeIn(context, 'pg_temp', recipes);
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return makeIn(context, namespace, recipes);
  }
}

async function makeIn(
  { sql, batch }: Pick<GoalContext, 'sql' | 'batch'>,
  namespace: string | undefined,
  recipes: readonly SpecimenRecipe[],
): Promise<readonly LiveTable[]> {
  // Another transaction may be at the same in the same namespace
  const prefix = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  const names = recipes.map((_, index) => `${prefix}_${index}`).map(name => ({ name, sql: qualify(namespace, name) }));
  const forget = () => batch(['rollback to savepoint dejavu_scratch', 'release savepoint dejavu_scratch']);
  await sql.execute('savepoint dejavu_scratch');
  try {
    await batch(recipes.flatMap((recipe, index) => recipe(names[index] as SpecimenName)));
    const rows = await sql.execute(readSql(names));
    await forget();
    const found = new Map(rows.map(row => [String(row.name), String(row.found)]));
    return names.map(({ name }) => describeReading(found.get(name) as string, { name, namespace: undefined }));
  } catch (error) {
    // On a connection that is gone there is no savepoint either, and the first error is the one to tell
    await forget().catch(() => {});
    throw error;
  }
}

function readSql(names: readonly SpecimenName[]): string {
  const oids = names.map(({ sql }) => `pg_catalog.to_regclass(${quoteEscaped(sql)})`);
  return (
    `select c.relname as name, ${tableSql(WHOLE)} as found ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid in (${oids.join(', ')})`
  );
}
