import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../../errors.ts';
import { UsageError } from '../../exit-codes.ts';

/** How a file of a form begins. */
const BEGINNINGS = { svg: '<svg ', html: '<!doctype html>' } as const;

/**
 * Checks the file of a picture before it is drawn. A picture that exists is replaced, any other file is not.
 *
 * @throws {@link UsageError}
 */
export function assertReplaceable(path: string, form: keyof typeof BEGINNINGS): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`The folder '${folder}' does not exist. Create it, or choose another file for --${form}.`);
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isFile() || (there.size > 0 && beginning(path, BEGINNINGS[form].length) !== BEGINNINGS[form])) {
    throw new UsageError(`'${path}' exists and was not written by dejavu show. Choose another file for --${form}.`);
  }
}

function beginning(path: string, length: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, 0);
    return bytes.toString('latin1');
  } finally {
    closeSync(file);
  }
}

/** Writes the file of a picture. @throws {@link UsageError} */
export function writePicture(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`'${path}' cannot be written: ${reasonOf(error)}`);
  }
}
