import type { EntitySchema } from '@mikro-orm/core';
import type { SchemaOptions, Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import type { TestDatabase } from './databases.ts';
import { schemaClass } from './schemas.ts';

/** The entities of a release, by name. */
export type Release = Readonly<Record<string, EntitySchema>>;

/** A step between two of them. */
export type ReleaseStep = Step<Release, Release>;

interface TwoReleases {
  readonly before: Release;
  /** By default as before. */
  readonly after?: Release;
  /** SQL between both, on the storage of the first. */
  readonly rows?: string;
  readonly up: (step: ReleaseStep) => Promise<unknown>;
  readonly down?: (step: Step) => Promise<unknown>;
  readonly options?: SchemaOptions;
  /** Who runs the step, for the `clientUrl` of its ORM. */
  readonly url?: string;
}

/**
 * Installs the first of two releases in a database of PostgreSQL, which is emptied before, and upgrades it to the second
 * by one step.
 *
 * @returns what made the step fail, if it did
 */
export async function upgradeByStep(
  database: TestDatabase,
  { before, after = before, rows, up, down, options, url }: TwoReleases,
): Promise<unknown> {
  await database.execute('drop schema public cascade; create schema public');
  const first = await database.orm(copyOf(before));
  await new (schemaClass({ latest: 1 }))(first, options).upgrade();
  await first.close(true);
  if (rows !== undefined) await database.execute(rows);
  const orm = await database.orm(copyOf(after), url === undefined ? {} : { clientUrl: url });
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(before), 2: frozen(after) },
    upgradeTo_2: async (step: ReleaseStep) => void (await up(step)),
    ...(down && { downgradeTo_1: async (step: Step) => void (await down(step)) }),
  });
  try {
    await new Zoo(orm, options).upgrade();
    if (down) await new Zoo(orm, options).downgrade(1);
    return undefined;
  } catch (error) {
    return (error as Error).cause ?? error;
  } finally {
    await orm.close(true);
  }
}

/** Its fingerprint is made up, and never compared. */
function frozen(module: object) {
  return { fingerprint: 'test:0', load: async () => module };
}

function copyOf(release: Release): EntitySchema[] {
  return [...bindModule({ ...release }, { name: 'a release' }).all];
}
