import { MOMENT_BYTES, writeMoment } from '../../../rows/canonical/moment-bytes.ts';

/** Copies bytes, and puts others in the place of some. Where nothing is put, nothing is copied. */
export class ByteWriter {
  readonly #source: Buffer;
  #bytes: Buffer | undefined;
  /** The number of bytes written so far. */
  length = 0;
  /** The bytes of the source before it are written, or left out. */
  #copied = 0;
  #markedLength = 0;
  #markedCopied = 0;

  constructor(source: Uint8Array) {
    this.#source = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  }

  /** Remembers the place at which the writer is, to which {@link reset} leads back. */
  mark(): void {
    this.#markedLength = this.length;
    this.#markedCopied = this.#copied;
  }

  /** Forgets everything written since then, and copies what stands before a place of the source. */
  reset(end: number): void {
    this.length = this.#markedLength;
    this.#copied = this.#markedCopied;
    this.copyTo(end);
  }

  /** Copies what stands before a place of the source. */
  copyTo(end: number): void {
    const start = this.#copied;
    const bytes = this.#roomFor(end - start);
    if (end - start > 32) this.#source.copy(bytes, this.length, start, end);
    // A call for a few bytes would cost more than the bytes.
    else for (let at = start, to = this.length; at < end; at += 1, to += 1) bytes[to] = this.#source[at] as number;
    this.length += end - start;
    this.#copied = end;
  }

  /** Leaves out what stands before a place of the source. */
  skipTo(end: number): void {
    this.#copied = end;
  }

  byte(value: number): void {
    this.#roomFor(1)[this.length] = value;
    this.length += 1;
  }

  /** Writes a text that is ASCII. */
  ascii(text: string): void {
    const bytes = this.#roomFor(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[this.length + at] = text.charCodeAt(at);
    this.length += text.length;
  }

  /** Writes a moment of the years from 1 to 9999. */
  moment(ms: number): void {
    this.length = writeMoment(this.#roomFor(MOMENT_BYTES), this.length, ms);
  }

  text(text: string): void {
    const encoded = Buffer.from(text);
    this.#roomFor(encoded.length).set(encoded, this.length);
    this.length += encoded.length;
  }

  /** All of it: the source itself, if nothing is different. */
  finish(): Uint8Array {
    if (this.#bytes === undefined && this.#copied === 0) return this.#source;
    this.copyTo(this.#source.length);
    return (this.#bytes as Buffer).subarray(0, this.length);
  }

  #roomFor(more: number): Buffer {
    const needed = this.length + more;
    if (this.#bytes !== undefined && needed <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafe(Math.max(needed * 2, this.#source.length + (this.#source.length >> 1)));
    this.#bytes?.copy(larger, 0, 0, this.length);
    return (this.#bytes = larger);
  }
}
