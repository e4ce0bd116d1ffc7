import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOfBlock } from '../../rows/canonical/cells.ts';
import type { ManifestTable } from '../manifest.ts';
import { assertDigest, bytesAtOnce } from './line-reader.ts';

const NEWLINE = 0x0a;
const MOST_AT_ONCE = 1 << 16;

/** The lines of a table's file, some after others, next to bytes that should be the same. */
export class LineBytes implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #at = 0;
  readonly #atOnce: number;
  #bytes = Buffer.alloc(0);

  private constructor(file: FileHandle, atOnce: number) {
    this.#file = file;
    this.#atOnce = atOnce;
  }

  /** Opens the file of a table, and passes by the line that names its columns. */
  static async open(folder: string, table: ManifestTable): Promise<LineBytes> {
    const lines = new LineBytes(await open(join(folder, table.file), 'r'), bytesAtOnce(table, MOST_AT_ONCE));
    await lines.next(1);
    return lines;
  }

  /** Passes by some bytes, if the next are the same. */
  async matches(bytes: Uint8Array): Promise<boolean> {
    const found = await this.#peek(bytes.length);
    if (found.compare(bytes) !== 0) return false;
    this.#pass(found);
    return true;
  }

  /** The next lines; fewer at the end of the file. */
  async next(rows: number): Promise<string[]> {
    for (let length = this.#atOnce; ; length *= 2) {
      const found = await this.#peek(length);
      let end = 0;
      for (let left = rows; left > 0; left -= 1) {
        const newline = found.indexOf(NEWLINE, end);
        if (newline < 0 && found.length === length) end = -1;
        if (newline < 0) break;
        end = newline + 1;
      }
      if (end < 0) continue;
      const lines = found.subarray(0, end);
      this.#pass(lines);
      return linesOfBlock(lines);
    }
  }

  /** @throws {@link DumpInvalidError} if the file is not the one that the manifest names any more */
  assertDigest(guid: string, table: ManifestTable): void {
    assertDigest(guid, table, this.#hash.digest('hex'));
  }

  async #peek(length: number): Promise<Buffer> {
    if (this.#bytes.length < length) this.#bytes = Buffer.alloc(length);
    let there = 0;
    while (there < length) {
      const { bytesRead } = await this.#file.read(this.#bytes, there, length - there, this.#at + there);
      if (bytesRead === 0) break;
      there += bytesRead;
    }
    return this.#bytes.subarray(0, there);
  }

  #pass(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#at += bytes.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
