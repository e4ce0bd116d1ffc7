import { needsFirst } from '../needs-first.ts';
import { placeOf } from '../changes/apply-renames.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { EntityChange, PropertyMove, StorageChanges } from '../changes/storage-changes.ts';
import type {
  EntityDescription,
  PivotDescription,
  PropertyDescription,
  StorageDescription,
} from '../models/description.ts';
import { isLoosening, isRenamedTable, isStored, isTurned } from './altered-properties.ts';
import { carriedOperations } from './carried-operations.ts';
import { renamedOperations, unboundOperations } from './constraint-operations.ts';
import { alteration, comings, entityOperations, type Phase } from './entity-operations.ts';
import { keysInTheWay, lateOnes } from './late-operations.ts';
import type { Operation } from './operation.ts';
import { orphanRemarks, refusalsOf } from './remarks.ts';
import { staleNames } from './stale-names.ts';

/** A comparison of two versions without open questions. */
type Compared = Omit<Resolution, 'questions' | 'overThree' | 'dropped'> & {
  /** Whether values without a place in the other version may be given up: on the way back, which says so itself. */
  readonly mayDiscard?: boolean;
};

/**
 * Orders operations so that they can run: first drop views and constraints that are in the way; then rename, create all new
 * tables together, and add properties, relations last; then the place for moving data; then make columns stricter and add
 * indexes and foreign keys; and at the end drop properties and tables, referring ones first.
 */
export function operationsOf(compared: Compared): Operation[] {
  const { changes, before, after } = compared;
  const parts = changes.altered
    .filter(change => !isView(change.before))
    .map(change => entityOperations(change, compared));
  const inPhase = (phase: Phase) => parts.flatMap(part => part[phase]);
  const targetsFirst = byTargets(after);

  const [created, dropped] = [changes.created.filter(ownsTable(before)), changes.dropped.filter(ownsTable(after))];
  const [joining, leaving] = [changes.created.filter(sharesTable(before)), changes.dropped.filter(sharesTable(after))];
  const late = lateOnes(compared, created);
  const going = referredFirst(dropped).toReversed();
  const views = viewsInTheWay(compared);

  const [brought, left] = [broughtBy(joining, before, changes), broughtBy(leaving, after, changes)];
  const coming = [...brought.map((one): Operation => ({ kind: 'addProperty', ...one })), ...inPhase('add')].toSorted(
    relationsLast(after),
  );
  const moves = movedOperations(compared);
  const names = renamedOperations(changes);
  const goes = [
    ...parts.flatMap(part => part.goes),
    ...dropped.map(({ name }) => name),
    ...left.map(({ entity, property }) => `${entity}.${property}`),
  ];
  const changed = parts.flatMap(part => part.changes);
  return [
    ...storage('dropStorage', views.before),
    ...unique([
      ...relationsInTheWay(going).map((relation): Operation => ({ kind: 'dropForeignKey', ...relation })),
      ...keysInTheWay(compared),
    ]),
    ...leaving.flatMap(entity => unboundOperations(entity, entity.properties, changes)),
    ...names.released,
    ...inPhase('release'),
    ...inPhase('rename'),
    ...moves.rename,
    ...storage('createStorage', referredFirst(created.filter(entity => !late.entities.has(entity)))),
    ...coming.filter(operation => !late.has(operation)),
    ...inPhase('rekey').toSorted(targetsFirst),
    ...moves.loosen,
    ...inPhase('loosen'),
    ...carriedOperations(compared),
    ...(goes.length + changed.length > 0 ? [{ kind: 'place', goes, changes: changed } as const] : []),
    ...refusalsOf(changes, after),
    ...orphanRemarks(changes),
    ...staleNames(compared),
    ...inPhase('move'),
    ...moves.tighten,
    ...tightened(inPhase('tighten'), targetsFirst),
    ...names.raised,
    ...inPhase('index'),
    ...storage('createStorage', referredFirst([...late.entities])),
    ...coming.filter(operation => late.has(operation)),
    ...inPhase('refer'),
    ...inPhase('drop'),
    ...left.map((one): Operation => ({ kind: 'dropProperty', ...one })),
    ...storage('dropStorage', going),
    ...storage('createStorage', views.after),
  ];
}

function unique(operations: readonly Operation[]): Operation[] {
  return [...new Map(operations.map(operation => [JSON.stringify(operation), operation])).values()];
}

function storage(kind: 'createStorage' | 'dropStorage', entities: readonly EntityDescription[]): Operation[] {
  return entities.length > 0 ? [{ kind, entities: entities.map(({ name }) => name) }] : [];
}

/** Operations for entities that are added to existing tables, or removed from them. */
function broughtBy(
  entities: readonly EntityDescription[],
  without: StorageDescription,
  { shared, moved }: StorageChanges,
): { readonly entity: string; readonly property: string }[] {
  const stays = new Set([...shared, ...moved.flatMap(({ before, after }) => [before, after])]);
  return entities.flatMap(entity => {
    const pivot = pivotIn(without, entity);
    const there = new Set([...(pivot?.columns ?? []), ...(pivot?.inverseColumns ?? [])]);
    return comings(
      entity.properties.filter(property => !stays.has(property)),
      entity,
    )
      .filter(({ columns = [] }) => columns.length === 0 || columns.some(column => !there.has(column)))
      .map(({ name: property }) => ({ entity: entity.name, property }));
  });
}

