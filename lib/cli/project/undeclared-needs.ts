import { outsideKeys } from '../../mikro-orm/stored-metadata.ts';
import type { Target } from './project-schemas.ts';

/** A foreign key to an entity of another Schema, which the Schema does not declare to depend on. */
export interface UndeclaredNeed {
  /** The property, as in `Keeper.animal`. */
  readonly property: string;
  /** The name of the other entity. */
  readonly entity: string;
  /** The guid of the other Schema. */
  readonly guid: string;
  /** The newest version of the other Schema. */
  readonly version: number;
}

/** Lists one foreign key for each other Schema that a Schema needs and does not declare. */
export function undeclaredNeeds(
  { definition, claim, database }: Target,
  others: readonly Pick<Target, 'definition' | 'claim'>[],
): UndeclaredNeed[] {
  const declared = definition.needsAt(definition.latest);
  const needs = outsideKeys(database.orm.em, claim).flatMap(({ property, target }) => {
    const owner = others.find(other => other.claim.metadata.some(meta => meta.root.class === target.root.class));
    if (!owner || owner.definition.guid === definition.guid || declared.has(owner.definition.guid)) return [];
    const { guid, latest: version } = owner.definition;
    return [{ property, entity: target.className, guid, version }];
  });
  return [...new Map(needs.toReversed().map(need => [need.guid, need])).values()].toReversed();
}

/** Says what a foreign key to another Schema needs, and how to declare it. */
export function sayUndeclared({ property, entity, guid }: UndeclaredNeed, where: string, line: string): string {
  return `${property} refers to ${entity} of ${guid}. Add to ${where}, so that ${guid} comes first: ${line}`;
}
