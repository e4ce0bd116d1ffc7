import { placeOf } from '../changes/apply-renames.ts';
import type { Resolution } from '../changes/resolve-answers.ts';
import type { PropertyChange } from '../changes/storage-changes.ts';
import type { EntityDescription, StorageDescription } from '../models/description.ts';
import { namesIn } from '../sql/expressions.ts';
import { fold } from '../sql/same-names.ts';
import type { Operation } from './operation.ts';

/** Columns that a table no longer has, folded, and their new names if they have one. */
type GoneColumns = ReadonlyMap<string, string | undefined>;

/** SQL of an entity, and what it is. */
type SqlOf = readonly [what: string, sql: string];

/**
 * Names the SQL of entities in which a column still has a name that no column has now. A user writes this SQL, so nothing
 * rewrites it, and no database accepts it.
 */
export function staleNames({ changes, after }: Pick<Resolution, 'changes' | 'after'>): Operation[] {
  const gone = goneColumns(changes, after);
  if (gone.size === 0) return [];
  const found = after.entities.flatMap(entity => [
    ...ownTexts(entity).flatMap(text => staleIn(text, gone.get(placeOf(entity)))),
    ...viewTexts(entity).flatMap(text => [...gone].flatMap(([place, columns]) => staleInView(text, place, columns))),
  ]);
  return [...new Set(found)].map(text => ({ kind: 'remark', text }));
}

/** Finds the columns that are gone, by the new place of their table. */
function goneColumns(
  { altered, moved }: Resolution['changes'],
  { entities }: StorageDescription,
): ReadonlyMap<string, GoneColumns> {
  const there = Map.groupBy(entities, placeOf);
  const found = new Map<string, Map<string, string | undefined>>();
  const note = (entity: EntityDescription, old: string, now: string | undefined) => {
    const place = placeOf(entity);
    const columns = (there.get(place) ?? []).flatMap(one => one.properties.flatMap(property => property.columns ?? []));
    if (columns.some(column => fold(column) === fold(old))) return;
    const known = found.get(place) ?? new Map<string, string | undefined>();
    found.set(place, known.set(fold(old), now));
  };
  const noteRename = (entity: EntityDescription, { before, after }: PropertyChange) => {
    const isSameShape = before.columns?.length === after.columns?.length;
    for (const [index, old] of (before.columns ?? []).entries()) {
      note(entity, old, isSameShape ? after.columns?.[index] : undefined);
    }
  };
  for (const { after: entity, properties } of altered) {
    for (const old of properties.dropped.flatMap(({ columns = [] }) => columns)) note(entity, old, undefined);
    for (const one of [...properties.altered, ...properties.copied, ...properties.rekeyed]) noteRename(entity, one);
  }
  for (const one of moved) noteRename(one.to, one);
  return found;
}

function ownTexts(entity: EntityDescription): SqlOf[] {
  const { name, properties, indexes = [], uniques = [], checks = [], triggers = [], policies = [] } = entity;
  const of = (what: string, called: string | undefined) =>
    called === undefined ? `A ${what} of ${name}` : `The ${what} ${called} of ${name}`;
  const all = (what: string, ...texts: readonly unknown[]) =>
    texts.flatMap((text): SqlOf[] => (typeof text === 'string' ? [[what, text]] : []));
  return [
    ...properties.flatMap(property => all(`${name}.${property.name}`, property.generated)),
    ...checks.flatMap(({ expression, hints }) => all(of('check', hints?.name), expression)),
    ...[...indexes, ...uniques].flatMap(({ expression, where, hints }) =>
      all(of('index', hints?.name), expression, where),
    ),
    ...triggers.flatMap(({ name: own, hints, when, body }) => all(of('trigger', own ?? hints?.name), when, body)),
    ...policies.flatMap(({ using, check, hints }) => all(of('policy', hints?.name), using, check)),
  ];
}

function viewTexts({ name, view }: EntityDescription): SqlOf[] {
  return view ? [[`The view ${name}`, view.expression]] : [];
}

function staleIn([what, sql]: SqlOf, columns: GoneColumns = new Map()): string[] {
  const names = [...new Set(namesIn(sql).map(fold))];
  return names.filter(name => columns.has(name)).map(name => saying(what, name, columns.get(name)));
}

function staleInView(text: SqlOf, place: string, columns: GoneColumns): string[] {
  const table = place.slice(place.lastIndexOf('.') + 1);
  return namesIn(text[1]).includes(table) ? staleIn(text, columns) : [];
}

function saying(what: string, old: string, now: string | undefined): string {
  return now === undefined
    ? `${what} still names ${old}, which is removed. Correct the entity, and run npx dejavu next --amend`
    : `${what} still names ${old}, which is ${now} now. Write ${now} in the entity, and run npx dejavu next --amend`;
}
