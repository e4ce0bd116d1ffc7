import type { StorageChanges } from '../changes/storage-changes.ts';
import type { EntityDescription, PropertyDescription, StorageDescription } from '../models/description.ts';
import { otherChangesOf } from './other-changes.ts';

/** The change of a part between two versions; none if it did not change. */
export type Mark = 'added' | 'removed' | 'changed';

/** Entities and their relations, as data to draw. */
export interface Diagram {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

/** An entity. */
export interface Box {
  readonly name: string;
  /** The name that it had before. */
  readonly was?: string;
  readonly table: string;
  readonly isView: boolean;
  readonly mark?: Mark;
  readonly fields: readonly Field[];
  /** What changed and is no property: `index email added`, `comment changed`. */
  readonly otherChanges?: readonly string[];
}

/** A property that is stored. */
export interface Field {
  readonly name: string;
  /** The name that it had before. */
  readonly was?: string;
  readonly type: string;
  readonly columns: readonly string[];
  readonly isKey: boolean;
  readonly isReference: boolean;
  readonly isNullable: boolean;
  readonly mark?: Mark;
  /** The changed options: `type`, `nullable`. */
  readonly changed?: readonly string[];
}

/** A relation between two entities, or the one between a child and its parent. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** The property; missing between child and parent. */
  readonly property?: string;
  readonly kind: 'm:1' | '1:1' | 'm:n' | 'extends';
  readonly isNullable: boolean;
  readonly mark?: Mark;
}

/** Draws a version as it is. */
export function diagramOf({ entities }: StorageDescription): Diagram {
  const boxes = entities.map(entity =>
    boxOf(
      entity,
      entity.properties.map(property => fieldOf(property)),
    ),
  );
  return { boxes, links: entities.flatMap(entity => linksOf(entity)) };
}

/**
 * Draws a version with its changes in the next version: parts that are new, parts that are gone, and renamed parts under both
 * names.
 *
 * Links of a renamed entity lead to its new name.
 */
export function changedDiagram(
  before: StorageDescription,
  after: StorageDescription,
  changes: StorageChanges,
): Diagram {
  const altered = new Map(changes.altered.map(change => [change.after, change]));
  const created = new Set(changes.created);
  const arrived = Map.groupBy(changes.moved, ({ to }) => to);
  const left = Map.groupBy(changes.moved, ({ from }) => from.name);
  const newNames = new Map(changes.altered.map(change => [change.before.name, change.after.name]));
  const nowNamed = (name: string) => newNames.get(name) ?? name;

  const stayed = after.entities.map(entity => {
    const change = altered.get(entity);
    const marks = new Map<PropertyDescription, Partial<Field>>();
    if (change) {
      const { added, dropped: _dropped, ...kept } = change.properties;
      for (const property of added) marks.set(property, { mark: 'added' });
      for (const one of [...kept.altered, ...kept.copied, ...kept.rekeyed]) marks.set(one.after, changedMark(one));
    }
    for (const one of arrived.get(entity) ?? []) marks.set(one.after, { ...changedMark(one), mark: 'added' });
    const gone = [
      ...(change?.properties.dropped ?? []),
      ...(left.get(change?.before.name ?? entity.name) ?? []).map(one => one.before),
    ];
    const fields = [
      ...entity.properties.map(property => ({ ...fieldOf(property), ...marks.get(property) })),
      ...gone.map(property => ({ ...fieldOf(property), mark: 'removed' as const })),
    ];
    const isChanged = change !== undefined || arrived.has(entity) || left.has(entity.name);
    const was = change && change.before.name !== change.after.name ? change.before.name : undefined;
    const mark: Mark | undefined = created.has(entity) ? 'added' : isChanged ? 'changed' : undefined;
    const others = change ? otherChangesOf(change) : [];
    return boxOf(entity, fields, {
      ...(was && { was }),
      ...(mark && { mark }),
      ...(others.length > 0 && { otherChanges: others }),
    });
  });
  const removed = changes.dropped.map(entity =>
    boxOf(
      entity,
      entity.properties.map(property => fieldOf(property)),
      { mark: 'removed' },
    ),
  );

  const old = before.entities.flatMap(entity => linksOf(entity, nowNamed));
  const now = after.entities.flatMap(entity => linksOf(entity));
  const renamedFields = new Map(
    changes.altered.flatMap(({ after: entity, properties }) =>
      properties.altered.map(one => [`${entity.name}.${one.before.name}`, one.after.name] as const),
    ),
  );
  const sameLink = (link: Link) =>
    [link.from, renamedFields.get(`${link.from}.${link.property}`) ?? link.property, link.to].join(' ');
  const olds = new Set(old.map(sameLink));
  const nows = new Set(now.map(link => [link.from, link.property, link.to].join(' ')));
  const links = [
    ...now.map(link =>
      olds.has([link.from, link.property, link.to].join(' ')) ? link : { ...link, mark: 'added' as const },
    ),
    ...old.filter(link => !nows.has(sameLink(link))).map(link => ({ ...link, mark: 'removed' as const })),
  ];
  const there = new Set([...stayed, ...removed].map(box => box.name));
  return { boxes: [...stayed, ...removed], links: links.filter(({ from, to }) => there.has(from) && there.has(to)) };
}

function changedMark({ before, after, changed }: StorageChanges['altered'][number]['properties']['altered'][number]) {
  const was = before.name === after.name ? {} : { was: before.name };
  return { mark: 'changed' as const, changed: changed.filter(what => what !== 'name'), ...was };
}

function boxOf(entity: EntityDescription, fields: readonly Field[], more: Partial<Box> = {}): Box {
  const { name, table, namespace, view } = entity;
  return {
    name,
    table: namespace === undefined ? table : `${namespace}.${table}`,
    isView: view !== undefined,
    // The key comes first, as one reads a table.
    fields: [...fields.filter(({ isKey }) => isKey), ...fields.filter(({ isKey }) => !isKey)],
    ...more,
  };
}

function fieldOf(property: PropertyDescription): Field {
  const { name, columns = [], primary, nullable, target } = property;
  return {
    name,
    type: typeOf(property),
    columns,
    isKey: primary === true,
    isReference: target !== undefined,
    isNullable: nullable === true,
  };
}

function typeOf({ kind, type, target, embeddable, array, nativeEnum, hints }: PropertyDescription): string {
  const plain =
    target === undefined
      ? (embeddable ?? nativeEnum ?? (kind === 'enum' ? 'enum' : (type ?? kind)))
      : [target].flat().join(' | ');
  const size = hints?.length === undefined ? '' : `(${hints.length})`;
  return `${plain}${size}${array || kind === 'm:n' ? '[]' : ''}`;
}

function linksOf(entity: EntityDescription, nowNamed = (name: string) => name): Link[] {
  const from = nowNamed(entity.name);
  const links: Link[] = [];
  if (entity.extends !== undefined)
    links.push({ from, to: nowNamed(entity.extends), kind: 'extends', isNullable: false });
  for (const { name, kind, target, nullable } of entity.properties) {
    if (kind !== 'm:1' && kind !== '1:1' && kind !== 'm:n') continue;
    for (const to of [target ?? []].flat()) {
      links.push({ from, to: nowNamed(to), property: name, kind, isNullable: nullable === true });
    }
  }
  return links;
}
