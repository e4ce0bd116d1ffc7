import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What stands next to a database while it is written. https://www.sqlite.org/tempfiles.html */
const BESIDE = ['', '-journal', '-wal'];

/** The files of a database at one moment. */
interface DiskImage {
  /** The statement that was about to be sent. */
  readonly statement: number;
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
    return new DiskImages(path, await mkdtemp(join(tmpdir(), 'dejavu-images-')));
  }

  /** Copies the files as they are, unless they are as they were before. Synchronous: nothing may happen in between. */
  take(): void {
    this.#statement += 1;
    const files = BESIDE.map(end => (existsSync(this.#path + end) ? readFileSync(this.#path + end) : undefined));
    const hash = createHash('sha1');
    for (const bytes of files) hash.update(`${bytes?.length ?? -1}\0`).update(bytes ?? '');
    const print = hash.digest('hex');
    if (this.#known.has(print)) return;
    this.#known.add(print);
    const name = join(this.#folder, String(this.#statement));
    for (const [at, bytes] of files.entries()) if (bytes) writeFileSync(name + BESIDE[at], bytes);
    this.all.push({ statement: this.#statement, copyTo: path => copyImage(name, path) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function copyImage(from: string, to: string): void {
  for (const end of BESIDE) {
    if (existsSync(from + end)) copyFileSync(from + end, to + end);
    else rmSync(to + end, { force: true });
  }
}
