import type { EntityDescription, PivotDescription, StorageDescription } from '../models/description.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import { placeOf } from '../changes/apply-renames.ts';
import { outermost } from '../changes/property-shape.ts';
import { entityOperations, type Phase } from './entity-operations.ts';
import type { Operation } from './operation.ts';
import { inTheWay, referredFirst } from './referring.ts';
import { isView, viewsInTheWay } from './views.ts';

/** Two versions compared, without what is asked. */
export type Compared = Omit<Resolution, 'questions' | 'overThree'>;

/**
 * Puts changes into an order that can run. Views and constraints that stand in the way go first; then come new names, new
 * tables all at once, and new properties, those that refer to others last; then the place where data is moved; after it
 * what is stricter than before, indexes and foreign keys; and at last what goes, those that refer to others first.
 */
export function operationsOf(compared: Compared): Operation[] {
  const { changes, before, after } = compared;
  const parts = changes.altered
    .filter(change => !isView(change.before))
    .map(change => entityOperations(change, compared));
  const inPhase = (phase: Phase) => parts.flatMap(part => part[phase]);

  const [created, dropped] = [changes.created.filter(ownsTable(before)), changes.dropped.filter(ownsTable(after))];
  const [joining, leaving] = [changes.created.filter(sharesTable(before)), changes.dropped.filter(sharesTable(after))];
  const going = referredFirst(dropped).toReversed();
  const views = viewsInTheWay(compared);

  const [brought, left] = [broughtBy(joining, before), broughtBy(leaving, after)];
  const goes = [
    ...parts.flatMap(part => part.goes),
    ...dropped.map(({ name }) => name),
    ...left.map(({ entity, property }) => `${entity}.${property}`),
  ];
  const changed = parts.flatMap(part => part.changes);
  return [
    ...storage('dropStorage', views.before),
    ...inTheWay(going).map((relation): Operation => ({ kind: 'dropForeignKey', ...relation })),
    ...inPhase('release'),
    ...inPhase('rename'),
    ...storage('createStorage', referredFirst(created)),
    ...[...brought.map((one): Operation => ({ kind: 'addProperty', ...one })), ...inPhase('add')].toSorted(
      relationsLast(after),
    ),
    ...inPhase('loosen'),
    ...(goes.length + changed.length > 0 ? [{ kind: 'place', goes, changes: changed } as const] : []),
    ...inPhase('move'),
    ...inPhase('tighten'),
    ...inPhase('index'),
    ...inPhase('refer'),
    ...inPhase('drop'),
    ...left.map((one): Operation => ({ kind: 'dropProperty', ...one })),
    ...storage('dropStorage', going),
    ...storage('createStorage', views.after),
  ];
}

function storage(kind: 'createStorage' | 'dropStorage', entities: readonly EntityDescription[]): Operation[] {
  return entities.length > 0 ? [{ kind, entities: entities.map(({ name }) => name) }] : [];
}

/** What entities bring into tables that are there without them, or take away. */
function broughtBy(
  entities: readonly EntityDescription[],
  without: StorageDescription,
): { readonly entity: string; readonly property: string }[] {
  return entities.flatMap(entity => {
    const pivot = pivotIn(without, entity);
    const there = new Set([...(pivot?.columns ?? []), ...(pivot?.inverseColumns ?? [])]);
    return outermost(entity.properties)
      .filter(({ columns = [] }) => columns.length === 0 || columns.some(column => !there.has(column)))
      .map(({ name: property }) => ({ entity: entity.name, property }));
  });
}

/** What refers to another table comes when all columns are there. */
function relationsLast({ entities }: StorageDescription): (a: Operation, b: Operation) => number {
  return (a, b) => Number(refers(a)) - Number(refers(b));

  function refers(operation: Operation): boolean {
    if (operation.kind !== 'addProperty') return false;
    const entity = entities.find(({ name }) => name === operation.entity);
    const property = entity?.properties.find(({ name }) => name === operation.property);
    return property?.references !== undefined || property?.pivot !== undefined;
  }
}

/** Tells whether an entity has a table that is not there on the other side. */
function ownsTable(other: StorageDescription): (entity: EntityDescription) => boolean {
  return entity => !isView(entity) && !sharesTable(other)(entity);
}

/** Tells whether the table of an entity is there on the other side too: that of others, or one between two. */
function sharesTable(other: StorageDescription): (entity: EntityDescription) => boolean {
  return entity => {
    const isOneOfSeveral = entity.inheritance === 'single table' && entity.extends !== undefined;
    return isOneOfSeveral || pivotIn(other, entity) !== undefined;
  };
}

/** The table between two others that an entity stands for, where it stands for itself. */
function pivotIn({ entities }: StorageDescription, entity: EntityDescription): PivotDescription | undefined {
  const pivots = entities.flatMap(({ properties: all }) => all.flatMap(({ pivot }) => pivot ?? []));
  return pivots.find(pivot => pivot.entity === undefined && placeOf(pivot) === placeOf(entity));
}
