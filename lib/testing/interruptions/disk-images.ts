import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../dump/scratch/temporary-folder.ts';
import { FileImage } from '../databases/file-image.ts';

/** The files of a database at one moment. */
interface DiskImage {
  /** The number of the statement that was about to be sent, and its text. */
  readonly statement: number;
  readonly sql: string;
  copyTo(path: string): void;
}

/** The different states that the files of a database were in, one after another. */
export class DiskImages implements AsyncDisposable {
  readonly #path: string;
  readonly #folder: string;
  readonly #known = new Set<string>();
  readonly all: DiskImage[] = [];
  #statement = 0;

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
    const image = FileImage.of(this.#path);
    const print = image.print();
    if (this.#known.has(print)) return;
    this.#known.add(print);
    const name = join(this.#folder, String(this.#statement));
    image.writeTo(name);
    this.all.push({ statement: this.#statement, sql, copyTo: path => FileImage.of(name).writeTo(path) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
