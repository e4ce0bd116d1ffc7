import { createHash } from 'node:crypto';
import { splitLine } from '../../rows/canonical/cells.ts';
import type { CapturedRows } from './captured-rows.ts';
import type { IsKept } from './kept-values.ts';

/** A column of a table before, and the same column afterwards. */
export interface ColumnPair {
  readonly before: string;
  readonly after: string;
  /** How its values are compared, if the column was altered. By default they must be equal. */
  readonly isKept?: IsKept;
  /** The name for people: `animal.legs`. */
  readonly title: string;
}

/** A table before, and the same table afterwards. */
export interface RowPair {
  readonly before: string;
  readonly after: string;
  /** The columns that identify a row. */
  readonly key: readonly ColumnPair[];
  /** The columns whose values must be the same. */
  readonly columns: readonly ColumnPair[];
}

/** A value that changed. */
interface ChangedValue {
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** How the rows of a table differ. */
export interface RowDifference {
  readonly table: string;
  readonly rows: { readonly before: number; readonly after: number };
  readonly lost: number;
  readonly added: number;
  /** Duplicated rows: with the same key, or with another key and equal values. */
  readonly doubled: number;
  /** By column, how many values changed, and the first of them. */
  readonly changed: readonly { readonly column: string; readonly rows: number; readonly first: ChangedValue }[];
  /** The keys of the first rows that were lost, and of those that were added. */
  readonly firstLost: readonly string[];
  readonly firstAdded: readonly string[];
}

/** The number of rows in memory at once. A larger table is read several times, one part of its keys each time. */
const ROWS_AT_ONCE = 100_000;
const SHOWN = 5;
/** The number of added rows that are checked for copies. */
const COPIES = 1000;

/** Compares the rows of a table, by key and value. @returns `undefined` if they are the same */
export async function compareRows(
  before: CapturedRows,
  after: CapturedRows,
  pair: RowPair,
  { rowsAtOnce = ROWS_AT_ONCE }: { readonly rowsAtOnce?: number } = {},
): Promise<RowDifference | undefined> {
  if (isSameText(before, after, pair)) return undefined;
  const count = await countLines(before.lines(pair.before));
  const parts = Math.max(1, Math.ceil(count / rowsAtOnce));
  const found = new Tally(pair);
  for (let part = 0; part < parts; part += 1) await comparePart(found, { before, after, pair, part, parts });
  if (found.added.size > 0) {
    for await (const { payload } of readSide(before, pair, 'before')) found.meetPayload(payload);
  }
  return found.difference(pair.after);
}

/** The same lines with columns of the same names: nothing that is compared can differ. */
function isSameText(before: CapturedRows, after: CapturedRows, pair: RowPair): boolean {
  if (before.print(pair.before) !== after.print(pair.after)) return false;
  const [was, is] = [namesOf(before, pair.before), namesOf(after, pair.after)];
  const isSame = was.length === is.length && was.every((name, index) => name === is[index]);
  return isSame && [...pair.key, ...pair.columns].every(column => column.before === column.after);
}

function namesOf({ tables }: CapturedRows, title: string): readonly string[] {
  return tables.find(table => table.title === title)?.columns.map(({ name }) => name) ?? [];
}

interface RowPart {
  readonly before: CapturedRows;
  readonly after: CapturedRows;
  readonly pair: RowPair;
  readonly part: number;
  readonly parts: number;
}

async function comparePart(found: Tally, { before, after, pair, part, parts }: RowPart): Promise<void> {
  const rows = new Map<string, { readonly cells: readonly string[]; left: number }>();
  const isHere = (key: string) => parts === 1 || digest(key).readUInt32LE(0) % parts === part;
  for await (const { key, cells } of readSide(before, pair, 'before')) {
    if (!isHere(key)) continue;
    const known = rows.get(key);
    if (known) known.left += 1;
    else rows.set(key, { cells, left: 1 });
    found.before += 1;
  }
  for await (const { key, cells, payload } of readSide(after, pair, 'after')) {
    if (!isHere(key)) continue;
    found.after += 1;
    const was = rows.get(key);
    if (!was) found.add(key, payload);
    else if (was.left === 0) found.double(key);
    else {
      was.left -= 1;
      found.compare(key, was.cells, cells);
    }
  }
  for (const [key, { left }] of rows) if (left > 0) found.lose(key, left);
}

interface SideRow {
  readonly key: string;
  /** The values to compare. */
  readonly cells: readonly string[];
  /** All of them but the key. */
  readonly payload: string;
}

async function* readSide(rows: CapturedRows, pair: RowPair, side: 'before' | 'after'): AsyncGenerator<SideRow> {
  const table = rows.tables.find(({ title }) => title === pair[side]);
  const placeOf = (one: ColumnPair) => table?.columns.findIndex(({ name }) => name === one[side]) ?? -1;
  const [keys, places] = [pair.key.map(placeOf), pair.columns.map(placeOf)];
  const others = places.filter(place => !keys.includes(place));
  for await (const line of rows.lines(pair[side])) {
    const all = splitLine(line) ?? [];
    const at = (place: number) => all[place] ?? 'null';
    yield { key: keys.map(at).join(', '), cells: places.map(at), payload: others.map(at).join('\0') };
  }
}

/** What was found so far. */
class Tally {
  readonly #pair: RowPair;
  readonly #changed = new Map<string, { rows: number; first: ChangedValue }>();
  readonly #lost: string[] = [];
  #lostRows = 0;
  #addedRows = 0;
  #doubled = 0;
  readonly #firstAdded: string[] = [];
  /** The digests of added rows. */
  readonly added = new Map<string, number>();
  before = 0;
  after = 0;

