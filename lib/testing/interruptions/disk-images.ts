import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../dump/scratch/temporary-folder.ts';
import { FileImage } from '../databases/file-image.ts';

/** The files of a database at one moment. */
interface DiskImage {
  /** The number of the statement that was about to be sent, and its text. */
  readonly statement: number;
  readonly sql: string;
  /** Equal for files that are the same database to the process that opens them next. */
  readonly print: string;
  /** Whether that process has to undo a transaction first. */
  readonly hasJournal: boolean;
  copyTo(path: string): void;
}

/** The different states that the files of a database were in, one after another. */
export class DiskImages implements AsyncDisposable {
  readonly #path: string;
  readonly #folder: string;
  readonly #known = new Set<string>();
  readonly all: DiskImage[] = [];
  #statement = 0;
  #last: FileImage | undefined;

  private constructor(path: string, folder: string) {
    this.#path = path;
    this.#folder = folder;
  }

  static async of(path: string): Promise<DiskImages> {
    return new DiskImages(path, await makeTemporaryFolder());
  }

  /** Copies the files, unless they are equal to the last copy. Synchronous: nothing may happen in between. */
  take(sql: string): void {
    this.#statement += 1;
    if (this.#last?.isSameAt(this.#path)) return;
    const image = (this.#last = FileImage.of(this.#path));
    const print = image.print();
    if (this.#known.has(print)) return;
    this.#known.add(print);
    const name = join(this.#folder, String(this.#statement));
    image.writeTo(name);
    const copyTo = (path: string) => FileImage.of(name).writeTo(path);
    this.all.push({ statement: this.#statement, sql, print, hasJournal: image.hasJournal, copyTo });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
