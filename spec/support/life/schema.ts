import type { EntitySchema, MikroORM } from '@mikro-orm/core';
import { Schema, type SchemaOptions, type Steps } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { life } from './steps.ts';
import { versions } from './versions/index.ts';

export const LATEST = 10;

/** What the way back is declared to lose. */
const losses: Steps = {
  2: { lossy: 'drops how many legs animals have' },
  3: { lossy: 'drops keepers, and keeps the names of those that have animals' },
  4: { lossy: 'drops what the notes said before they went' },
  5: { lossy: 'drops moods and tempers' },
  6: { lossy: 'drops what animals eat, and who slept or was icy' },
  7: { lossy: 'drops addresses and signs' },
  9: { lossy: 'drops nicknames and telephone numbers' },
  10: { lossy: 'drops what animals ate, who was icy, and who had no nickname' },
};

/** Values that its way back changes on purpose. */
export const changes: Readonly<Record<number, readonly string[]>> = {
  // The labels that were new become others, and then those that they became.
  6: ['Animal.mood', 'Animal.temper'],
  // An animal without an enclosure gets the first one: an exhibit was needed.
  8: ['Animal.enclosure'],
};

/** The zoo's Schema as its release `latest` had it. */
export function zooOf(latest: number, orm: MikroORM, options?: SchemaOptions): Schema {
  return new (zooClassOf(latest))(orm, options);
}

/** Its class. */
export function zooClassOf(latest: number): new (orm: MikroORM, options?: SchemaOptions) => Schema {
  class Zoo extends Schema {
    readonly guid = 'life';
    readonly latest = latest;
    override readonly versions = only(versions, latest);
    override readonly steps = only(losses, latest);
  }
  for (const [name, method] of Object.entries(life)) {
    const [direction, version] = name.split('_') as [string, string];
    const known = direction === 'upgradeTo' ? Number(version) <= latest : Number(version) < latest;
    if (known) Object.defineProperty(Zoo.prototype, name, { value: method, configurable: true });
  }
  return Zoo;
}

/** The entities of a release, made anew: no two ORMs share one. */
export async function entitiesOf(version: number): Promise<EntitySchema[]> {
  const module = await versions[version]?.load();
  return [...bindModule({ ...module }, { name: `release ${version}` }).all];
}

function only<T>(all: Readonly<Record<number, T>>, latest: number): Record<number, T> {
  return Object.fromEntries(Object.entries(all).filter(([version]) => Number(version) <= latest));
}
