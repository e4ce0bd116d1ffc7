import type { EntityProperty } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../errors.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import { plainUpdates } from '../mikro-orm/plain-updates.ts';
import { DEFAULT_BATCH } from '../rows/read-by-key.ts';
import { literal } from '../rows/values.ts';
import { writeUpdates } from '../rows/write-updates.ts';
import { clearSides, flushSides, handRows, type OperationContext } from './context.ts';
import { wantedOf, type Wanted } from './table/wanted.ts';

export interface EachOptions<T = object> {
  /**
   * How many rows are handed over at once.
   *
   * @defaultValue `1000`
   */
  readonly batch?: number | undefined;
  /** Which rows, as `em.find` takes it. By default all. */
  readonly where?: object | undefined;
  /** What is read along, as `em.find` takes it. */
  readonly populate?: readonly (keyof T & string)[] | undefined;
}

/**
 * Hands over the rows of an entity in the order of its key, a batch at a time, with flat memory: after each batch every
 * side is flushed and lets go of what it read.
 */
export async function each<T extends object>(
  context: OperationContext,
  entity: object,
  { batch = DEFAULT_BATCH, where = {}, populate = [] }: EachOptions<T>,
  work: (rows: T[]) => unknown,
): Promise<number> {
  const wanted = wantedOf(context, entity);
  const { em, meta } = wanted;
  const key = meta.primaryKeys;
  const write = batchWriter(context, wanted);
  if (key.length === 0)
    throw new OperationError(`${meta.className} has no primary key to be read by`, { guid: context.guid });
  context.onRows?.(true);
  const total = await em.count(entity as never, where);
  const orderBy = Object.fromEntries(key.map(name => [name, 'asc']));
  let done = 0;
  let last: object | undefined;
  for (;;) {
    context.signal.throwIfAborted();
    const conditions = [where, ...(last ? [after(key, last)] : [])];
    const options = { orderBy, limit: batch, populate, filters: false };
    const rows: T[] = await em.find(entity as never, { $and: conditions } as never, options as never);
    if (rows.length === 0) break;
    last = keyOf(em, meta.props, key, rows.at(-1) as object);
    await handRows(context, () => work(rows));
    await flushSides(context, write);
    clearSides(context);
    done += rows.length;
    context.onProgress(done, total);
    if (rows.length < batch) break;
  }
  context.onRows?.(false);
  return done;
}

/** Makes what writes the changed rows of a batch with one statement, as far as a flush would write no more than those. */
function batchWriter(
  context: OperationContext,
  { em, meta, name }: Wanted,
): (side: SqlEntityManager) => Promise<boolean> {
  let live: LiveTable | undefined;
  return async side => {
    const updates = side === em ? plainUpdates(em, meta) : undefined;
    live ??= updates && (await context.editor.read(context.sql, name));
    if (!updates || !live) return false;
    const target = { sql: context.sql, writing: context.editor.rows };
    try {
      await writeUpdates(target, live, updates, value => literal(em, value));
    } catch (error) {
      throw em.getDriver().convertException(error as Error);
    }
    return true;
  };
}

/** The condition for what comes after a row, in the order of a key of one or several properties. */
function after(key: readonly string[], last: object): object {
  const alternatives = key.map((name, index) => ({
    ...Object.fromEntries(key.slice(0, index).map(before => [before, Reflect.get(last, before)])),
    [name]: { $gt: Reflect.get(last, name) },
  }));
  return alternatives.length === 1 ? (alternatives[0] as object) : { $or: alternatives };
}

/** Taken before the work, which may change what it likes. */
function keyOf(em: SqlEntityManager, props: readonly EntityProperty[], key: readonly string[], row: object): object {
  return Object.fromEntries(
    key.map(name => {
      const value: unknown = Reflect.get(row, name);
      const isReference = props.find(prop => prop.name === name)?.targetMeta !== undefined;
      return [name, isReference && typeof value === 'object' && value !== null ? primaryOf(em, value) : value];
    }),
  );
}

function primaryOf(em: SqlEntityManager, entity: object): unknown {
  const meta = em.getMetadata().find(entity.constructor as never);
  const [key] = meta?.primaryKeys ?? [];
  return key === undefined ? entity : Reflect.get(entity, key);
}