/** A table gets its new key before the tables that refer to it. */
function tightened(
  operations: readonly Operation[],
  targetsFirst: (a: Operation, b: Operation) => number,
): Operation[] {
  const whole = operations.filter(({ kind }) => kind === 'alterStorage').toSorted(targetsFirst);
  return operations.map(operation => (operation.kind === 'alterStorage' ? (whole.shift() ?? operation) : operation));
}

function byTargets({ entities }: StorageDescription): (a: Operation, b: Operation) => number {
  const order = referredFirst(entities).map(({ name }) => name);
  const place = (operation: Operation) =>
    operation.kind === 'alterStorage' || operation.kind === 'rekeyProperty' ? order.indexOf(operation.after) : 0;
  return (a, b) => place(a) - place(b);
}

/** Operations for properties that moved to another entity. */
function movedOperations({ changes, fills }: Pick<Compared, 'changes' | 'fills'>) {
  const stored = changes.moved.filter(move => isStored(move) || isTurned(move));
  const altering = (move: PropertyMove): Operation => alteration(move, move.from, move.to, fills);
  return {
    rename: changes.moved.filter(isRenamedTable).map(({ from, to, before, after }): Operation => ({
      kind: 'renameProperty',
      before: from.name,
      from: before.name,
      after: to.name,
      to: after.name,
    })),
    loosen: stored.filter(isLoosening).map(altering),
    tighten: stored.filter(move => !isLoosening(move)).map(altering),
  };
}

/** Generated properties follow the columns they depend on, and relations come last. */
function relationsLast({ entities }: StorageDescription): (a: Operation, b: Operation) => number {
  return (a, b) => rank(a) - rank(b);

  function rank(operation: Operation): number {
    if (operation.kind !== 'addProperty') return 0;
    const entity = entities.find(({ name }) => name === operation.entity);
    const property = entity?.properties.find(({ name }) => name === operation.property);
    if (property?.references !== undefined || property?.pivot !== undefined) return 2;
    return property?.generated === undefined ? 0 : 1;
  }
}

/** Tells whether an entity has a table that does not exist on the other side. */
function ownsTable(other: StorageDescription): (entity: EntityDescription) => boolean {
  return entity => !isView(entity) && !sharesTable(other)(entity);
}

/** Tells whether the table of an entity exists on the other side too, of other entities or as a pivot table. */
function sharesTable(other: StorageDescription): (entity: EntityDescription) => boolean {
  return entity => {
    const isOneOfSeveral = entity.inheritance === 'single table' && entity.extends !== undefined;
    return isOneOfSeveral || pivotIn(other, entity) !== undefined;
  };
}

/** Returns the pivot table of an entity. */
function pivotIn({ entities }: StorageDescription, entity: EntityDescription): PivotDescription | undefined {
  const pivots = entities.flatMap(({ properties: all }) => all.flatMap(({ pivot }) => pivot ?? []));
  return pivots.find(pivot => pivot.entity === undefined && placeOf(pivot) === placeOf(entity));
}

/** Sorts entities so that those that are referred to come first, as far as there are no cycles. */
function referredFirst(entities: readonly EntityDescription[]): EntityDescription[] {
  return needsFirst(entities, entity => targetsOf(entity, entities));
}

/** Finds the relations that prevent dropping entities in this order, because they refer to one that was dropped before. */
function relationsInTheWay(order: readonly EntityDescription[]): { entity: string; property: string }[] {
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

/** Tells whether an entity is a view. */
function isView({ view }: EntityDescription): boolean {
  return view !== undefined;
}

/**
 * Finds the views that are added, dropped or altered, or that depend on a change: those to drop before all other operations,
 * readers first, and those to create afterwards, readers last.
 */
function viewsInTheWay({ changes, before, after }: Pick<Resolution, 'changes' | 'before' | 'after'>) {
  const { created, dropped, altered, carried } = changes;
  const old = before.entities.filter(isView);
  const touched = [
    ...altered.filter(isTouched).map(change => change.before.table),
    ...carried.flatMap(({ from }) => from.map(({ entity }) => entity.table)),
  ];
  const inTheWay = new Set(
    old.filter(view => dropped.includes(view) || altered.some(change => change.before === view)),
  );
  const isOnIt = (view: EntityDescription) =>
    !inTheWay.has(view) && mentions(view, [...touched, ...[...inTheWay].map(({ table }) => table)]);
  for (let more = old.filter(isOnIt); more.length > 0; more = old.filter(isOnIt))
    for (const view of more) inTheWay.add(view);

  const newName = (view: EntityDescription) => altered.find(change => change.before === view)?.after.name ?? view.name;
  const back = new Set([...inTheWay].filter(view => !dropped.includes(view)).map(newName));
  return {
    before: readFirst([...inTheWay]).toReversed(),
    after: readFirst(after.entities.filter(view => back.has(view.name) || (isView(view) && created.includes(view)))),
  };
}

function isTouched({ properties: { dropped, altered } }: EntityChange): boolean {
  return dropped.length + altered.length > 0;
}

/** Sorts views so that those read by others come first. */
function readFirst(views: readonly EntityDescription[]): EntityDescription[] {
  const ordered = new Set<EntityDescription>();
  const add = (view: EntityDescription): void => {
    for (const other of views) if (other !== view && !ordered.has(other) && mentions(view, [other.table])) add(other);
    ordered.add(view);
  };
  for (const view of views) add(view);
  return [...ordered];
}

function mentions({ view }: EntityDescription, tables: readonly string[]): boolean {
  const words = new Set(view?.expression.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu));
  return tables.some(table => words.has(table));
}
