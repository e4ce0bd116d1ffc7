import { placeOf } from '../changes/apply-renames.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { EntityDescription, PropertyDescription, ReferenceDescription } from '../models/description.ts';
import type { Operation } from './operation.ts';

/** Operations that need the new keys of other tables. */
interface LateOnes {
  readonly entities: ReadonlySet<EntityDescription>;
  /** Tells whether an operation adds a property that refers to a new key, or to one of the entities. */
  has(operation: Operation): boolean;
}

/**
 * Finds the foreign keys to keys that the step creates, as the primary key or as unique columns. A database refuses them
 * earlier.
 */
export function lateOnes(
  { changes, after }: Pick<Resolution, 'changes' | 'after'>,
  created: readonly EntityDescription[],
): LateOnes {
  const keys = new Set(
    changes.altered.flatMap(({ after: entity, changed, uniques }) => [
      ...(changed.includes('primaryKey') ? [keyOf(entity, entity.primaryKey)] : []),
      ...uniques.added.map(({ columns }) => keyOf(entity, columns)),
    ]),
  );
  const entities = new Set<EntityDescription>();
  const isLate = ({ references, pivot }: PropertyDescription): boolean =>
    [references, pivot?.owner, pivot?.target].some(
      reference =>
        reference !== undefined &&
        (keys.has(keyOf(reference, reference.columns)) ||
          [...entities].some(entity => placeOf(entity) === placeOfReference(reference))),
    );
  const isFound = (entity: EntityDescription) => !entities.has(entity) && entity.properties.some(isLate);
  for (let more = created.filter(isFound); more.length > 0; more = created.filter(isFound))
    for (const entity of more) entities.add(entity);
  return {
    entities,
    has: operation => {
      if (operation.kind !== 'addProperty') return false;
      const entity = after.entities.find(({ name }) => name === operation.entity);
      return entity?.properties.some(property => property.name === operation.property && isLate(property)) === true;
    },
  };
}

/** Drops the foreign keys of dropped items that refer to a key that the step drops earlier. */
export function keysInTheWay({ changes }: Pick<Resolution, 'changes'>): Operation[] {
  const keys = new Set(
    changes.altered.flatMap(({ before: entity, changed, uniques }) => [
      ...(changed.includes('primaryKey') ? [keyOf(entity, entity.primaryKey)] : []),
      ...uniques.dropped.map(({ columns }) => keyOf(entity, columns)),
    ]),
  );
  const refers = ({ references, pivot }: PropertyDescription) =>
    [references, pivot?.owner, pivot?.target].some(
      reference => reference !== undefined && keys.has(keyOf(reference, reference.columns)),
    );
  const going = [
    ...changes.dropped.filter(({ view }) => view === undefined),
    ...changes.altered.map(({ before, properties }) => ({ ...before, properties: properties.dropped })),
  ];
  return going.flatMap(({ name, properties }) =>
    properties
      .filter(property => refers(property) && !changes.unbound.has(property))
      .map((property): Operation => ({ kind: 'dropForeignKey', entity: name, property: property.name })),
  );
}

function keyOf(place: Parameters<typeof placeOf>[0], columns: readonly string[] = []): string {
  return `${placeOf(place)} (${columns.join()})`;
}

function placeOfReference({ table, namespace }: ReferenceDescription): string {
  return placeOf(namespace === undefined ? { table } : { table, namespace });
}
