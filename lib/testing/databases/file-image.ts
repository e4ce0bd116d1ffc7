import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What stands next to a database while it is written. https://www.sqlite.org/tempfiles.html */
const ENDINGS = ['', '-journal', '-wal'];

/** The files of a SQLite database at one moment. All of it is synchronous: nothing may happen in between. */
export class FileImage {
  readonly #files: readonly (Buffer | undefined)[];

  private constructor(files: readonly (Buffer | undefined)[]) {
    this.#files = files;
  }

  /** Of no database. */
  static readonly NONE = new FileImage([]);

  /** Reads the files as they are. */
  static of(path: string): FileImage {
    return new FileImage(ENDINGS.map(end => (existsSync(path + end) ? readFileSync(path + end) : undefined)));
  }

  /** Puts the files where a database is to be. */
  writeTo(path: string): void {
    for (const [at, end] of ENDINGS.entries()) {
      const bytes = this.#files[at];
      if (bytes) writeFileSync(path + end, bytes, { mode: 0o600 });
      else rmSync(path + end, { force: true });
    }
  }

  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + (file?.length ?? 0), 0);
  }

  /** The same for the same files, and different otherwise. */
  print(): string {
    const hash = createHash('sha1');
    for (const file of this.#files) hash.update(`${file?.length ?? -1}\0`).update(file ?? '');
    return hash.digest('hex');
  }
}
