import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** What was written into a file. */
interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the lines of one table into a file that must not exist, and computes its digest on the way. */
export class LineFile {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  /** The write under way: meanwhile the next lines are read. */
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #isOpen = true;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Only the owner of the file may read the rows. */
  static async create(path: string): Promise<LineFile> {
    return new LineFile(await open(path, 'wx', 0o600));
  }

  /** Begins to write, once what was written before is written. The bytes must stay as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#writing;
    this.#writing = this.#writeAll(bytes);
    // It is thrown by the next call.
    this.#writing.catch(() => {});
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) done += (await this.#file.write(bytes, done)).bytesWritten;
  }

  /**
   * Lines that are not on the disk would be missing after a power cut, although the manifest lists them.
   *
   * @param isScratch whether nothing outlives this process anyway
   */
  async finish(isScratch = false): Promise<Written> {
    await this.#writing;
    if (!isScratch) await this.#file.sync();
    await this.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#writing.catch(() => {});
    await this.#file.close();
  }
}
