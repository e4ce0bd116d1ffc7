import type { EntityMetadata } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { TableName } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { OperationError } from '../errors.ts';
import { StorageGenerator } from '../mikro-orm/storage-generator.ts';
import { storedMetadata } from '../mikro-orm/stored-metadata.ts';
import { withoutNamespacesThatAreThere } from '../store/survey.ts';
import type { OperationContext } from './context.ts';
import { assertTableAsAsked } from './table/as-asked.ts';
import { countLoss } from './table/assess-rows.ts';
import { findTable } from './table/open-table.ts';
import { isTableStillStored } from './table/still-stored.ts';
import { editContext, wantedOf, wantedTable, type Wanted } from './table/wanted.ts';

/**
 * Creates the tables or views of entities, with their indexes, checks and foreign keys, and the join tables of their
 * many-to-many relations. Pass entities that refer to each other together. If a table exists already, nothing happens.
 */
export async function createStorage(context: OperationContext, entities: readonly object[]): Promise<void> {
  const wanted = entities.map(entity => wantedOf(context, entity));
  for (const em of new Set(wanted.map(one => one.em))) {
    const metas = wanted.filter(one => one.em === em).flatMap(({ meta }) => [meta, ...pivotsOf(em, meta)]);
    await createTables(context, em, metas);
  }
}

/** {@link createStorage}, for metadata of one side. */
export async function createTables(
  context: OperationContext,
  em: SqlEntityManager,
  metas: readonly EntityMetadata[],
): Promise<void> {
  const missing: EntityMetadata[] = [];
  for (const meta of new Set(metas)) {
    const wanted = wantedTable(context, em, meta);
    const live = await findTable(context, wanted);
    if (!live) missing.push(meta);
    else if (!meta.view) await assertTableAsAsked(context, wanted, live);
  }
  if (missing.length === 0) return;
  const generator = new StorageGenerator(em, { metadata: missing, namespace: context.namespace, withRoutines: false });
  const statements = await withoutNamespacesThatAreThere(context.sql, context.dialect, await generator.statements());
  for (const statement of statements) {
    if (!(await context.editor.isRedundant(context.sql, statement))) await context.sql.execute(statement);
  }
}

/** Lists the join tables of the many-to-many relations an entity owns, unless they are entities themselves. */
function pivotsOf(em: SqlEntityManager, meta: EntityMetadata): EntityMetadata[] {
  return meta.relations
    .filter(prop => prop.owner && prop.pivotTable && prop.pivotEntity)
    .map(prop => em.getMetadata().find(prop.pivotEntity))
    .filter((pivot): pivot is EntityMetadata => pivot?.pivotTable === true);
}

/**
 * Drops the tables of entities with their rows, and the join tables of their many-to-many relations. Pass the entity that
 * refers before the entity it refers to. Missing tables are skipped. A join table that other entities use stays.
 */
export async function dropStorage(context: OperationContext, entities: readonly object[]): Promise<void> {
  const names = entities.flatMap(entity => {
    const { em, meta } = wantedOf(context, entity);
    const pivots = pivotsOf(em, meta).filter(
      pivot => !isTableStillStored(context, wantedTable(context, em, pivot), meta),
    );
    return [...pivots, meta].map(one => wantedTable(context, em, one).name);
  });
  for (const name of names) {
    const live = await context.editor.read(context.sql, name);
    if (!live) continue;
    if (live.kind === 'table') await countLoss(context, live);
    await context.editor.drop(context.sql, live, names);
  }
}

/**
 * Renames the table of an entity, with its rows; references to it follow. If a table has the new name already and none has
 * the old name, nothing happens. If a table of another entity has the new name, it gets a temporary name until it is renamed
 * too.
 */
export async function renameStorage(context: OperationContext, before: object, after: object): Promise<void> {
  const [was, wanted] = [wantedOf(context, before), wantedOf(context, after)];
  const [from, to] = [was.name, wanted.name];
  if (from.name === to.name && from.namespace === to.namespace) return;
  const isSame = from.namespace === to.namespace && context.editor.likeness.sameName(from.name, to.name);
  const old = await context.editor.read(context.sql, from);
  if (old && !isSame) await putAside(context, was, wanted);
  const renamed = await context.editor.read(context.sql, to);
  if ((old && renamed && !isSame) || (!old && !renamed)) {
    throw new OperationError(
      `the table ${showName(from)} cannot be renamed to ${showName(to)}: ${old ? 'both tables exist. Drop one of them first' : 'neither table exists. Use createStorage()'}.`,
      { guid: context.guid, table: showName(from) },
    );
  }
  if (old) await context.editor.rename(editContext(context, wanted), from, to);
  remember(context, was, to);
}

/** Gives the table of another entity that has the wanted name a name for the meantime. */
async function putAside(context: OperationContext, was: Wanted, wanted: Wanted): Promise<void> {
  const { editor, sql } = context;
  const to = showName(wanted.name);
  if (was.em === wanted.em) return;
  const other = storedMetadata(was.em)
    .map(meta => wantedTable(context, was.em, meta))
    .find(one => showName(one.name) === to && one.meta !== was.meta && !one.meta.view);
  if (!other || !(await editor.read(sql, other.name))) return;
  const aside = { ...other.name, name: `${other.name.name.slice(0, 40)}_before` };
  await editor.rename(editContext(context, other), other.name, aside);
  remember(context, other, aside);
}

/** What goes by the old name is found under the new one for the rest of the step. */
function remember({ renamed }: OperationContext, { em, name }: Wanted, to: TableName): void {
  const storage = em.getMetadata();
  const names = renamed.get(storage) ?? new Map<string, TableName>();
  const [first = showName(name)] = [...names].flatMap(([old, now]) => (showName(now) === showName(name) ? [old] : []));
  renamed.set(storage, names.set(first, to));
}

/** Tells whether the table or view of an entity exists. */
export async function hasStorage(context: OperationContext, entity: object): Promise<boolean> {
  return (await context.editor.read(context.sql, wantedOf(context, entity).name)) !== undefined;
}
