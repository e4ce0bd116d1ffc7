import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The files next to a database while it is written. https://www.sqlite.org/tempfiles.html */
const JOURNAL = '-journal';
const ENDINGS = ['', JOURNAL, '-wal'];

/** The files of a SQLite database at one moment. All of it is synchronous: nothing may happen in between. */
export class FileImage {
  readonly #files: readonly (Buffer | undefined)[];

  private constructor(files: readonly (Buffer | undefined)[]) {
    this.#files = files;
  }

  /** The files of no database. */
  static readonly NONE = new FileImage([]);

  /** Reads the files as they are. */
  static of(path: string): FileImage {
    return new FileImage(ENDINGS.map(end => (existsSync(path + end) ? readFileSync(path + end) : undefined)));
  }

  /** Writes the files to the path of a database. */
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

  /**
   * The same for files that are the same database to the process that opens them next. A journal leads back to the last
   * commit, so that it only counts whether there is one: it grows with each statement.
   */
  print(): string {
    const hash = createHash('sha1');
    for (const [at, end] of ENDINGS.entries()) {
      const file = this.#files[at];
      hash.update(`${file === undefined}\0`);
      if (end !== JOURNAL) hash.update(`${file?.length ?? 0}\0`).update(file ?? '');
    }
    return hash.digest('hex');
  }
}
