import { BLOCK } from './tar-format.ts';

/** Reads a stream in pieces of a given size. Holds no more than one chunk of it. */
export class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(from: AsyncIterable<Buffer>) {
    this.#chunks = from[Symbol.asyncIterator]();
  }

  /** @throws if there are fewer bytes */
  async read(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(size)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** @throws if there are fewer bytes */
  async *upTo(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#next())) throw new Error('it ends too early');
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async skipPadding(size: number): Promise<void> {
    await this.read((BLOCK - (size % BLOCK)) % BLOCK);
  }

  /** Reads to the end, and tells whether nothing but zeros is left, which other programs fill up with. */
  async endsInZeros(): Promise<boolean> {
    do {
      if (this.#rest.some(byte => byte !== 0)) return false;
    } while (await this.#next());
    return true;
  }

  async #next(): Promise<boolean> {
    const next = await this.#chunks.next();
    this.#rest = next.done ? Buffer.alloc(0) : next.value;
    return !next.done;
  }
}
