import type { EntitySchema, MikroORM } from '@mikro-orm/core';
import { Schema, type SchemaOptions, type Steps } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { life } from './steps.ts';
import { versions } from './versions/index.ts';

export const LATEST = 10;

/** What the way back is declared to lose. */
const losses: Steps = {
  4: { lossy: 'drops what the notes said before they went' },
  6: { lossy: 'drops what animals eat, and who slept or was icy' },
  10: { lossy: 'drops what animals ate, who was icy, and who had no nickname' },
};

/** The zoo's Schema as its release `latest` had it. */
export function zooOf(latest: number, orm: MikroORM, options?: SchemaOptions): Schema {
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
  return new Zoo(orm, options);
}

/** The entities of a release, made anew: no two ORMs share one. */
export async function entitiesOf(version: number): Promise<EntitySchema[]> {
  const module = await versions[version]?.load();
  return [...bindModule({ ...module }, { name: `release ${version}` }).all];
}

function only<T>(all: Readonly<Record<number, T>>, latest: number): Record<number, T> {
  return Object.fromEntries(Object.entries(all).filter(([version]) => Number(version) <= latest));
}
