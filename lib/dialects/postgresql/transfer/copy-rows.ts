import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { qualify, quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { RowLoading, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { loadStreams } from './copy-streams.ts';
import { arrayText } from './load-rows.ts';

/**
 * Begins to load rows by `copy`, the fastest way into PostgreSQL.
 *
 * @returns `undefined` without the package `pg-copy-streams`, and for connections other than those of `pg`
 */
export async function copyRows(held: HeldConnection, table: TransferTable): Promise<RowLoading | undefined> {
  const copy = await loadStreams(held);
  if (!copy) return undefined;
  const names = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const stream = copy.into(`copy ${qualify(table.namespace, table.name)} (${names}) from stdin`);
  return new Copying(stream, table.columns.map(fieldOf));
}

type FieldText = (cell: string) => string;

/** One `copy` under way. Nothing else can be sent until it has ended. */
class Copying implements RowLoading {
  readonly #stream: Writable;
  readonly #fields: readonly FieldText[];
  readonly #over: Promise<void>;
  #isOver = false;

  constructor(stream: Writable, fields: readonly FieldText[]) {
    this.#stream = stream;
    this.#fields = fields;
    this.#over = finished(stream).finally(() => (this.#isOver = true));
    this.#over.catch(() => {});
  }

  async add(rows: readonly (readonly string[])[]): Promise<void> {
    if (this.#isOver) return this.#over;
    const fields = this.#fields;
    let text = '';
    for (const cells of rows)
      for (let index = 0; index < fields.length; index += 1)
        text += (fields[index] as FieldText)(cells[index] as string) + (index === fields.length - 1 ? '\n' : '\t');
    if (this.#stream.write(text)) return;
    await Promise.race([once(this.#stream, 'drain'), this.#over]);
  }

  async end(): Promise<void> {
    this.#stream.end();
    await this.#over;
  }

  async abandon(): Promise<void> {
    if (!this.#isOver) this.#stream.destroy(new Error('the restore ends here'));
    await this.#over.catch(() => {});
  }

  /** PostgreSQL counts the lines from 1. */
  rowOf(error: unknown): number | undefined {
    const line = /^COPY .*, line (\d+)/.exec(String((error as { where?: unknown }).where))?.[1];
    return line === undefined ? undefined : Number(line);
  }
}

/** Null, in the text format of `copy`. https://www.postgresql.org/docs/current/sql-copy.html */
const NULL = String.raw`\N`;

/** How the JSON text of a value stands in a line of `copy`. */
function fieldOf({ kind, isEmptied }: TransferColumn): FieldText {
  if (isEmptied) return () => NULL;
  const plain = FIELDS[kind] ?? textField;
  return cell => {
    if (cell === 'null') return NULL;
    const tagged = tagOf(cell);
    return tagged ? escaped(textOf(tagged.value)) : plain(cell);
  };
}

const FIELDS: Readonly<Record<string, FieldText | undefined>> = {
  integer: cell => cell,
  boolean: cell => cell,
  real: cell => (cell.startsWith('"') ? textOf(cell) : cell),
  json: cell => escaped(cell.slice(1, -1)),
  blob: cell => String.raw`\\x${textOf(cell)}`,
  array: cell => escaped(arrayText(JSON.parse(cell) as unknown[])),
};

/** A JSON text without escapes holds nothing that is to be escaped here. */
function textField(cell: string): string {
  return cell.includes('\\') ? escaped(JSON.parse(cell) as string) : cell.slice(1, -1);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return text.replaceAll(/[\\\n\r\t]/g, character => ESCAPES[character] as string);
}
