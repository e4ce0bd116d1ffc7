import type { Row } from '../store/connection.ts';

/** How a column becomes part of a line: by SQL alone, or by SQL and then by a function. */
export interface LinePart {
  readonly sql: string;
  readonly show?: ((value: unknown) => string) | undefined;
}

/** The columns selected for a line, and the function that makes the line of a row. */
interface LineReading {
  readonly selected: readonly string[];
  readonly lineOf: (row: Row) => string;
}

/** Columns next to each other that SQL alone writes are read as one text: that is what makes dumps fast. */
export function joinParts(parts: readonly LinePart[]): LineReading {
  const selected: string[] = [];
  const shows: ((row: Row) => string)[] = [];
  const add = (sql: string, show: (value: unknown) => string) => {
    const name = `p${selected.length}`;
    selected.push(`${sql} as ${name}`);
    shows.push(row => show(row[name]));
  };
  let texts: string[] = [];
  const endText = () => {
    if (texts.length > 0) add(texts.join(` || ',' || `), String);
    texts = [];
  };
  for (const { sql, show } of parts) {
    if (!show) {
      texts.push(sql);
      continue;
    }
    endText();
    add(sql, show);
  }
  endText();
  return { selected, lineOf: row => `[${shows.map(show => show(row)).join(',')}]` };
}
