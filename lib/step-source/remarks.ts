import type { Discriminator, PropertyDescription, StorageDescription } from '../models/description.ts';
import type { EntityChange, PropertyChange, StorageChanges } from '../changes/storage-changes.ts';
import { outermost } from '../changes/property-shape.ts';
import type { Operation } from './operation.ts';

/**
 * Says what of an altered entity no operation does.
 *
 * @param homeless values that rows may hold, and no entity is told by any more.
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
    ...inSql.map(
      what => `The ${what} of ${after.name} changed, which no operation does: say it in SQL, by step.execute()`,
    ),
    ...(changed.includes('inheritance') || changed.includes('extends')
      ? [`${after.name} shares its table in another way now: its rows move here, by step.execute() if need be`]
      : []),
    ...homelessRows(after, homeless),
    ...otherDocuments(change),
    ...kept.filter(isOtherEntity).map(one => betweenTwo(`${after.name}.${one.after.name}`, one)),
  ];
  return texts.map(text => ({ kind: 'remark', text }));
}

/** Refuses to leave old keys in relations that may point to one of several entities: no foreign key tells which one it is. */
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
        const text = `${name}.${property.name} holds old keys of ${found.after.name}, which has another primary key now. Write the new ones here with step.execute(), and remove this line.`;
        return [{ kind: 'refusal', text }];
      }),
  );
}

/** Says which rows stay in a table between entities that others still use, when the relation they belong to goes. */
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
    `Rows of ${table} whose ${discriminator?.column} is ${values} belong to no entity any more: update or delete them here`,
  ];
}

/** What is kept as JSON stays as it was written. */
function otherDocuments({ after, properties: { added, dropped, altered } }: EntityChange): string[] {
  const noted = new Map<string, string[]>();
  const note = ({ name, key }: PropertyDescription, what: string) => {
    const [holder = '', ...path] = name.split('.');
    if (key !== undefined) noted.set(holder, [...(noted.get(holder) ?? []), `${path.join('.')} ${what}`]);
  };
  for (const property of outermost(added)) note(property, 'is new');
  for (const property of outermost(dropped)) note(property, 'goes');
  for (const { before: old, after: now, changed } of altered) {
    // What was no document has just become one.
    if (old.key === undefined) continue;
    if (changed.includes('key')) note(now, `was ${old.key}`);
    else if (changed.includes('type') || changed.includes('kind')) note(now, 'is another');
  }
  return [...noted].map(
    ([holder, what]) => `Documents in ${after.name}.${holder} stay as they are (${what.join(', ')}): rewrite them here`,
  );
}

function isOtherEntity({ before, after }: PropertyChange): boolean {
  return before.pivot?.entity !== after.pivot?.entity;
}

function betweenTwo(property: string, { after }: PropertyChange): string {
  const { entity } = after.pivot ?? {};
  return `The table behind ${property} is ${entity === undefined ? 'nobody' : entity}'s now: see that it has all of its columns`;
}
