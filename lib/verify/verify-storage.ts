import { verdictOn } from '../boot/decide.ts';
import { abortedError } from '../boot/look.ts';
import type { Call, CallOptions } from '../boot/call.ts';
import { withText } from '../boot/outcome/report-text.ts';
import type { Difference } from '../difference.ts';
import { showDifferences } from '../drift/difference-tree.ts';
import { isIgnored, isMeant, type Ignore } from '../drift/ignore.ts';
import { differencesTo } from '../drift/two-looks.ts';
import { openSchema } from '../open-schema.ts';
import type { Schema } from '../schema.ts';
import { HeldConnection } from '../store/connection.ts';
import { readRow } from '../store/database.ts';
import { openDatabase } from '../store/opening/open-database.ts';
import { translate } from '../store/opening/translate.ts';
import { assertFrozenAt, withVersion } from './opened-versions.ts';

/** The options of `verify()`. */
export interface VerifyOptions extends Pick<CallOptions, 'signal' | 'waitMs'> {
  /**
   * The differences to ignore, in addition to `extra` of the Schema: paths such as `'animal.index.my_index'`, where `*` stands
   * for any characters, or a function.
   */
  readonly ignore?: Ignore | undefined;
  /** The version to compare with. By default the version of the database. */
  readonly version?: number | undefined;
}

/** The report of `verify()`. */
export interface Verification {
  readonly guid: string;
  /** The version that the storage was compared with. */
  readonly version: number;
  /** The name of the database, without credentials. */
  readonly database: string;
  /** The differences; empty if the storage matches the version. */
  readonly differences: readonly Difference[];
  /** Shows the differences as a tree: the table, its parts, and how they differ. */
  toString(): string;
}

/**
 * Compares the storage of a database with its frozen version: tables, views, columns, keys, indexes, checks, enums, triggers
 * and comments. Writes nothing. On PostgreSQL it creates temporary tables and rolls them back, because only the server can
 * tell whether two expressions are equal.
 *
 * @throws {@link VersionMissingError} if the database has no version and the call names none, {@link VersionForkedError},
 * {@link VersionCorruptError}, {@link DatabaseUnavailableError}
 * @throws {@link SchemaTargetError} if this code has no frozen version of that number
 */
export async function verify(
  schema: Schema,
  { ignore, version, ...options }: VerifyOptions = {},
): Promise<Verification> {
  const call = openSchema(schema).call(options, 'verify');
  const { compared, found } = await compare(call, version);
  const differences = found.filter(difference => !(ignore !== undefined && isIgnored(difference, ignore)));
  const { guid, place: database } = call.database;
  return withText<Verification>({ guid, version: compared, database, differences }, () =>
    differences.length === 0
      ? `${guid}: the storage matches version ${compared}.`
      : `${guid}: the storage differs from version ${compared}.\n${showDifferences(differences)}`,
  );
}

async function compare(call: Call, version: number | undefined) {
  try {
    const isNowhere = !(await openDatabase(call.database, call, { mayCreate: false }));
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

/**
 * Compares the storage with a frozen version, in a transaction that only reads, and is rolled back. Leaves out what the
 * Schema says may be there in addition.
 */
export async function differencesAt(call: Call, version: number): Promise<Difference[]> {
  const { extra } = call.definition;
  const found = await HeldConnection.hold(call.database.orm, call, async held => {
    await held.begin(['begin']);
    try {
      return await withVersion(held, call, version, ({ context, models, others }) =>
        differencesTo(context, models, { others }),
      );
    } finally {
      await held.rollback();
    }
  });
  return found.filter(difference => !isMeant(difference, extra));
}
