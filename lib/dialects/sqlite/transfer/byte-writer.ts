import { MOMENT_BYTES, writeMoment } from '../../../rows/canonical/moment-bytes.ts';

/** Where a line begins, in the bytes to read and in those written. */
interface LineStart {
  readonly start: number;
  readonly written: number;
  readonly copied: number;
}

/** Copies bytes, and puts others in the place of some. Where nothing is put, nothing is copied. */
export class ByteWriter {
  readonly #source: Uint8Array;
  #bytes: Uint8Array | undefined;
  /** The number of bytes written so far. */
  length = 0;
  /** The bytes of the source before it are written, or left out. */
  #copied = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** Remembers a place, to which {@link reset} leads back. */
  mark(start: number): LineStart {
    return { start, written: this.length, copied: this.#copied };
  }

  /** Forgets everything written since then, and copies up to that place. */
  reset({ start, written, copied }: LineStart): void {
    this.length = written;
    this.#copied = copied;
    this.copyTo(start);
  }

  /** Copies what stands before a place of the source. */
  copyTo(end: number): void {
    const start = this.#copied;
    const bytes = this.#roomFor(end - start);
    if (end - start > 32) bytes.set(this.#source.subarray(start, end), this.length);
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
    return (this.#bytes as Uint8Array).subarray(0, this.length);
  }

  #roomFor(more: number): Uint8Array {
    const needed = this.length + more;
    if (this.#bytes !== undefined && needed <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafe(Math.max(needed * 2, this.#source.length + (this.#source.length >> 1)));
    if (this.#bytes) larger.set(this.#bytes.subarray(0, this.length));
    return (this.#bytes = larger);
  }
}
