import type { EntityProperty } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { OperationError } from '../errors.ts';
import type { LiveTable } from '../dialects/table-changes.ts';
import { isChanged, plainUpdates } from '../mikro-orm/plain-updates.ts';
import { showName } from '../dialects/table-names.ts';
import { EntityKeys, type ExactKey } from '../rows/entity-keys.ts';
import { DEFAULT_BATCH, withoutKey } from '../rows/read-by-key.ts';
import { sqlLiteral } from '../rows/sql-literal.ts';
import { writeUpdates } from '../rows/write-updates.ts';
import { clearSides, flushSides, handRows, type OperationContext } from './context.ts';
import { wantedOf, type Wanted } from './table/wanted.ts';

export interface EachOptions<T = object> {
  /**
   * How many rows the callback receives at once.
   *
   * @defaultValue `1000`
   */
  readonly batch?: number | undefined;
  /** Which rows, as the `where` of `em.find()`. By default all. */
  readonly where?: object | undefined;
  /** The relations to load, as `populate` of `em.find()`. */
  readonly populate?: readonly (keyof T & string)[] | undefined;
}

/**
 * Passes the rows of an entity to a callback, in the order of the primary key, one batch at a time, with flat memory:
 * flushes and clears every EntityManager after each batch. Rows above the highest key at the beginning are left out.
 */
export async function each<T extends object>(
  context: OperationContext,
  entity: object,
  { batch = DEFAULT_BATCH, where = {}, populate = [] }: EachOptions<T>,
  work: (rows: T[]) => unknown,
): Promise<number> {
  const wanted = wantedOf(context, entity);
  const { em, meta, name: table } = wanted;
  if (meta.primaryKeys.length === 0)
    throw new OperationError(`each() needs a primary key, and ${meta.className} has none. Use fill() or execute().`, {
      guid: context.guid,
    });
  const { sql, dialect, editor } = context;
  const keys = new EntityKeys({ em, meta, table, sql, dialect, writing: editor.rows });
  const orderBy = Object.fromEntries(meta.primaryKeys.map(name => [name, 'asc']));
  const find = async (conditions: readonly object[], limit?: number): Promise<T[]> => {
    const options = { orderBy, limit, populate, filters: false };
    return em.find(entity as never, { $and: conditions } as never, options as never);
  };
  context.onRows?.(true);
  const total = await em.count(entity as never, where, { filters: false });
  const assertEach = async (rows: readonly T[], conditions: readonly object[]) => {
    const all = await em.count(entity as never, { $and: conditions }, { filters: false });
    if (all !== rows.length) throw sameKeys(context, wanted, all - rows.length);
  };
  const source = { keys, entity, where, batch, find, assertEach, signal: context.signal };
  const write = batchWriter(context, wanted);
  let done = 0;
  for await (const { rows, isExact } of readEntities<T>(source)) {
    await handRows(context, () => work(rows));
    if (!isExact) await assertFound(context, wanted, { keys, entity, rows });
    await flushSides(context, write);
    clearSides(context);
    done += rows.length;
    context.onProgress(done, total);
  }
  context.onRows?.(false);
  if (done < total) await assertKeys(context, wanted, where);
  return done;
}

/** @throws {@link OperationError} if rows are left out because a part of their key is null, which SQLite allows */
async function assertKeys({ guid }: OperationContext, { em, meta, name }: Wanted, where: object): Promise<void> {
  for (const property of meta.primaryKeys) {
    const isNull = { $and: [where, { [property]: null }] };
    const rows = await em.count(meta.class as never, isNull, { filters: false });
    const [column = property] = (meta.properties[property as never] as EntityProperty).fieldNames;
    if (rows > 0) throw withoutKey(guid, name, column);
  }
}

interface EntityReading<T> {
  readonly keys: EntityKeys;
  readonly entity: object;
  readonly where: object;
  readonly batch: number;
  readonly find: (conditions: readonly object[], limit?: number) => Promise<T[]>;
  /** Throws if entities stand for several rows. */
  readonly assertEach: (rows: readonly T[], conditions: readonly object[]) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Some rows, and whether the database finds them by the keys that they hold. */
interface EntityBatch<T> {
  readonly rows: T[];
  readonly isExact: boolean;
}

/** Reads the entities that are there now in the order of their key; whose keys hold less than the database, by ranges. */
async function* readEntities<T extends object>(source: EntityReading<T>): AsyncGenerator<EntityBatch<T>> {
  const { keys, entity, where, batch, find, signal } = source;
  const highest = await keys.highest();
  let last: ExactKey | undefined;
  let isExact = true;
  if (!highest) return;
  for (;;) {
    signal.throwIfAborted();
    const behind = [where, ...(last ? [keys.condition('>', last)] : [])];
    const within = [...behind, keys.condition('<=', highest)];
    if (isExact) {
      const rows = await find(within, batch);
      isExact = rows.every(row => keys.isHeldBy(row));
      if (isExact) {
        if (rows.length > 0) yield { rows, isExact };
        if (rows.length < batch) return;
        last = keys.of(rows.at(-1) as T);
        continue;
      }
    }
    const end = await keys.nth(entity, { $and: within }, batch);
    const range = [...behind, keys.condition('<=', end ?? highest)];
    const rows = await find(range);
    await source.assertEach(rows, range);
    if (rows.length > 0) yield { rows, isExact };
    if (!end) return;
    last = end;
  }
}

function sameKeys({ guid }: OperationContext, { meta, name }: Wanted, rows: number): OperationError {
  return new OperationError(
    `${meta.className} has ${rows} ${rows === 1 ? 'row whose key' : 'rows whose keys'} the entity cannot tell from the key of ` +
      `another row, so each() cannot read them. Use fill() or execute().`,
    { guid, table: showName(name), rows },
  );
}

/** @throws {@link OperationError} if rows were changed that the database does not find by the keys they hold */
async function assertFound(
  { guid }: OperationContext,
  { em, meta, name }: Wanted,
  { keys, entity, rows }: { keys: EntityKeys; entity: object; rows: readonly object[] },
): Promise<void> {
  if (!rows.some(row => isChanged(em, row))) return;
  const found = await em.count(entity as never, keys.heldBy(rows));
  if (found >= rows.length) return;
  throw new OperationError(
    `each() cannot change ${rows.length - found} of ${rows.length} rows of ${meta.className}: the database stores their keys ` +
      `more exactly than the entity. Use fill() or execute().`,
    { guid, table: showName(name), rows: rows.length - found },
  );
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
      await writeUpdates(target, live, updates, value => sqlLiteral(em, value));
    } catch (error) {
      throw em.getDriver().convertException(error as Error);
    }
    return true;
  };
}
