import type { Fit, TransferColumn } from '../../dialects/row-transfer.ts';
import { skipCell, type BytePlace } from '../../rows/canonical/byte-counts.ts';
import { MAX_DEPTH } from '../../rows/canonical/json-text.ts';
import { isInForm } from './cell-forms.ts';
import type { KeyHash } from './key-set.ts';
import { passNull, plainCellOf, type PlainCell } from './plain-cells.ts';

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LOWER_N = 0x6e;

/** A column, and what says whether its values fit. */
export interface FittedColumn {
  readonly column: TransferColumn;
  readonly fit: Fit;
  readonly limit: number | undefined;
}

/** Goes through the lines of a table, and finds the values of each. */
export class LineCells {
  readonly #columns: readonly FittedColumn[];
  readonly #plain: readonly PlainCell[];
  readonly #cursor: BytePlace = { bytes: new Uint8Array(), at: 0 };
  #line = 0;
  /** Where the values of the line begin and end. */
  readonly #starts: number[];
  readonly #ends: number[];

  constructor(columns: readonly FittedColumn[]) {
    this.#columns = columns;
    this.#plain = columns.map(({ column, limit }) => plainCellOf(column, limit));
    this.#starts = columns.map(() => 0);
    this.#ends = columns.map(() => 0);
  }

  /** Begins with the first of some lines, each of which has its end. */
  open(bytes: Uint8Array): void {
    this.#cursor.bytes = bytes;
    this.#cursor.at = 0;
  }

  get isOver(): boolean {
    return this.#cursor.at >= this.#cursor.bytes.length;
  }

  /** Goes to the next line. @returns whether it certainly is a row of the table with values that fit */
  next(): boolean {
    const cursor = this.#cursor;
    this.#line = cursor.at;
    if (this.#passLine()) return true;
    this.#findCells();
    cursor.at = cursor.bytes.indexOf(NEWLINE, this.#line) + 1;
    return false;
  }

  /** In a line that may be anything. */
  #findCells(): void {
    const cursor = this.#cursor;
    cursor.at = this.#line;
    for (let index = 0; index < this.#starts.length; index += 1) {
      cursor.at += 1;
      this.#starts[index] = cursor.at;
      skipCell(cursor);
      this.#ends[index] = cursor.at;
    }
  }

  /** The line without its end. */
  get text(): string {
    return this.#textOf(this.#line, this.#cursor.at - 1);
  }

  isNull(index: number): boolean {
    const start = this.#starts[index] as number;
    return (this.#ends[index] as number) - start === 4 && this.#cursor.bytes[start] === LOWER_N;
  }

  /** The JSON text of a value. */
  textAt(index: number): string {
    return this.#textOf(this.#starts[index] as number, this.#ends[index] as number);
  }

  /** Adds a value to the hash of a key. */
  addTo(hash: KeyHash, index: number): void {
    hash.add(this.#cursor.bytes, this.#starts[index] as number, this.#ends[index] as number);
  }

  #passLine(): boolean {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    if (bytes[cursor.at] !== OPEN) return false;
    const last = this.#plain.length - 1;
    for (let index = 0; index <= last; index += 1) {
      cursor.at += 1;
      this.#starts[index] = cursor.at;
      if (!this.#passCell(index)) return false;
      this.#ends[index] = cursor.at;
      if (bytes[cursor.at] !== (index < last ? COMMA : CLOSE)) return false;
    }
    cursor.at += 2;
    return bytes[cursor.at - 1] === NEWLINE;
  }

  #passCell(index: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    const { column, fit } = this.#columns[index] as FittedColumn;
    if (passNull(cursor)) return column.nullable === true;
    if ((this.#plain[index] as PlainCell)(cursor)) return true;
    cursor.at = start;
    skipCell(cursor);
    const text = this.#textOf(start, cursor.at);
    // A long value may be nested too deeply for what comes next.
    return (
      text.length <= MAX_DEPTH && !text.includes('\n') && isInForm(column.kind, text) && typeof fit(text) === 'string'
    );
  }

  #textOf(start: number, end: number): string {
    const { buffer, byteOffset } = this.#cursor.bytes;
    return Buffer.from(buffer, byteOffset + start, end - start).toString();
  }
}
