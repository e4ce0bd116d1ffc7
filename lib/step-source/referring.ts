import type { EntityDescription, PropertyDescription } from '../models/description.ts';

/** Entities that are referred to before those that refer to them, as far as they do not refer to each other. */
export function referredFirst(entities: readonly EntityDescription[]): EntityDescription[] {
  const ordered = new Set<EntityDescription>();
  const waiting = new Set<EntityDescription>();
  const add = (entity: EntityDescription): void => {
    if (waiting.has(entity)) return;
    waiting.add(entity);
    for (const target of targetsOf(entity, entities)) add(target);
    ordered.add(entity);
  };
  for (const entity of entities) add(entity);
  return [...ordered];
}

/** The relations that keep entities from being dropped in this order: they refer to one that is gone by then. */
export function inTheWay(order: readonly EntityDescription[]): { entity: string; property: string }[] {
  return order.flatMap((entity, position) =>
    referring(entity)
      .filter(property => order.slice(0, position).some(earlier => isTargetOf(property, earlier)))
      .map(property => ({ entity: entity.name, property: property.name })),
  );
}

function targetsOf(entity: EntityDescription, among: readonly EntityDescription[]): EntityDescription[] {
  const others = among.filter(other => other !== entity);
  return [
    ...others.filter(({ name }) => name === entity.extends),
    ...referring(entity).flatMap(property => others.filter(other => isTargetOf(property, other))),
  ];
}

function referring({ properties }: EntityDescription): PropertyDescription[] {
  return properties.filter(({ references }) => references !== undefined);
}

function isTargetOf({ references }: PropertyDescription, { table, namespace }: EntityDescription): boolean {
  return references?.table === table && references.namespace === namespace;
}
