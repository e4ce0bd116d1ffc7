import type { EntityProperty } from '@mikro-orm/core';
import { OperationError } from '../errors.ts';
import { DEFAULT_BATCH, readByKey } from '../rows/read-by-key.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import { handRows, type OperationContext } from './context.ts';
import { countRows } from './table/assess-rows.ts';
import { showName, sqlName } from '../dialects/table-names.ts';
import { sqlLiteral } from '../rows/sql-literal.ts';
import { columnWriter, fillSql, rowReader, type Fill } from '../rows/values.ts';
import { columnNames, propertyOf, wantedOf, type Wanted } from './table/wanted.ts';

export interface FillOptions {
  /** An SQL condition for the rows to fill: `'legs is null'`. By default all rows. */
  readonly where?: string | undefined;
  /**
   * How many rows a function is called for before one statement writes the results.
   *
   * @defaultValue `1000`
   */
  readonly batch?: number | undefined;
}

/** Sets one property of the rows of a table. */
export async function fill(
  context: OperationContext,
  entity: object,
  property: string,
  value: Fill,
  options: FillOptions = {},
): Promise<void> {
  const wanted = wantedOf(context, entity);
  const prop = propertyOf(context, wanted, property);
  const live = await context.editor.read(context.sql, wanted.name);
  if (!live)
    throw new OperationError(
      `the table ${showName(wanted.name)} does not exist, so it cannot be filled. Create it with createStorage().`,
      {
        guid: context.guid,
        table: wanted.name.name,
      },
    );
  await fillRows(context, wanted, live, prop, value, options);
}

/** {@link fill}, where the table was looked at already. */
export async function fillRows(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  prop: EntityProperty,
  value: Fill,
  options: FillOptions = {},
): Promise<void> {
  const same = fillSql(wanted.em, prop, value);
  if (same) {
    const set = [...same].map(([column, sql]) => `${context.dialect.quoteName(column)} = ${sql}`).join(', ');
    await context.sql.execute(
      `update ${sqlName(context.dialect, live)} set ${set}${options.where === undefined ? '' : ` where ${options.where}`}`,
    );
    return;
  }
  await fillByRow(context, wanted, live, prop, value as (row: object) => unknown, options);
}

/** Calls a function for each row, and writes what it returned with one statement a batch. */
async function fillByRow(
  context: OperationContext,
  { em, meta }: Wanted,
  live: LiveTable,
  prop: EntityProperty,
  value: (row: object) => unknown,
  { where, batch = DEFAULT_BATCH }: FillOptions,
): Promise<void> {
  const { primaryKey: key } = live.stored ?? live;
  if (key.length === 0) {
    throw new OperationError(
      `a function cannot fill ${showName(live)}, which has no primary key. Fill it with SQL: raw('…').`,
      {
        guid: context.guid,
        table: live.name,
      },
    );
  }
  const columns = columnNames(prop);
  const total = await countRows(context, live, where);
  const sql = (stored: unknown) => sqlLiteral(em, stored);
  const read = rowReader(em, meta.props, context.editor.likeness.sameName);
  const write = columnWriter(em, prop, columns);
  let done = 0;
  context.onRows?.(true);
  // read by key, so that a row is met once although the condition may no longer hold for it
  const { dialect, signal, editor } = context;
  const source = { guid: context.guid, sql: context.sql, signal, dialect, writing: editor.rows };
  for await (const { rows, keys } of readByKey(source, live, { key, batch, where, literal: sql })) {
    const known = await handRows(context, () => {
      const given = rows.map(row => value(read(row)));
      // waiting for a statement already sent takes as long as writing it
      return given.some(isThenable) ? Promise.all(given) : given;
    });
    const values = keys.map((its, index) => [...its, write(known[index])]);
    await context.sql.execute(context.editor.rows.update(live, { key, columns, values }));
    done += rows.length;
    context.onProgress(done, total);
  }
  context.onRows?.(false);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value;
}
