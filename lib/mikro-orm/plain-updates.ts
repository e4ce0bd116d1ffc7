import {
  EventType,
  helper,
  ReferenceKind,
  Utils,
  validateEntity,
  type EntityMetadata,
  type EntityProperty,
} from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { RowUpdates } from '../rows/write-updates.ts';

/**
 * Finds what a flush would write, where that is nothing but plain columns of rows of one table: what can be written in its
 * place with one statement. It changes nothing but what `onUpdate` of a property gives, and a flush afterwards does it all.
 *
 * @returns `undefined` where a flush does more than that, or another thing: rows that are new or go, relations, versions
 * that are counted, code of the application that listens
 */
export function plainUpdates(em: SqlEntityManager, meta: EntityMetadata): RowUpdates[] | undefined {
  if (!isPlain(em, meta.root) || isPending(em)) return undefined;
  const groups = new Map<string, RowUpdates & { readonly rows: unknown[][] }>();
  for (const entity of em.getUnitOfWork().getIdentityMap()) {
    const changes = changesOf(em, entity);
    if (changes === undefined) return undefined;
    const names = Object.keys(changes);
    if (names.length === 0) continue;
    const own = helper(entity).__meta as EntityMetadata;
    const row = own.root === meta.root && valuesOf(em, own, entity, changes, names);
    if (!row) return undefined;
    const kind = `${own.className} ${names.join()}`;
    const known = groups.get(kind);
    if (!known && LISTENED.some(event => em.getEventManager().hasListeners(event, own))) return undefined;
    if (known) known.rows.push(row);
    else groups.set(kind, { key: columnsOf(own, own.primaryKeys), columns: columnsOf(own, names), rows: [row] });
  }
  return [...groups.values()];
}

/** Tells whether a column of a row that was read is to be written. */
export function isChanged(em: SqlEntityManager, entity: object): boolean {
  const { __meta: meta, __originalEntityData: original } = helper(entity);
  const comparator = em.getComparator();
  return (
    !!original && Utils.hasObjectKeys(comparator.diffEntities(meta.class, original, comparator.prepareEntity(entity)))
  );
}

const LISTENED = [
  EventType.beforeFlush,
  EventType.onFlush,
  EventType.afterFlush,
  EventType.beforeUpdate,
  EventType.afterUpdate,
];

/** Whether nothing happens to a row of this table but what stands in an UPDATE. */
function isPlain(em: SqlEntityManager, root: EntityMetadata): boolean {
  const isWhole = root.inheritanceType !== 'tpt' && root.schema !== '*' && !root.readonly;
  const isCounted = root.versionProperty !== undefined || root.concurrencyCheckKeys.size > 0;
  const isOdd = root.props.some(prop => prop.renamedFrom || (prop.embedded && prop.onUpdate));
  return isWhole && !isCounted && !isOdd && em.config.get('useBatchUpdates', em.getPlatform().usesBatchUpdates());
}

/** Whether an update needs more than the rows themselves. */
function isPending(em: SqlEntityManager): boolean {
  const work = em.getUnitOfWork();
  return (
    work.getPersistStack().size > 0 ||
    work.getRemoveStack().size > 0 ||
    work.getOrphanRemoveStack().size > 0 ||
    work.getCollectionUpdates().length > 0 ||
    work.getExtraUpdates().size > 0
  );
}

/** What was changed of a row, by property, as it is stored; `undefined` where only a flush knows. */
function changesOf(em: SqlEntityManager, entity: object): Record<string, unknown> | undefined {
  const { __meta: meta, __originalEntityData: original, __initialized: isLoaded } = helper(entity);
  if (meta.relations.some(prop => !isUntouched(Reflect.get(entity, prop.name), prop))) return undefined;
  const comparator = em.getComparator();
  const now = comparator.prepareEntity(entity);
  // A reference is a key, and no more was read of it.
  if (!isLoaded) return isReference(meta, now) ? {} : undefined;
  if (!original) return undefined;
  const changes = comparator.diffEntities(meta.class, original, now);
  if (!Utils.hasObjectKeys(changes)) return changes;
  validateEntity(entity, meta);
  const updated = meta.props.filter(prop => prop.onUpdate);
  if (updated.length === 0) return changes;
  const given = updated.map(prop => prop.onUpdate?.(entity, em) as unknown);
  for (const [index, prop] of updated.entries()) Reflect.set(entity, prop.name, given[index]);
  return comparator.diffEntities(meta.class, original, comparator.prepareEntity(entity));
}

/** Whether a relation can have changed nothing but a column of the row itself. */
function isUntouched(value: unknown, prop: EntityProperty): boolean {
  if (prop.kind === ReferenceKind.MANY_TO_ONE || (prop.kind === ReferenceKind.ONE_TO_ONE && prop.owner)) return true;
  return (
    value === undefined || value === null || (Utils.isCollection(value) && !value.isInitialized() && !value.isDirty())
  );
}

function isReference(meta: EntityMetadata, data: object): boolean {
  return Object.keys(data).every(name => meta.primaryKeys.includes(name) || name === meta.root.discriminatorColumn);
}

function columnsOf(meta: EntityMetadata, names: readonly string[]): string[] {
  return names.map(name => propertyOf(meta, name)?.fieldNames[0] as string);
}

/** The values of the key and of what was changed; `undefined` if one of them is not a plain one. */
function valuesOf(
  em: SqlEntityManager,
  meta: EntityMetadata,
  entity: object,
  changes: Readonly<Record<string, unknown>>,
  names: readonly string[],
): unknown[] | undefined {
  const original = helper(entity).__originalEntityData ?? {};
  const row: unknown[] = [];
  for (const name of meta.primaryKeys) {
    const value: unknown = Reflect.get(original, name);
    if (name in changes || !isScalar(em, propertyOf(meta, name)) || !isPrimitive(value)) return undefined;
    row.push(value);
  }
  for (const name of names) {
    const value = changes[name];
    if (!isScalar(em, propertyOf(meta, name)) || !(isPrimitive(value) || value instanceof Date)) return undefined;
    row.push(value);
  }
  return row;
}

function propertyOf(meta: EntityMetadata, name: string): EntityProperty | undefined {
  return (meta.properties as Readonly<Record<string, EntityProperty>>)[name];
}

/** Whether a property is a column that stores the value itself, not an SQL expression of it. */
function isScalar(em: SqlEntityManager, prop: EntityProperty | undefined): boolean {
  if (prop?.kind !== ReferenceKind.SCALAR || prop.fieldNames?.length !== 1) return false;
  const made = prop.customType?.convertToDatabaseValueSQL?.('?', em.getPlatform()) ?? '?';
  return made === '?' && !prop.generated && prop.persist !== false;
}

/** Whether MikroORM writes a value into SQL as it is. */
function isPrimitive(value: unknown): boolean {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  return value === null || isNumber || ['string', 'boolean', 'bigint'].includes(typeof value);
}
