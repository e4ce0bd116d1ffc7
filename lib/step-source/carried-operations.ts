import type { Resolution } from '../changes/resolve-answers.ts';
import type { PropertyCarry } from '../changes/storage-changes.ts';
import { withParts } from '../changes/tables/carried-properties.ts';
import { needsValue } from '../changes/property-shape.ts';
import { fillFor, isNothing } from './entity-operations.ts';
import type { Operation } from './operation.ts';

/** Moves properties between the tables of entities that extend each other. Relations come last. */
export function carriedOperations({
  changes,
  fills,
  mayDiscard = false,
}: Pick<Resolution, 'changes' | 'fills'> & { readonly mayDiscard?: boolean }): Operation[] {
  return changes.carried
    .toSorted((one, other) => Number(isRelation(one)) - Number(isRelation(other)))
    .map(({ from, to, direction }): Operation => {
      const [target] = to;
      const fill = target && fillFor(target.entity, target.property, fills);
      return {
        kind: 'moveProperty',
        before: from.map(({ entity }) => entity.name),
        after: to.map(({ entity }) => entity.name),
        property: target?.property.name ?? '',
        fill,
        isUnfilled: direction === 'up' && isNothing(fill) && to.flatMap(withParts).some(needsValue),
        ...(direction === 'down' && { isDiscarding: mayDiscard }),
      };
    });
}

function isRelation({ to }: PropertyCarry): boolean {
  return to.some(({ property }) => property.references !== undefined);
}
