import { placeOf } from '../changes/apply-renames.ts';
import { pointsTo } from '../changes/property-shape.ts';
import type { EntityChange, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import { cellOf } from '../changes/tables/stored-tables.ts';
import type {
  CheckDescription,
  EntityDescription,
  IndexDescription,
  PropertyDescription,
} from '../models/description.ts';
import { isAkin, isAlteredTable } from './altered-properties.ts';
import type { Operation } from './operation.ts';

/** The properties that get operations. These operations change only the indexes and checks of such properties. */
interface TakenCareOf {
  readonly added: readonly PropertyDescription[];
  readonly dropped: readonly PropertyDescription[];
  readonly altered: readonly PropertyChange[];
  /** The columns that stay even if their property is dropped: {@link StorageChanges.kept}. */
  readonly kept: ReadonlySet<string>;
}

/** The indexes, uniques and checks of an entity that are added or dropped separately. */
export class Constraints {
  readonly #change: EntityChange;
  readonly #properties: TakenCareOf;

  constructor(change: EntityChange, properties: TakenCareOf) {
    this.#change = change;
    this.#properties = properties;
  }

  /** Whether each can be named in its operation. */
  get canBeNamed(): boolean {
    const { before, after } = this.#change;
    return (
      this.#indexes('dropped').every(index => indexName(before, index) !== undefined) &&
      this.#indexes('added').every(index => indexName(after, index) !== undefined)
    );
  }

  /** Drops removed indexes, uniques and checks. */
  released(): Operation[] {
    const { before } = this.#change;
    return [
      ...this.#indexes('dropped').map((index): Operation => ({
        kind: 'dropIndex',
        entity: before.name,
        index: indexName(before, index) ?? [],
      })),
      ...this.#checks('dropped').map((name): Operation => ({ kind: 'dropCheck', entity: before.name, name })),
    ];
  }

  /** Adds new indexes, uniques and checks. */
  raised(): Operation[] {
    const { after } = this.#change;
    return [
      ...this.#indexes('added').map((index): Operation => ({
        kind: 'addIndex',
        entity: after.name,
        index: indexName(after, index) ?? [],
      })),
      ...this.#checks('added').map((name): Operation => ({ kind: 'addCheck', entity: after.name, name })),
    ];
  }

  #indexes(side: 'added' | 'dropped'): IndexDescription[] {
    const { indexes, uniques } = this.#change;
    const isTakenCareOf = (index: IndexDescription) =>
      side === 'added' ? this.#comesAlong(index) : this.#goesAlong(index);
    return [...indexes[side], ...uniques[side]].filter(index => !isTakenCareOf(index));
  }

  #comesAlong({ columns, expression }: IndexDescription): boolean {
    const { added, altered } = this.#properties;
    const { after } = this.#change;
    return (
      expression === undefined &&
      [...added, ...altered.map(one => one.after)].some(property => isWithin(columns, after, property))
    );
  }

  /** An index is dropped with any of its properties. */
  #goesAlong({ columns }: IndexDescription): boolean {
    const { dropped, altered, kept } = this.#properties;
    const { before, after } = this.#change;
    const own = dropped.flatMap(property => columnsOf(before, property));
    const gone = new Set(own.filter(column => !kept.has(cellOf(placeOf(after), column))));
    return (
      columns.some(column => gone.has(column)) ||
      altered.some(one => !isMoved(this.#change, one) && isWithin(columns, before, one.before))
    );
  }

  #checks(side: 'added' | 'dropped'): string[] {
    const { added, dropped, altered } = this.#properties;
    const properties = [
      ...(side === 'added' ? added : dropped),
      ...altered.filter(one => !isMoved(this.#change, one)).map(one => one.after),
    ];
    const alone = ({ hints }: CheckDescription) => !properties.some(({ name }) => name === hints?.property);
    return this.#change.checks[side].filter(alone).flatMap(({ hints }) => hints?.name ?? []);
  }
}

/**
 * Finds relations whose uniqueness changed. Some dialects also create a plain index on the same columns, so the operation names
 * the property to say which index it means.
 */
export function ownUniques({ before, after, uniques, properties }: EntityChange): PropertyChange[] {
  const columns = new Set([...uniques.added, ...uniques.dropped].map(unique => unique.columns.join()));
  return after.properties.flatMap((now): PropertyChange[] => {
    const old = before.properties.find(({ name }) => name === now.name);
    const isAltered = properties.altered.some(one => one.after === now);
    const isOwn = old && isToOne(old) && isToOne(now) && columns.has(now.columns?.join() ?? '');
    return isOwn && !isAltered ? [{ before: old, after: now, changed: [] }] : [];
  });
}

/** Tells whether a property is a relation in columns of its entity, with a foreign key or without one. */
function isToOne({ kind, columns }: PropertyDescription): boolean {
  return (kind === 'm:1' || kind === '1:1') && columns !== undefined;
}

/** Drops renamed items by their old name, and adds them by their new name. */
export function renamedOperations({ renamed }: StorageChanges): { released: Operation[]; raised: Operation[] } {
  return {
    released: renamed.flatMap(({ before, indexes, checks }): Operation[] => [
      ...indexes.map(([index]): Operation => ({
        kind: 'dropIndex',
        entity: before.name,
        index: calledIn(before, index),
      })),
      ...checks.flatMap(([{ hints }]) => checkOperation('dropCheck', before.name, hints?.name)),
    ]),
    raised: renamed.flatMap(({ after, indexes, checks }): Operation[] => [
      ...indexes.map(([, index]): Operation => ({
        kind: 'addIndex',
        entity: after.name,
        index: calledIn(after, index),
      })),
      ...checks.flatMap(([, { hints }]) => checkOperation('addCheck', after.name, hints?.name)),
    ]),
  };
}

function calledIn(entity: EntityDescription, index: IndexDescription): string | readonly string[] {
  return index.hints?.name ?? indexName(entity, index) ?? [];
}

function checkOperation(kind: 'addCheck' | 'dropCheck', entity: string, name: string | undefined): Operation[] {
  return name === undefined ? [] : [{ kind, entity, name }];
}

/** Drops the foreign keys of relations whose columns stay, and the index that some dialects create for one. */
export function unboundOperations(
  { name: entity }: EntityDescription,
  properties: readonly PropertyDescription[],
  { unbound }: StorageChanges,
): Operation[] {
  return properties
    .filter(property => unbound.has(property))
    .flatMap(({ name }): Operation[] => [
      { kind: 'dropForeignKey', entity, property: name },
      { kind: 'dropIndex', entity, index: [name] },
    ]);
}

/** Returns a property with everything inside it. */
export function inside({ properties }: EntityDescription, { name }: PropertyDescription): PropertyDescription[] {
  return properties.filter(one => one.name === name || one.name.startsWith(`${name}.`));
}

/** Tells whether a property, its columns or its table are renamed. Altering them removes their old constraints. */
export function isMoved({ changed }: EntityChange, one: PropertyChange): boolean {
  const isElsewhere = changed.includes('table') || changed.includes('namespace');
  return isElsewhere || one.changed.includes('name') || one.changed.includes('columns');
}

/** Tells whether an index or a unique over the columns of a property comes or goes with it. */
export function hasOtherIndexes({ before, after, indexes, uniques }: EntityChange, one: PropertyChange): boolean {
  return [indexes, uniques].some(
    ({ added, dropped }) =>
      added.some(({ columns }) => isWithin(columns, after, one.after)) ||
      dropped.some(({ columns }) => isWithin(columns, before, one.before)),
  );
}

function columnsOf(entity: EntityDescription, property: PropertyDescription): string[] {
  return inside(entity, property).flatMap(({ columns }) => columns ?? []);
}

function isWithin(columns: readonly string[], entity: EntityDescription, property: PropertyDescription): boolean {
  const own = columnsOf(entity, property);
  return columns.length > 0 && columns.every(column => own.includes(column));
}

/** Names an index in an operation: by its properties, or by its own name. */
function indexName(entity: EntityDescription, index: IndexDescription): string | string[] | undefined {
  const { properties, indexes = [], uniques = [] } = entity;
  const names: string[] = [];
  for (let rest = index.columns; rest.length > 0;) {
    const found = properties.find(
      ({ columns = [] }) => columns.length > 0 && columns.every((column, at) => column === rest[at]),
    );
    if (!found) return index.hints?.name;
    names.push(found.name);
    rest = rest.slice(found.columns?.length);
  }
  const alike = [...indexes, ...uniques].filter(({ columns }) => columns.join() === index.columns.join());
  const isPlain = index.expression === undefined && names.length > 0 && alike.length <= 1;
  return isPlain ? names : index.hints?.name;
}

/**
 * Tells whether the foreign key of a relation is dropped before any change, and added again at the end: because it changes,
 * because it would be lost under a new name, or because PostgreSQL refuses it in between.
 *
 * @param others entities whose key gets another type: {@link retyped}
 */
export function isDetached(change: EntityChange, one: PropertyChange, others: ReadonlySet<string>): boolean {
  const { before, after, changed } = one;
  if (isAlteredTable(one)) {
    return isMoved(change, one) || others.has(change.after.name) || pointsTo(after, others);
  }
  if (before.references && after.references) {
    return pointsTo(after, others) || (changed.includes('references') && isMoved(change, one));
  }
  // The key of a child with a separate table points to its parent
  const { inheritance, extends: parent = '' } = change.after;
  return inheritance === 'table per type' && after.primary === true && others.has(parent);
}

/**
 * Lists entities whose key gets another type, such as text instead of a number, by their new names. While only one side has the
 * new type, PostgreSQL accepts no foreign key between them.
 */
export function retyped({ altered }: StorageChanges): ReadonlySet<string> {
  const found = new Set<string>();
  const isFound = ({ after, properties }: EntityChange) =>
    !found.has(after.name) &&
    properties.altered.some(one => one.after.primary && (isOtherKind(one) || pointsTo(one.after, found)));
  for (let more = altered.filter(isFound); more.length > 0; more = altered.filter(isFound))
    for (const { after } of more) found.add(after.name);
  return found;
}

function isOtherKind({ before, after, changed }: PropertyChange): boolean {
  return before.kind === 'scalar' && after.kind === 'scalar' && changed.includes('type') && !isAkin(before, after);
}
