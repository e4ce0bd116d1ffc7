import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { countCell } from './byte-counts.ts';
import { endOfCell, isNullAt, NULL_BYTES } from './cell-ends.ts';
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
  readonly #weighing: number;
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #carried: bigint[];
  readonly #tagged = new Set<number>();
  rows = 0;

  constructor(columns: readonly { readonly name: string; readonly kind: ColumnKind }[], key: readonly string[]) {
    this.#kinds = columns.map(({ kind }) => kind);
    this.#weighing = columns.findIndex(({ name }) => name === key[0]);
    this.#counts = new Float64Array(columns.length);
    this.#sums = new Float64Array(columns.length);
    this.#carried = columns.map(() => 0n);
  }

  /** Adds whole lines. @throws {SyntaxError} for bytes that are not lines */
  add(bytes: Uint8Array): void {
    const [counts, sums, weighing] = [this.#counts, this.#sums, this.#weighing];
    for (let at = 0; at < bytes.length;) {
      at = this.#countLine(bytes, at);
      const weight = weighing < 0 ? 1 : (Math.abs((counts[weighing] as number) | 0) % WEIGHTS) + 1;
      for (let column = 0; column < sums.length; column += 1)
        sums[column] = (sums[column] as number) + (counts[column] as number) * weight;
      this.rows += 1;
      if (this.rows % EXACT_ROWS === 0) this.#carry();
    }
  }

  /** @returns where the next line begins */
  #countLine(bytes: Uint8Array, start: number): number {
    if (bytes[start] !== OPEN) throw new SyntaxError('it is not a JSON array');
    const [kinds, counts] = [this.#kinds, this.#counts];
    let at = start + 1;
    for (let column = 0; column < kinds.length; column += 1) {
      if (isNullAt(bytes, at)) {
        counts[column] = 0;
        at += NULL_BYTES + 1;
        continue;
      }
      const end = countCell(kinds[column] as ColumnKind, bytes, at, counts, column);
      at = (end < 0 ? this.#countOther(bytes, at, column) : end) + 1;
    }
    if (bytes[at] !== NEWLINE) throw new SyntaxError('it is not a line');
    return at + 1;
  }

  /** Counts a value that is not in the form that nearly all have. @returns where it ends */
  #countOther(bytes: Uint8Array, start: number, column: number): number {
    if (bytes[start] === OPEN_BRACE) this.#tagged.add(column);
    const end = endOfCell(bytes, start);
    const text = Buffer.from(bytes.subarray(start, end)).toString();
    this.#counts[column] = countOf(this.#kinds[column] as ColumnKind, parseCell(text));
    return end;
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
