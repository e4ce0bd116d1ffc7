import { verdictOn } from '../boot/decide.ts';
import { abortedError } from '../boot/look.ts';
import type { Call, CallOptions } from '../boot/call.ts';
import type { Difference } from '../difference.ts';
import { showDifferences } from '../drift/difference-tree.ts';
import { isIgnored, isMeant, type Ignore } from '../drift/ignore.ts';
import { differencesTo } from '../drift/two-looks.ts';
import { openSchema, type Schema } from '../schema.ts';
import { HeldConnection } from '../store/connection.ts';
import { readRow } from '../store/database.ts';
import { isMissing } from '../store/opening/open-database.ts';
import { translate } from '../store/opening/translate.ts';
import { assertFrozenAt, withVersion } from './opened-versions.ts';

export interface VerifyOptions extends Pick<CallOptions, 'signal' | 'waitMs'> {
  /**
   * The differences that are meant to be, beside what `extra` of the Schema lists: paths such as `'animal.index.my_index'`, in which `*` stands for any text, or a
   * function. What `extra` of the Schema names is left out in any case.
   */
  readonly ignore?: Ignore | undefined;
  /** The version to compare with. By default the one that the database has reached. */
  readonly version?: number | undefined;
}

/** How the storage of a database compares with a frozen version. */
export interface Verification {
  readonly guid: string;
  /** The version it was compared with. */
  readonly version: number;
  /** Names the database as a person would, without credentials. */
  readonly database: string;
  /** Empty if the storage is what the version says. */
  readonly differences: readonly Difference[];
  /** Shows the differences as a tree: the table, what belongs to it, and in what that differs. */
  toString(): string;
}

/**
 * Compares the storage of a database with the frozen version it has reached: tables, views, columns, keys, indexes, checks,
 * enums, triggers and comments. Writes nothing. On PostgreSQL it makes temporary tables, and rolls them back, since only
 * the server can tell whether two expressions are one.
 *
 * @throws {@link VersionMissingError} if no version is recorded and none is given, {@link VersionForkedError},
 * {@link VersionCorruptError}, {@link DatabaseUnavailableError}
 * @throws {@link SchemaTargetError} if this code has no frozen version of that number
 */
export async function verify(
  schema: Schema,
  { ignore, version, ...options }: VerifyOptions = {},
): Promise<Verification> {
  const call = openSchema(schema).call(options, 'verify');
  const { compared, found } = await compare(call, version);
  const { extra } = call.definition;
  const differences = found.filter(
    difference => !isMeant(difference, extra) && !(ignore !== undefined && isIgnored(difference, ignore)),
  );
  const { guid, place: database } = call.database;
  return {
    guid,
    version: compared,
    database,
    differences,
    toString: () =>
      differences.length === 0
        ? `${guid}: the storage is what version ${compared} says.`
        : `${guid}: the storage is not what version ${compared} says.\n${showDifferences(differences)}`,
  };
}

async function compare(call: Call, version: number | undefined) {
  try {
    // Looking makes no file, whatever it is to be compared with
    const isNowhere = isMissing(call.database.orm);
    const compared = version === undefined || isNowhere ? await deployedVersion(call) : version;
    assertFrozenAt(call, compared);
    return { compared, found: await differencesAt(call, compared) };
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(call.database, error);
  }
}

async function deployedVersion({ database, definition, ...patience }: Call): Promise<number> {
  const row = await readRow(database, patience);
  const error = verdictOn({ row, place: database.place }, definition);
  // Behind and ahead are versions too
  if (error && (row === undefined || error.code === 'VERSION_FORKED')) throw error;
  return (row as NonNullable<typeof row>).version;
}

/** In a transaction that only reads, and is rolled back. */
async function differencesAt(call: Call, version: number): Promise<Difference[]> {
  return HeldConnection.hold(call.database.orm, call, async held => {
    await held.begin(['begin']);
    try {
      return await withVersion(held, call, version, ({ context, models, others }) =>
        differencesTo(context, models, { others }),
      );
    } finally {
      await held.rollback();
    }
  });
}
