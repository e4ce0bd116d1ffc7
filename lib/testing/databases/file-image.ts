import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';

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

  /** Whether the process that opens the files next has to undo a transaction first. */
  get hasJournal(): boolean {
    return this.#files[ENDINGS.indexOf(JOURNAL)] !== undefined;
  }

  /** Whether the files at a path are the same database to the process that opens them next, as {@link print} tells. */
  isSameAt(path: string): boolean {
    return ENDINGS.every((end, at) => {
      const file = this.#files[at];
      if (end === JOURNAL || file === undefined) return existsSync(path + end) === (file !== undefined);
      return isContent(path + end, file);
    });
  }
}

/** Read again and again into the same memory: a database is compared ahead of each statement. */
let read = Buffer.alloc(0);

function isContent(path: string, bytes: Buffer): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size !== bytes.length) return false;
    if (read.length < size) read = Buffer.allocUnsafeSlow(size);
    return readSync(file, read, 0, size, 0) === size && read.compare(bytes, 0, size, 0, size) === 0;
  } finally {
    closeSync(file);
  }
}
