import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowTransfer } from '../../dialects/row-transfer.ts';
import type { DumpedTable } from '../../dump/values/dumped-tables.ts';
import type { HeldConnection } from '../../store/connection.ts';

/** The rows of some tables at one moment, exact to the type, as lines of a dump. They stand in files: memory stays flat. */
export class CapturedRows implements AsyncDisposable {
  readonly #folder: string;
  readonly #files = new Map<string, string>();
  readonly tables: readonly DumpedTable[];

  private constructor(folder: string, tables: readonly DumpedTable[]) {
    this.#folder = folder;
    this.tables = tables;
  }

  /** Reads tables in the transaction under way, which sees one state of the database. */
  static async take(
    held: HeldConnection,
    transfer: RowTransfer,
    tables: readonly DumpedTable[],
  ): Promise<CapturedRows> {
    const captured = new CapturedRows(await mkdtemp(join(tmpdir(), 'dejavu-rows-')), tables);
    try {
      for (const table of tables) await captured.#write(table.title, transfer.lines(held, table));
      return captured;
    } catch (error) {
      await captured[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #write(title: string, lines: AsyncIterable<readonly string[]>): Promise<void> {
    const path = join(this.#folder, `${this.#files.size}.jsonl`);
    this.#files.set(title, path);
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const some of lines) if (some.length > 0) await file.appendFile(`${some.join('\n')}\n`);
    } finally {
      await file.close();
    }
  }

  /** The rows of a table, each as the JSON array that a dump has for it. */
  lines(title: string): AsyncIterable<string> {
    const path = this.#files.get(title);
    if (path === undefined) throw new Error(`${title} was not captured`);
    return linesIn(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
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
