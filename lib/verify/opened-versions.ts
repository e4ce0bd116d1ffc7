import type { SchemaHelper } from '@mikro-orm/sql';
import type { Call } from '../boot/call.ts';
import { withVersions, type OpenVersions } from '../boot/frozen/open-versions.ts';
import type { DriftContext } from '../drift/two-looks.ts';
import type { FrozenModels } from '../drift/wanted-storage.ts';
import { SchemaTargetError } from '../errors.ts';
import type { HeldConnection } from '../store/connection.ts';

/** A frozen version, alive in the transaction under way, and what it takes to compare storage with it. */
export interface OpenedVersion {
  readonly context: DriftContext;
  readonly models: FrozenModels;
  readonly helper: SchemaHelper;
  /** Opens all versions: the tables of the others belong to this Schema too. */
  readonly others: () => Promise<readonly FrozenModels[]>;
}

/** Opens a frozen version in the transaction under way. */
export async function withVersion<T>(
  held: HeldConnection,
  call: Call,
  version: number,
  work: (opened: OpenedVersion) => Promise<T>,
): Promise<T> {
  const lend = async ({ context, em, open, all }: OpenVersions) =>
    work({
      context,
      models: (await open(version)) as FrozenModels,
      helper: em.getPlatform().getSchemaHelper() as SchemaHelper,
      others: all,
    });
  return withVersions(held, call, lend, { strict: true });
}

/** @throws {@link SchemaTargetError} unless the version was frozen */
export function assertFrozenAt({ definition }: Call, version: number): void {
  if (definition.versionOf(version)) return;
  const { guid, frozen } = definition;
  const why =
    frozen.length === 0
      ? 'this Schema has no frozen versions, so there is nothing to compare the storage with. Run `npx dejavu init`, ' +
        'and add `readonly versions = versions;` to the class.'
      : `version ${version} is not among the frozen versions of this code (${frozen.join(', ')}). Use a release that has it.`;
  throw new SchemaTargetError(why, { guid, target: version });
}
