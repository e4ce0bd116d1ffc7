import type { SchemaHelper } from '@mikro-orm/sql';
import { loadVersion, nameOfVersion } from '../boot/frozen/frozen-versions.ts';
import type { Call } from '../boot/call.ts';
import { withEntityManager } from '../boot/run-step.ts';
import type { DriftContext } from '../drift/two-looks.ts';
import type { FrozenModels } from '../drift/wanted-storage.ts';
import { SchemaTargetError } from '../errors.ts';
import { openModels } from '../models/frozen-models.ts';
import type { HeldConnection } from '../store/connection.ts';

/** A frozen version, alive in the transaction under way, and what it takes to compare storage with it. */
export interface OpenedVersion {
  readonly context: DriftContext;
  readonly models: FrozenModels;
  readonly helper: SchemaHelper;
  /** Opens all other versions: their tables belong to this Schema too. */
  readonly others: () => Promise<readonly FrozenModels[]>;
}

/** Opens a frozen version in the transaction under way. */
export async function withVersion<T>(
  held: HeldConnection,
  call: Call,
  version: number,
  work: (opened: OpenedVersion) => Promise<T>,
): Promise<T> {
  const { guid, namespace, dialect } = call.database;
  const editor = await dialect.load.editor();
  return withEntityManager(held, call, async em => {
    const open = async (number: number) => {
      const module = (await loadVersion(call, number)) as object;
      return openModels(em, module, { name: nameOfVersion(number), guid, namespace });
    };
    return work({
      context: { guid, held, editor, namespace, strict: true },
      models: await open(version),
      helper: em.getPlatform().getSchemaHelper() as SchemaHelper,
      others: async () => {
        const models: FrozenModels[] = [];
        for (const number of call.definition.frozen) if (number !== version) models.push(await open(number));
        return models;
      },
    });
  });
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
