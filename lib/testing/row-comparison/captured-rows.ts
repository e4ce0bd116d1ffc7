import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../dump/scratch/temporary-folder.ts';
import type { LineBlock, RowTransfer } from '../../dialects/row-transfer.ts';
import type { DumpedTable } from '../../dump/values/dumped-tables.ts';
import { linesOfBlock } from '../../rows/canonical/cells.ts';
import type { HeldConnection } from '../../store/connection.ts';

/** The number of characters of rows kept in memory for each table. */
const IN_MEMORY = 100_000;

/** Made-up rows are short: most of their tables are read at once. */
export const ROWS_AT_FIRST = 64;

/**
 * The rows of some tables at one moment, exact to the type, as lines of a dump. Those of a large table are in a file: memory
 * stays flat.
 */
export class CapturedRows implements AsyncDisposable {
  #folder: string | undefined;
  readonly #kept = new Map<string, KeptLines>();
  readonly tables: readonly DumpedTable[];

  private constructor(tables: readonly DumpedTable[]) {
    this.tables = tables;
  }

  /** Reads tables in the transaction under way, which sees one state of the database. */
  static async take(
    held: HeldConnection,
    transfer: RowTransfer,
    tables: readonly DumpedTable[],
  ): Promise<CapturedRows> {
    const captured = new CapturedRows(tables);
    try {
      for (const table of tables) {
        const { title, counter } = table;
        const kept = await captured.#keep(transfer.blocks(held, table, ROWS_AT_FIRST));
        const next = counter === undefined ? undefined : await transfer.next(held, table, counter);
        captured.#kept.set(title, { ...kept, next });
      }
      return captured;
    } catch (error) {
      await captured[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #keep(blocks: AsyncIterable<LineBlock>): Promise<Omit<KeptLines, 'next'>> {
    let inMemory: string[] = [];
    let [characters, file]: [number, string | undefined] = [0, undefined];
    const hash = createHash('sha1');
    for await (const { bytes } of blocks) {
      const some = linesOfBlock(bytes);
      for (const line of some) inMemory.push(line);
      hash.update(bytes);
      characters += some.reduce((sum, line) => sum + line.length, 0);
      if (characters <= IN_MEMORY) continue;
      file ??= await this.#newFile();
      await appendFile(file, `${inMemory.join('\n')}\n`, { mode: 0o600 });
      inMemory = [];
    }
    return { file, last: inMemory, print: hash.digest('base64') };
  }

  async #newFile(): Promise<string> {
    this.#folder ??= await makeTemporaryFolder();
    return join(this.#folder, `${this.#kept.size}.jsonl`);
  }

  /** The rows of a table, each as the JSON array that a dump has for it. */
  async *lines(title: string): AsyncIterable<string> {
    const kept = this.#of(title);
    if (kept.file !== undefined) yield* linesIn(kept.file);
    yield* kept.last;
  }

  /** Whether all of it is in memory. */
  get isInMemory(): boolean {
    return this.#folder === undefined;
  }

  /** A digest: equal for the same lines in the same order, and different otherwise. */
  print(title: string): string {
    return this.#of(title).print;
  }

  /** The next key that the database gives to a row of a table; `undefined` for a table whose keys it does not count. */
  next(title: string): bigint | undefined {
    return this.#of(title).next;
  }

  #of(title: string): KeptLines {
    const kept = this.#kept.get(title);
    if (kept === undefined) throw new Error(`${title} was not captured`);
    return kept;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

interface KeptLines {
  /** The file of the first lines, if there are many. */
  readonly file: string | undefined;
  readonly last: readonly string[];
  readonly print: string;
  readonly next: bigint | undefined;
}

/** `readline` would also end a line at U+2028, which may stand in a text. */
async function* linesIn(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
