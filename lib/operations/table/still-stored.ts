import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { showName } from '../../dialects/table-names.ts';
import { isPivotOfRelation } from '../../mikro-orm/stored-metadata.ts';
import type { OperationContext } from '../context.ts';
import { columnNames, type Wanted } from './wanted.ts';

/**
 * Finds the columns of an entity's table in which other properties store, in the version that the step leads to or, where
 * none is frozen, in the version of the entity. The property itself does not count: it may come back as another one.
 */
export function columnsStillStored(context: OperationContext, wanted: Wanted, property: string): ReadonlySet<string> {
  const em = context.after?.() ?? wanted.em;
  const columns = others(em, wanted.meta, property)
    .filter(({ owner }) => {
      const table = owner.root.inheritanceType === 'tpt' ? owner : owner.root;
      return !owner.view && isTable(context, table, wanted);
    })
    .flatMap(({ prop }) => (prop.persist === false ? [] : columnNames(prop)));
  return new Set(columns);
}

/** Tells whether other relations store in the table between the sides of a relation: {@link columnsStillStored}. */
export function isTableStillStored(
  context: OperationContext,
  pivot: Wanted,
  entity: EntityMetadata,
  property?: string,
): boolean {
  const em = context.after?.() ?? pivot.em;
  const isEntity = [...em.getMetadata().getAll().values()].some(
    meta => isKept(meta) && meta.className !== entity.className && isTable(context, meta, pivot),
  );
  if (isEntity) return true;
  return others(em, entity, property).some(({ prop }) => {
    const meta =
      prop.owner && prop.pivotTable && prop.pivotEntity ? em.getMetadata().find(prop.pivotEntity) : undefined;
    return meta !== undefined && isTable(context, meta, pivot);
  });
}

function isTable({ namespace }: OperationContext, { schema, tableName: name }: EntityMetadata, table: Wanted): boolean {
  const own = schema && schema !== '*' ? schema : namespace;
  return showName({ name, namespace: own }) === showName(table.name);
}

/** Tells whether a property is the named one, or is embedded in it. */
function isPartOf(prop: EntityProperty, name: string, owner: EntityMetadata): boolean {
  if (prop.name === name) return true;
  const properties: Record<string, EntityProperty> = owner.properties;
  const holder = prop.embedded && properties[prop.embedded[0]];
  return holder !== undefined && isPartOf(holder, name, owner);
}

/** A child with a separate table has no column of its parent there, except for the key. */
function isInTable(prop: EntityProperty, { tptParent, ownProps }: EntityMetadata): boolean {
  return !tptParent || prop.primary === true || prop.pivotTable !== undefined || ownProps?.includes(prop) !== false;
}

/** Whether an entity stores rows: one of the application, also if its table joins two others. */
function isKept(meta: EntityMetadata): boolean {
  return !meta.embeddable && !meta.virtual && !isPivotOfRelation(meta);
}

/** All properties but one, or but those of one entity. What several entities have in one table is declared once. */
function others(em: SqlEntityManager, entity: EntityMetadata, property?: string) {
  const metas = [...em.getMetadata().getAll().values()].filter(isKept);
  return metas.flatMap(owner =>
    owner.props
      .filter(prop => !prop.inherited && isInTable(prop, owner))
      .filter(
        prop => owner.className !== entity.className || (property !== undefined && !isPartOf(prop, property, owner)),
      )
      .map(prop => ({ owner, prop })),
  );
}
