import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { countOfBytes, skipCell, skipsNull, type BytePlace } from './byte-counts.ts';
import { parseCell } from './cells.ts';
import { countOf, WEIGHTS } from './value-counts.ts';

const NEWLINE = 0x0a;
const OPEN = 0x5b;
const OPEN_BRACE = 0x7b;
/** So many rows at most add up to less than 2^53. */
const EXACT_ROWS = 1_000_000;

/** Adds up the values of lines, as the second reading has the database do it. */
export class LineSums {
  readonly #kinds: readonly ColumnKind[];
  readonly #counters: readonly ((cursor: BytePlace) => number)[];
  readonly #weighing: number;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #carried: bigint[];
  readonly #tagged = new Set<number>();
  rows = 0;

  constructor(columns: readonly { readonly name: string; readonly kind: ColumnKind }[], key: readonly string[]) {
    this.#kinds = columns.map(({ kind }) => kind);
    this.#counters = this.#kinds.map(countOfBytes);
    this.#weighing = columns.findIndex(({ name }) => name === key[0]);
    this.#counts = new Float64Array(columns.length);
    this.#sums = new Float64Array(columns.length);
    this.#carried = columns.map(() => 0n);
  }

  /** Adds whole lines. @throws {SyntaxError} for bytes that are not lines */
  add(bytes: Uint8Array): void {
    const cursor: BytePlace = { bytes, at: 0 };
    const [counts, sums] = [this.#counts, this.#sums];
    while (cursor.at < bytes.length) {
      this.#countLine(cursor);
      const weight = (Math.abs(counts[this.#weighing] ?? 0) % WEIGHTS) + 1;
      for (let column = 0; column < sums.length; column += 1)
        sums[column] = (sums[column] as number) + (counts[column] as number) * weight;
      this.rows += 1;
      if (this.rows % EXACT_ROWS === 0) this.#carry();
    }
  }

  #countLine(cursor: BytePlace): void {
    const { bytes } = cursor;
    if (bytes[cursor.at] !== OPEN) throw new SyntaxError('it is not a JSON array');
    cursor.at += 1;
    for (let column = 0; column < this.#counts.length; column += 1) {
      this.#counts[column] = this.#countCell(cursor, column);
      cursor.at += 1;
    }
    if (bytes[cursor.at] !== NEWLINE) throw new SyntaxError('it is not a line');
    cursor.at += 1;
  }

  #countCell(cursor: BytePlace, column: number): number {
    if (skipsNull(cursor)) return 0;
    const start = cursor.at;
    const count = (this.#counters[column] as (cursor: BytePlace) => number)(cursor);
    // It counts NaN if it is not in the form that nearly all have.
    if (count === count) return count;
    cursor.at = start;
    if (cursor.bytes[start] === OPEN_BRACE) this.#tagged.add(column);
    skipCell(cursor);
    const text = Buffer.from(cursor.bytes.subarray(start, cursor.at)).toString();
    return countOf(this.#kinds[column] as ColumnKind, parseCell(text));
  }

  get sums(): readonly bigint[] {
    this.#carry();
    return this.#carried;
  }

  /** The columns, by their place, in which all values are what the column is for. */
  isPlain(column: number): boolean {
    return !this.#tagged.has(column);
  }

  #carry(): void {
    for (const [index, sum] of this.#sums.entries())
      this.#carried[index] = (this.#carried[index] as bigint) + BigInt(sum);
    this.#sums.fill(0);
  }
}
