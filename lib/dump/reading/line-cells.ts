import type { Fit, TransferColumn } from '../../dialects/row-transfer.ts';
import { endOfCell } from '../../rows/canonical/cell-ends.ts';
import { MAX_DEPTH } from '../../rows/canonical/json-text.ts';
import { isInForm } from './cell-forms.ts';
import type { KeyHash } from './key-set.ts';
import { endOfNull, endOfPlain, type PlainColumn } from './plain-cells.ts';

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
  readonly #plain: readonly PlainColumn[];
  #bytes: Uint8Array = new Uint8Array();
  /** Where the line begins, and where the next one does. */
  #line = 0;
  #next = 0;
  /** Where the values of the line begin and end. */
  readonly #starts: number[];
  readonly #ends: number[];

  constructor(columns: readonly FittedColumn[]) {
    this.#columns = columns;
    this.#plain = columns.map(({ column: { kind, scale = 0 }, limit }) => ({ kind, scale, limit }));
    this.#starts = columns.map(() => 0);
    this.#ends = columns.map(() => 0);
  }

  /** Begins with the first of some lines, each of which has its end. */
  open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#next = 0;
  }

  get isOver(): boolean {
    return this.#next >= this.#bytes.length;
  }

  /** Goes to the next line. @returns whether it certainly is a row of the table with values that fit */
  next(): boolean {
    this.#line = this.#next;
    const end = this.#endOfRow();
    if (end > 0) {
      this.#next = end;
      return true;
    }
    this.#findCells();
    this.#next = this.#bytes.indexOf(NEWLINE, this.#line) + 1;
    return false;
  }

  /** In a line that may be anything. */
  #findCells(): void {
    let at = this.#line;
    for (let index = 0; index < this.#starts.length; index += 1) {
      this.#starts[index] = at + 1;
      at = endOfCell(this.#bytes, at + 1);
      this.#ends[index] = at;
    }
  }

  /** The line without its end. */
  get text(): string {
    return this.#textOf(this.#line, this.#next - 1);
  }

  isNull(index: number): boolean {
    const start = this.#starts[index] as number;
    return (this.#ends[index] as number) - start === 4 && this.#bytes[start] === LOWER_N;
  }

  /** The JSON text of a value. */
  textAt(index: number): string {
    return this.#textOf(this.#starts[index] as number, this.#ends[index] as number);
  }

  /** Adds a value to the hash of a key. */
  addTo(hash: KeyHash, index: number): void {
    hash.add(this.#bytes, this.#starts[index] as number, this.#ends[index] as number);
  }

  /** Where the line ends, if it certainly is a row with values that fit; less than 0 otherwise. */
  #endOfRow(): number {
    const bytes = this.#bytes;
    let at = this.#line;
    if (bytes[at] !== OPEN) return -1;
    const last = this.#plain.length - 1;
    for (let index = 0; index <= last; index += 1) {
      this.#starts[index] = at + 1;
      at = this.#endOfCell(index, at + 1);
      this.#ends[index] = at;
      if (at < 0 || bytes[at] !== (index < last ? COMMA : CLOSE)) return -1;
    }
    return bytes[at + 1] === NEWLINE ? at + 2 : -1;
  }

  /** Where a value ends that fits; less than 0 for another. */
  #endOfCell(index: number, start: number): number {
    const bytes = this.#bytes;
    const { column, fit } = this.#columns[index] as FittedColumn;
    const afterNull = endOfNull(bytes, start);
    if (afterNull > 0) return column.nullable === true ? afterNull : -1;
    const afterPlain = endOfPlain(this.#plain[index] as PlainColumn, bytes, start);
    if (afterPlain > 0) return afterPlain;
    const end = endOfCell(bytes, start);
    const text = this.#textOf(start, end);
    // A long value may be nested too deeply for what comes next.
    const fits =
      text.length <= MAX_DEPTH && !text.includes('\n') && isInForm(column.kind, text) && typeof fit(text) === 'string';
    return fits ? end : -1;
  }

  #textOf(start: number, end: number): string {
    const { buffer, byteOffset } = this.#bytes;
    return Buffer.from(buffer, byteOffset + start, end - start).toString();
  }
}
