import { SchemaDefinitionError, type Dependency } from '../../errors.ts';
import { isVersion, MAX_VERSION } from '../../version.ts';

/** The versions of other Schemas that a Schema or one of its steps depends on, by guid: `{ accounts: 3 }`. */
export type Needs = Readonly<Record<string, number>>;

/** What versions of a Schema need of others, by guid. */
export type NeededVersions = ReadonlyMap<string, number>;

/** What a Schema needs of others, along its versions. */
export interface NeedsByVersion {
  /** What `version` needs: what the Schema depends on, raised by each step up to it. */
  readonly needsAt: (version: number) => NeededVersions;
  /** The versions whose steps raise a need, in order. */
  readonly raisedAt: readonly number[];
}

/** Where needs are declared. */
interface NeedsSource {
  readonly guid: string;
  readonly dependsOn?: Needs | undefined;
  readonly steps: Readonly<Record<number, { readonly dependsOn?: Needs | undefined }>>;
}

/**
 * Reads what a Schema needs of others. A need never goes down along the versions.
 *
 * @throws {@link SchemaDefinitionError}
 */
export function readNeeds({ guid, dependsOn, steps }: NeedsSource): NeedsByVersion {
  // Numbers are the keys of an object in their order.
  const raising = Object.entries(steps)
    .filter(([, options]) => options.dependsOn !== undefined)
    .map(([version, options]) => ({ version: Number(version), needs: options.dependsOn as Needs }));
  const base = new Map(checkNeeds(guid, 'dependsOn', dependsOn === undefined ? {} : dependsOn));
  const levels: { from: number; needs: NeededVersions }[] = [];
  for (const { version, needs } of raising) {
    const where = `steps[${version}].dependsOn`;
    const before = levels.at(-1)?.needs ?? base;
    const declared = checkNeeds(guid, where, needs);
    const lower = declared.find(([other, needed]) => needed < (before.get(other) ?? 0));
    if (lower) {
      throw new SchemaDefinitionError(
        `${where} needs ${lower[0]} at version ${lower[1]}, but an earlier version needs ${before.get(lower[0])} already. A need cannot go down. Remove it from ${where}.`,
        { guid },
      );
    }
    levels.push({ from: version, needs: new Map([...before, ...declared]) });
  }
  return {
    needsAt: version => levels.findLast(({ from }) => from <= version)?.needs ?? base,
    raisedAt: raising.map(({ version }) => version),
  };
}

/** Lists the needs that the versions deployed do not meet. */
export function unmetNeeds(
  needs: NeededVersions,
  deployedOf: (guid: string) => number | undefined,
): readonly Dependency[] {
  return [...needs]
    .map(([guid, version]) => ({ guid, needs: version, deployed: deployedOf(guid) }))
    .filter(({ needs: version, deployed }) => deployed === undefined || deployed < version);
}

function checkNeeds(guid: string, where: string, needs: unknown): readonly (readonly [string, number])[] {
  if (typeof needs !== 'object' || needs === null || Array.isArray(needs)) {
    throw new SchemaDefinitionError(
      `${where} is ${String(needs)}. Use an object of guids and versions: { accounts: 3 }.`,
      { guid },
    );
  }
  return Object.entries(needs).map(([other, version]: [string, unknown]) => {
    if (other === guid) {
      throw new SchemaDefinitionError(`${where} names ${guid} itself. Name other Schemas, or remove it.`, { guid });
    }
    if (!isVersion(version)) {
      const shown = typeof version === 'string' ? `'${version}'` : String(version);
      throw new SchemaDefinitionError(
        `${where} has the version ${shown} for ${other}. Use a whole number from 0 to ${MAX_VERSION}.`,
        { guid },
      );
    }
    return [other, version] as const;
  });
}
