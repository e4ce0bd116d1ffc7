import type { Discriminator, PropertyDescription, StorageDescription } from '../models/description.ts';
import type { EntityChange, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import { outermost } from '../changes/property-shape.ts';
import type { Operation } from './operation.ts';

/**
 * Lists changes of an altered entity that no operation makes.
 *
 * @param homeless discriminator values that rows may contain, and that no longer belong to an entity
 */
export function remarksOn(
  change: EntityChange,
  kept: readonly PropertyChange[],
  homeless: readonly string[],
): Operation[] {
  const { after, changed, triggers, policies } = change;
  const inSql = [
    ...(triggers.added.length + triggers.dropped.length > 0 ? ['triggers'] : []),
    ...(policies.added.length + policies.dropped.length > 0 ? ['policies'] : []),
    ...(changed.includes('rowLevelSecurity') ? ['row level security'] : []),
    ...(changed.includes('partitions') ? ['partitions'] : []),
  ];
  const texts = [
    ...inSql.map(what => `The ${what} of ${after.name} changed. No operation does this: use SQL in step.execute()`),
    ...(changed.includes('inheritance') || changed.includes('extends')
      ? [`${after.name} shares its table in another way now. If rows must move, do it here with step.execute()`]
      : []),
    ...homelessRows(after, homeless),
    ...otherDocuments(change),
    ...kept.filter(one => isRenamedWithin(one, change)).map(one => ofOneSide(`${after.name}.${one.after.name}`, one)),
    ...kept.filter(isOtherEntity).map(one => betweenTwo(`${after.name}.${one.after.name}`, one)),
  ];
  return texts.map(text => ({ kind: 'remark', text }));
}

/** Refuses to leave old keys in relations that may point to one of several entities, because no foreign key finds their target. */
export function refusalsOf({ altered }: StorageChanges, { entities }: StorageDescription): Operation[] {
  const rekeyed = altered.filter(({ changed, after }) => changed.includes('primaryKey') && after.view === undefined);
  return entities.flatMap(({ name, properties }) =>
    properties
      .filter(({ discriminator, target = [] }) => discriminator !== undefined && target.length > 0)
      .flatMap((property): Operation[] => {
        const targets = [...Object.values(property.discriminator?.values ?? {}), name];
        const found = rekeyed.find(
          ({ after }) => targets.includes(after.name) && (property.pivot || after.name !== name),
        );
        if (!found) return [];
        const text = `${name}.${property.name} holds old keys of ${found.after.name}, which has another primary key now. Write the new keys here with step.execute(), and remove this line.`;
        return [{ kind: 'refusal', text }];
      }),
  );
}

/** Lists the rows of a pivot table still in use whose relation is removed. */
export function orphanRemarks({ dropped, altered, shared }: StorageChanges): Operation[] {
  const gone = [
    ...dropped.flatMap(({ properties }) => properties),
    ...altered.flatMap(({ properties }) => properties.dropped),
  ];
  return gone
    .filter(property => shared.has(property))
    .flatMap(({ pivot, discriminator }): Operation[] =>
      homelessRows(
        { table: pivot?.table ?? '', discriminator },
        pivot ? Object.keys(discriminator?.values ?? {}) : [],
      ).map(text => ({ kind: 'remark', text })),
    );
}

function homelessRows(
  { table, discriminator }: { readonly table: string; readonly discriminator?: Discriminator | undefined },
  homeless: readonly string[],
): string[] {
  if (homeless.length === 0) return [];
  const values = homeless.map(value => `'${value}'`).join(' or ');
  return [
    `Rows of ${table} with ${discriminator?.column} ${values} no longer belong to an entity. Update or delete them here`,
  ];
}

/** JSON documents are not converted. */
function otherDocuments({ after, properties: { added, dropped, altered } }: EntityChange): string[] {
  const noted = new Map<string, string[]>();
  const note = ({ name, key }: PropertyDescription, what: string) => {
    const [holder = '', ...path] = name.split('.');
    if (key !== undefined) noted.set(holder, [...(noted.get(holder) ?? []), `${path.join('.')} ${what}`]);
  };
  for (const property of outermost(added)) note(property, 'is new');
  for (const property of outermost(dropped)) note(property, 'goes');
  for (const { before: old, after: now, changed } of altered) {
    // An embedded property that was not a document before has no old keys.
    if (old.key === undefined) continue;
    if (changed.includes('key')) note(now, `was ${old.key}`);
    else if (changed.includes('type') || changed.includes('kind')) note(now, 'is another');
  }
  return [...noted].map(
    ([holder, what]) =>
      `Documents in ${after.name}.${holder} are not converted (${what.join(', ')}). Rewrite them here`,
  );
}

/** Tells whether a many-to-many of an entity with itself has another name: it may be the other side of what it was. */
function isRenamedWithin({ before: old, after: now, changed }: PropertyChange, { before }: EntityChange): boolean {
  return changed.includes('name') && old.pivot !== undefined && now.pivot !== undefined && old.target === before.name;
}

function ofOneSide(property: string, { after: { pivot } }: PropertyChange): string {
  const columns = [...(pivot?.columns ?? []), ...(pivot?.inverseColumns ?? [])].join(', ');
  return `Rows of ${property} keep their side. If it was the other side of the relation before, exchange ${columns} here`;
}

function isOtherEntity({ before, after }: PropertyChange): boolean {
  return before.pivot?.entity !== after.pivot?.entity;
}

function betweenTwo(property: string, { after }: PropertyChange): string {
  const { entity } = after.pivot ?? {};
  return entity === undefined
    ? `The table of ${property} has no entity now. Check that it has all columns`
    : `The table of ${property} belongs to ${entity} now. Check that it has all columns`;
}
