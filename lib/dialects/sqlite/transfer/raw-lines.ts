import type { BytePlace } from '../../../rows/canonical/byte-counts.ts';
import type { TransferColumn } from '../../row-transfer.ts';
import { rewriterOf, type Rewrite } from './raw-cells.ts';
import { ByteWriter } from './byte-writer.ts';
import { COLUMNS_AT_ONCE } from './line-pieces.ts';

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
  readonly odd: readonly OddLine[];
}

/** Makes lines of what SQLite itself made of rows. Bytes that need no change are not touched. */
export class RawLines {
  readonly #rewrites: readonly Rewrite[];

  constructor(columns: readonly TransferColumn[]) {
    this.#rewrites = columns.map(rewriterOf);
  }

  rewrite(raw: Uint8Array): RewrittenLines {
    const cursor: BytePlace = { bytes: raw, at: 0 };
    const out = new ByteWriter(raw);
    const odd: OddLine[] = [];
    for (let row = 0; cursor.at < raw.length; row += 1) {
      const line = out.mark(cursor.at);
      if (this.#rewriteLine(cursor, out)) continue;
      out.reset(line);
      odd.push({ row, at: out.length });
      const end = raw.indexOf(NEWLINE, line.start);
      cursor.at = end < 0 ? raw.length : end + 1;
      out.skipTo(cursor.at);
    }
    return { bytes: out.finish(), odd };
  }

  /** @returns whether the line has the form that it should have */
  #rewriteLine(cursor: BytePlace, out: ByteWriter): boolean {
    const { bytes } = cursor;
    const rewrites = this.#rewrites;
    if (bytes[cursor.at] !== OPEN) return false;
    for (let column = 0; column < rewrites.length; column += 1) {
      if (column > 0 && column % COLUMNS_AT_ONCE === 0) {
        if (bytes[cursor.at] !== CLOSE) return false;
        out.copyTo(cursor.at);
        out.byte(COMMA);
        cursor.at += 1;
        out.skipTo(cursor.at + 1);
      }
      cursor.at += 1;
      if (!(rewrites[column] as Rewrite)(cursor, out)) return false;
    }
    cursor.at += 2;
    return bytes[cursor.at - 2] === CLOSE && bytes[cursor.at - 1] === NEWLINE;
  }
}
