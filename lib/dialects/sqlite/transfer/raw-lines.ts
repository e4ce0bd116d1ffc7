import type { TransferColumn } from '../../row-transfer.ts';
import { ByteWriter } from './byte-writer.ts';
import { COLUMNS_AT_ONCE } from './line-pieces.ts';
import { rewriteCell } from './raw-cells.ts';

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** A row with a value that its column is not for, which is no line yet. */
interface OddLine {
  readonly row: number;
  /** Where its line belongs. */
  readonly at: number;
}

/** Lines as they stand in a dump, each with its end. */
interface RewrittenLines {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly odd: readonly OddLine[];
}

/** Makes lines of what SQLite itself made of rows. Bytes that need no change are not touched. */
export class RawLines {
  readonly #columns: readonly TransferColumn[];

  constructor(columns: readonly TransferColumn[]) {
    this.#columns = columns;
  }

  rewrite(raw: Uint8Array): RewrittenLines {
    const out = new ByteWriter(raw);
    const odd: OddLine[] = [];
    let row = 0;
    for (let at = 0; at < raw.length; row += 1) {
      out.mark();
      const end = this.#rewriteLine(raw, at, out);
      if (end > 0) {
        at = end;
        continue;
      }
      out.reset(at);
      odd.push({ row, at: out.length });
      const newline = raw.indexOf(NEWLINE, at);
      at = newline < 0 ? raw.length : newline + 1;
      out.skipTo(at);
    }
    return { bytes: out.finish(), rows: row, odd };
  }

  /** @returns where the next line begins; less than 0 if this one does not have the form that it should have */
  #rewriteLine(bytes: Uint8Array, start: number, out: ByteWriter): number {
    const columns = this.#columns;
    if (bytes[start] !== OPEN) return -1;
    let at = start;
    for (let column = 0; column < columns.length; column += 1) {
      if (column > 0 && column % COLUMNS_AT_ONCE === 0) {
        if (bytes[at] !== CLOSE) return -1;
        out.copyTo(at);
        out.byte(COMMA);
        at += 1;
        out.skipTo(at + 1);
      }
      at = rewriteCell(columns[column] as TransferColumn, bytes, at + 1, out);
      if (at < 0) return -1;
    }
    return bytes[at] === CLOSE && bytes[at + 1] === NEWLINE ? at + 2 : -1;
  }
}
