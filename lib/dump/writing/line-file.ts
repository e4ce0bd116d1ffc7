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
  #bytes = 0;
  #isOpen = true;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Only the owner of the file may read the rows. */
  static async create(path: string): Promise<LineFile> {
    return new LineFile(await open(path, 'wx', 0o600));
  }

  async write(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#file.writeFile(bytes);
  }

  /** Lines that are not on the disk would be missing after a power cut, although the manifest lists them. */
  async finish(): Promise<Written> {
    await this.#file.sync();
    await this.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#file.close();
    this.#isOpen = false;
  }
}
