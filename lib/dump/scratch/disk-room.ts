import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { reasonOf, SchemaTargetError } from '../../errors.ts';

/** No room on the disk, or not for this user, or not for so large a file. */
const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Makes of an error of the file system one that says what to do; `undefined` if there is room. */
export function noRoomError(guid: string, folder: string, cause: unknown): SchemaTargetError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  return CODES.includes(code) ? roomError(guid, folder, { why: reasonOf(cause), cause }) : undefined;
}

/**
 * Makes sure that a folder has room for a file before any of it is written.
 *
 * @throws {@link SchemaTargetError}
 */
export async function assertRoom(guid: string, folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw roomError(guid, folder, { why: `a file of ${bytes} bytes, and ${free} are free` });
}

function roomError(
  guid: string,
  folder: string,
  { why, cause }: { readonly why: string; readonly cause?: unknown },
): SchemaTargetError {
  const next = folder.startsWith(tmpdir())
    ? 'Make room there, or set the variable TMPDIR to a folder with more room.'
    : 'Make room there, or use another folder.';
  return new SchemaTargetError(`the disk has no room for the rows in ${folder}: ${why}. ${next}`, {
    guid,
    target: folder,
    cause,
  });
}
