import type { Dependency } from '../../errors.ts';
import type { Definition } from '../definition.ts';
import { unmetNeeds, type NeededVersions } from './needs.ts';

/** A Schema among others: its class, and the version its database is at. */
export interface ModuleState {
  readonly definition: Pick<
    Definition,
    'guid' | 'latest' | 'needsAt' | 'raisedAt' | 'optionsOf' | 'frozen' | 'hasOnInstall'
  >;
  /** `undefined` if the database has no version. */
  readonly deployed: number | undefined;
}

/** A part of the way of one Schema: nothing of another Schema has to be done within it. */
interface WayPart {
  readonly guid: string;
  readonly from: number | undefined;
  readonly to: number;
}

/** A Schema that cannot be brought to its latest version, and the needs that are not met. */
interface Stuck {
  readonly guid: string;
  readonly unmet: readonly Dependency[];
}

/** The order in which several Schemas are brought to their latest versions. */
interface ModuleOrder {
  readonly stretches: readonly WayPart[];
  readonly stuck: readonly Stuck[];
}

/**
 * Orders the steps of several Schemas so that each finds what it needs. Pure.
 *
 * A Schema stops at the version that a step of another asks for, if that is possible: the step then finds it as it was
 * written for. An installation creates the storage of the latest version, so it waits until all it needs is at its latest.
 */
export function orderModules(modules: readonly ModuleState[]): ModuleOrder {
  const at = new Map(modules.map(({ definition, deployed }) => [definition.guid, deployed]));
  const deployedOf = (guid: string) => at.get(guid);
  const latestOf = new Map(modules.map(({ definition }) => [definition.guid, definition.latest]));
  const isDone = (guid: string) => (at.get(guid) ?? -1) >= (latestOf.get(guid) ?? 0);
  let open = modules.filter(({ definition }) => !isDone(definition.guid)).map(({ definition }) => definition);
  const wishes = wishesOf(open);
  const stretches: WayPart[] = [];

  const isMet = (needs: NeededVersions) => unmetNeeds(needs, deployedOf).length === 0;
  const nextOf = (definition: ModuleState['definition']) => {
    const deployed = at.get(definition.guid);
    return deployed === undefined ? definition.latest : deployed + 1;
  };
  const isReady = (definition: ModuleState['definition']) => isMet(definition.needsAt(nextOf(definition)));
  const isGoodTime = (definition: ModuleState['definition']) => {
    const { guid } = definition;
    const next = nextOf(definition);
    if (at.get(guid) === undefined) return [...definition.needsAt(next).keys()].every(isDone);
    return (wishes.get(guid) ?? []).every(({ by, step, version }) => version >= next || step <= (at.get(by) ?? step));
  };

  while (open.length > 0) {
    const ready = open.filter(isReady);
    const chosen = ready.find(isGoodTime) ?? ready[0];
    const next = chosen ? { guid: chosen.guid, to: nextOf(chosen) } : open.flatMap(one => earlier(one) ?? [])[0];
    if (!next) break;
    const { guid, to } = next;
    const from = at.get(guid);
    const last = stretches.at(-1);
    // An installation leads to one version: steps after it are another call.
    if (last?.guid === guid && last.from !== undefined) stretches.splice(-1, 1, { ...last, to });
    else stretches.push({ guid, from, to });
    at.set(guid, to);
    open = open.filter(definition => !isDone(definition.guid));
  }
  return {
    stretches,
    stuck: open.map(definition => ({
      guid: definition.guid,
      unmet: unmetNeeds(definition.needsAt(nextOf(definition)), deployedOf),
    })),
  };

  /**
   * Where Schemas need each other by turns, none can be installed at its latest version first: the newest frozen version
   * whose needs are met can. It has no rows of `onInstall`, which only the latest version adds.
   */
  function earlier(definition: ModuleState['definition']) {
    if (at.get(definition.guid) !== undefined || definition.hasOnInstall) return undefined;
    const version = definition.frozen.toSorted((one, other) => other - one).find(one => isMet(definition.needsAt(one)));
    return version === undefined ? undefined : { guid: definition.guid, to: version };
  }
}

/** A step that asks for a Schema at a version. */
interface Wish {
  readonly by: string;
  readonly step: number;
  readonly version: number;
}

/** What steps ask for themselves, by the Schema they ask for. */
export function wishesOf(
  definitions: readonly Pick<ModuleState['definition'], 'guid' | 'raisedAt' | 'optionsOf'>[],
): ReadonlyMap<string, readonly Wish[]> {
  const wishes = definitions.flatMap(({ guid: by, raisedAt, ...definition }) =>
    raisedAt.flatMap(step =>
      Object.entries(definition.optionsOf(step).dependsOn ?? {}).map(([wanted, version]) => ({
        wanted,
        by,
        step,
        version,
      })),
    ),
  );
  return Map.groupBy(wishes, ({ wanted }) => wanted);
}
