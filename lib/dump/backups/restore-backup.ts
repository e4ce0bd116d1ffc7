import type { Readable } from 'node:stream';
import type { Call } from '../../boot/call.ts';
import { abortedError } from '../../boot/look.ts';
import { SchemaTargetError } from '../../errors.ts';
import { openSchema } from '../../open-schema.ts';
import type { Schema } from '../../schema.ts';
import { translate } from '../../store/opening/translate.ts';
import { restoreDump, type RestoreOptions, type RestoreReport } from '../restore/restore-database.ts';
import { isArchive, readFrom } from '../stream/stream-place.ts';
import { findBackup } from './find-backup.ts';
import { restoreFile } from './restore-file.ts';

/**
 * Restores a dump into an empty database, or a SQLite backup to a path without a file, and upgrades it to `latest`. Given a
 * folder that keeps several backups of one database, restores the newest.
 *
 * Everything in a dump is checked before the first write: the files, every value, and every reference between rows. The
 * storage of the dump's version, its rows and the version are written in one transaction, without hooks, validation or
 * triggers. Then the rows are read back and compared with the dump. A SQLite file is compared with its digest, if a digest was
 * kept, and checked before it gets its name.
 *
 * @param path the folder of a dump, a dump in one file or stream (a tar, also compressed by gzip or zstd, which is unpacked
 * into the temporary folder of the system), a SQLite file, or a folder of backups
 * @throws {@link DumpInvalidError} for a backup that is incomplete, was changed, or is of another Schema, branch or release
 * @throws {@link RestoreRefusedError} for a database that is not empty, and for values that do not fit
 * @throws the errors of `upgrade()`; the database then is at the version of the backup, or at one that a step reached
 */
export async function restore(
  schema: Schema,
  path: string | Readable,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const { except, stay = false, onProgress, onSteps, maxUnpackedBytes, ...rest } = options;
  const call = openSchema(schema).call({ ...rest, onProgress: onSteps }, 'restore');
  const { guid } = call.database;
  if (typeof path !== 'string' || (await isArchive(path)))
    return restoreStream(call, { from: path, maxBytes: maxUnpackedBytes }, { except, stay, onProgress, hasHook: true });
  const found = await findBackup(guid, path);
  if (found.kind === 'dump') return restoreDump(call, found.folder, { except, stay, onProgress, hasHook: true });
  if (except !== undefined && Object.keys(except).length > 0)
    throw new SchemaTargetError(
      `${found.file} is a SQLite file, which is restored as a whole. Restore it without \`except\`.`,
      {
        guid,
        target: path,
      },
    );
  try {
    return await restoreFile(call, found, { stay });
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw translate(call.database, error);
  }
}

async function restoreStream(
  call: Call,
  { from, maxBytes }: { readonly from: string | Readable; readonly maxBytes: number | undefined },
  options: Parameters<typeof restoreDump>[2],
): Promise<RestoreReport> {
  try {
    return await readFrom(from, { guid: call.database.guid, maxBytes }, folder => restoreDump(call, folder, options));
  } catch (error) {
    if (call.signal?.aborted) throw await abortedError(call);
    throw error;
  }
}