  constructor(pair: RowPair) {
    this.#pair = pair;
  }

  add(key: string, payload: string): void {
    this.#addedRows += 1;
    if (this.#firstAdded.length < SHOWN) this.#firstAdded.push(key);
    if (payload === '' || this.added.size >= COPIES) return;
    const print = digest(payload).toString('base64');
    this.added.set(print, (this.added.get(print) ?? 0) + 1);
  }

  double(key: string): void {
    this.#doubled += 1;
    if (this.#firstAdded.length < SHOWN) this.#firstAdded.push(key);
  }

  lose(key: string, rows: number): void {
    this.#lostRows += rows;
    if (this.#lost.length < SHOWN) this.#lost.push(key);
  }

  compare(key: string, before: readonly string[], after: readonly string[]): void {
    for (const [index, { title, isKept }] of this.#pair.columns.entries()) {
      const [was, is] = [before[index] as string, after[index] as string];
      if (was === is || isKept?.(was, is) === true) continue;
      const known = this.#changed.get(title);
      this.#changed.set(title, {
        rows: (known?.rows ?? 0) + 1,
        first: known?.first ?? { key, before: was, after: is },
      });
    }
  }

  /** An added row with the values of a row from before is its copy. */
  meetPayload(payload: string): void {
    const print = digest(payload).toString('base64');
    this.#doubled += this.added.get(print) ?? 0;
    this.added.delete(print);
  }

  difference(table: string): RowDifference | undefined {
    if (this.#lostRows + this.#addedRows + this.#doubled === 0 && this.#changed.size === 0) return undefined;
    return {
      table,
      rows: { before: this.before, after: this.after },
      lost: this.#lostRows,
      added: this.#addedRows,
      doubled: this.#doubled,
      changed: [...this.#changed].map(([column, { rows, first }]) => ({ column, rows, first })),
      firstLost: this.#lost,
      firstAdded: this.#firstAdded,
    };
  }
}

function digest(text: string): Buffer {
  return createHash('sha1').update(text).digest();
}

async function countLines(lines: AsyncIterable<string>): Promise<number> {
  let count = 0;
  for await (const _line of lines) count += 1;
  return count;
}
