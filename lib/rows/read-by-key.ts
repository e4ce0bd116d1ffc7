import type { Dialect } from '../dialects/dialect.ts';
import type { RowWriting, Sql } from '../dialects/table-editor.ts';
import type { TableName } from '../dialects/table-changes.ts';
import { showName, sqlName } from '../dialects/table-names.ts';
import { OperationError } from '../errors.ts';
import type { Row } from '../store/connection.ts';

/** How many rows are read at once by default. */
export const DEFAULT_BATCH = 1000;

/** Where rows are read. */
interface RowSource {
  readonly guid?: string | undefined;
  readonly sql: Sql;
  readonly signal: AbortSignal;
  readonly dialect: Pick<Dialect, 'quoteName'>;
  readonly writing: Pick<RowWriting, 'exactText' | 'exactLiteral'>;
}

/** The table to read, and how. */
interface ReadOptions {
  /** The columns of the key, in order. */
  readonly key: readonly string[];
  readonly batch: number;
  /** An SQL condition for the rows that are read. By default all are. */
  readonly where?: string | undefined;
  /** A value of the driver's as SQL, for those that it reads exactly. */
  readonly literal: (value: unknown) => string;
}

/** Some rows, and the key of each as SQL literals. */
interface RowBatch {
  readonly rows: readonly Row[];
  readonly keys: readonly (readonly string[])[];
}

/**
 * Reads a table in the order of its key, some rows at a time: memory stays flat, and a row is met once, also if rows are
 * written meanwhile. The key is exact, independent of the driver.
 */
export async function* readByKey(source: RowSource, table: TableName, options: ReadOptions): AsyncGenerator<RowBatch> {
  const { key, batch } = options;
  let last: readonly string[] | undefined;
  let isExact = true;
  for (;;) {
    source.signal.throwIfAborted();
    const after = last && afterKey(source, key, last);
    let rows = await source.sql.execute(selectSql(source, table, options, after, isExact));
    if (isExact && rows.some(row => key.some(column => !isKept(row[column])))) {
      isExact = false;
      rows = await source.sql.execute(selectSql(source, table, options, after, isExact));
    }
    if (!isExact) assertKeys(source, table, key, rows);
    const keys = rows.map(row => (isExact ? keyOf(row, options) : takeExactKey(row, source, key)));
    if (rows.length > 0) yield { rows, keys };
    if (rows.length < batch) return;
    last = keys.at(-1);
  }
}

/** An SQL condition for the rows after one, in the order of the key. */
function afterKey({ dialect }: RowSource, key: readonly string[], last: readonly string[]): string {
  const columns = key.map(dialect.quoteName);
  return key.length === 1 ? `${columns[0]} > ${last[0]}` : `(${columns.join(', ')}) > (${last.join(', ')})`;
}

function selectSql(
  { dialect, writing }: RowSource,
  table: TableName,
  { key, batch, where: condition }: ReadOptions,
  after: string | undefined,
  isExact: boolean,
): string {
  const { quoteName } = dialect;
  const conditions = [after, condition && `(${condition})`].filter(one => one !== undefined);
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const texts = isExact
    ? []
    : key.map((column, index) => `${writing.exactText(quoteName(column))} as ${quoteName(nameOf(index))}`);
  const order = key.map(quoteName).join(', ');
  return `select ${['*', ...texts].join(', ')} from ${sqlName(dialect, table)}${where} order by ${order} limit ${batch}`;
}

function keyOf(row: Row, { key, literal }: ReadOptions): string[] {
  if (key.length === 1) return [literal(row[key[0] as string])];
  return key.map(column => literal(row[column]));
}

/** Takes the texts out of the row, which is a row of the table afterwards. */
function takeExactKey(row: Row, { writing }: RowSource, key: readonly string[]): string[] {
  return key.map((_, index) => {
    const text = String(row[nameOf(index)]);
    Reflect.deleteProperty(row, nameOf(index));
    return writing.exactLiteral(text);
  });
}

function nameOf(index: number): string {
  return `dejavu_key_${index}`;
}

/**
 * SQLite allows nulls in the primary key of a table that is not declared otherwise. No comparison finds such a row again.
 *
 * @throws {@link OperationError}
 */
function assertKeys({ guid }: RowSource, table: TableName, key: readonly string[], rows: readonly Row[]): void {
  const column = key.find(name => rows.some(row => row[name] === null));
  if (column !== undefined) throw withoutKey(guid, table, column);
}

/** Makes the error for rows that are not found by their key, since it is null. */
export function withoutKey(guid: string | undefined, table: TableName, column: string): OperationError {
  const name = showName(table);
  return new OperationError(
    `rows of ${name} have no ${column}, which is part of its primary key, so they cannot be read or written by it. Correct or ` +
      `delete them first: select * from ${name} where ${column} is null`,
    { guid, table: name },
  );
}

/** Whether a value is all that stands in the database: a number may have lost digits, a moment its microseconds. */
function isKept(value: unknown): boolean {
  if (value === null) return false;
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return !(value instanceof Date);
}
